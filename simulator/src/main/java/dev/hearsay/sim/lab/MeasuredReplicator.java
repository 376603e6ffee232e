package dev.hearsay.sim.lab;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ddata.DistributedData;
import org.apache.pekko.cluster.ddata.GCounter;
import org.apache.pekko.cluster.ddata.GCounterKey;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWRegister;
import org.apache.pekko.cluster.ddata.LWWRegisterKey;
import org.apache.pekko.cluster.ddata.ORSet;
import org.apache.pekko.cluster.ddata.ORSetKey;
import org.apache.pekko.cluster.ddata.ReplicatedData;
import org.apache.pekko.cluster.ddata.Replicator;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;

/**
 * Pekko Distributed Data in the place of a node: asked the same, over the same relays, with Pekko's
 * own settings but for addresses and what system properties say. It keeps everything in memory.
 * Thread-safe.
 */
final class MeasuredReplicator implements Hosted {

  private static final String SYSTEM = "ddata";
  private static final long UP_SECONDS_MAX = 60;

  private final ActorSystem system;
  private final ActorRef replicator;
  private final SelfUniqueAddress self;
  private final Observations seen = new Observations();
  private final ActorRef watcher;
  private final ExecutorService worker = Executors.newCachedThreadPool();

  MeasuredReplicator(Request.Start start) {
    system = ActorSystem.create(SYSTEM, settings(start));
    CompletableFuture<Void> up = new CompletableFuture<>();
    Cluster.get(system).registerOnMemberUp(() -> up.complete(null));
    up.orTimeout(UP_SECONDS_MAX, TimeUnit.SECONDS).join();
    replicator = DistributedData.get(system).replicator();
    self = DistributedData.get(system).selfUniqueAddress();
    watcher = system.actorOf(Props.create(Watcher.class, () -> new Watcher(seen)));
  }

  private static Config settings(Request.Start start) {
    return ConfigFactory.systemProperties()
        .withFallback(
            ConfigFactory.parseMap(
                Map.ofEntries(
                    Map.entry("pekko.actor.provider", "cluster"),
                    Map.entry("pekko.loggers", List.of("org.apache.pekko.event.slf4j.Slf4jLogger")),
                    Map.entry("pekko.loglevel", "WARNING"),
                    Map.entry("pekko.stdout-loglevel", "OFF"),
                    Map.entry("pekko.remote.artery.transport", "tcp"),
                    Map.entry("pekko.remote.artery.canonical.hostname", start.announcedHost()),
                    Map.entry("pekko.remote.artery.canonical.port", start.port()),
                    Map.entry("pekko.remote.artery.bind.hostname", start.boundHost()),
                    Map.entry("pekko.remote.artery.bind.port", start.port()),
                    // Relays know who calls by the address.
                    Map.entry(
                        "pekko.remote.artery.advanced.tcp.outbound-client-hostname",
                        start.boundHost()),
                    Map.entry(
                        "pekko.cluster.seed-nodes",
                        List.of("pekko://" + SYSTEM + "@" + start.join().get(0))))))
        .withFallback(ConfigFactory.load());
  }

  @Override
  public Reply.Started started() {
    return new Reply.Started(0, 0);
  }

  @Override
  public CompletableFuture<? extends Reply> serve(Request request) {
    if (request instanceof Request.Beat beat) {
      return CompletableFuture.supplyAsync(() -> beat(beat), worker);
    } else if (request instanceof Request.Sightings sightings) {
      if (sightings.count() == 0) {
        watch(GCounterKey.create(sightings.space()));
      }
      return seen.beats(sightings);
    } else if (request instanceof Request.Fill fill) {
      return fill(fill);
    } else if (request instanceof Request.WatchFields watch) {
      for (int i = 0; i < watch.count(); i++) {
        watch(LWWRegisterKey.create("f" + i));
      }
      return CompletableFuture.completedFuture(new Reply.Done());
    } else if (request instanceof Request.AwaitFields await) {
      return seen.fields(await);
    } else if (request instanceof Request.FillSet fill) {
      return fillSet(fill);
    } else if (request instanceof Request.AwaitSet await) {
      watch(ORSetKey.create(await.space()));
      return seen.elements(await);
    } else if (request instanceof Request.Measure) {
      return CompletableFuture.supplyAsync(() -> Observations.measure(0), worker);
    }
    throw new IllegalArgumentException("not for a replicator: " + request);
  }

  private <D extends ReplicatedData> void watch(Key<D> key) {
    replicator.tell(new Replicator.Subscribe<>(key, watcher), ActorRef.noSender());
  }

  private Reply.Beats beat(Request.Beat beat) {
    SplittableRandom random = new SplittableRandom(1);
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < beat.count(); i++) {
      Observations.pause(beat, random);
      nanos.add(System.nanoTime());
      replicator.tell(
          new Replicator.Update<>(
              GCounterKey.create(beat.space()),
              GCounter.create(),
              Replicator.writeLocal(),
              counter -> counter.increment(self, 1)),
          ActorRef.noSender());
    }
    return new Reply.Beats(nanos);
  }

  private CompletableFuture<Reply.Filled> fill(Request.Fill fill) {
    long started = System.nanoTime();
    int count = (fill.count() - fill.remainder() + fill.divisor() - 1) / fill.divisor();
    CompletableFuture<Void> all = new CompletableFuture<>();
    ActorRef done = system.actorOf(Props.create(Countdown.class, () -> new Countdown(count, all)));
    for (int i = fill.remainder(); i < fill.count(); i += fill.divisor()) {
      replicator.tell(
          new Replicator.Update<>(
              LWWRegisterKey.<String>create("f" + i),
              LWWRegister.create(self, ""),
              Replicator.writeLocal(),
              register -> register.withValue(self, fill.value())),
          done);
    }
    return all.thenApply(
        none -> new Reply.Filled("", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)));
  }

  private CompletableFuture<Reply.Done> fillSet(Request.FillSet fill) {
    CompletableFuture<Void> all = new CompletableFuture<>();
    int count = (fill.count() + fill.perChange() - 1) / fill.perChange();
    ActorRef done = system.actorOf(Props.create(Countdown.class, () -> new Countdown(count, all)));
    for (int from = 0; from < fill.count(); from += fill.perChange()) {
      List<String> elements = fill.elements(from);
      replicator.tell(
          new Replicator.Update<>(
              ORSetKey.<String>create(fill.space()),
              ORSet.<String>create(),
              Replicator.writeLocal(),
              set -> {
                ORSet<String> more = set;
                for (String element : elements) {
                  more = more.add(self, element);
                }
                return more;
              }),
          done);
    }
    return all.thenApply(none -> new Reply.Done());
  }

  @Override
  public void close() {
    worker.shutdownNow();
    system.terminate();
  }

  /** Hears of changes, as a subscriber of the replicator does. */
  private static final class Watcher extends AbstractActor {
    private final Observations seen;

    Watcher(Observations seen) {
      this.seen = seen;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().match(Replicator.Changed.class, this::onChanged).build();
    }

    private void onChanged(Replicator.Changed<?> changed) {
      if (changed.dataValue() instanceof GCounter counter) {
        seen.counter(counter.getValue().longValueExact());
      } else if (changed.dataValue() instanceof LWWRegister<?> register) {
        seen.field(changed.key().id(), String.valueOf(register.getValue()));
      } else if (changed.dataValue() instanceof ORSet<?> set) {
        seen.elements(set.size());
      }
    }
  }

  /** Completes once so many updates have been made. */
  private static final class Countdown extends AbstractActor {
    private final CompletableFuture<Void> all;
    private int left;

    Countdown(int left, CompletableFuture<Void> all) {
      this.left = left;
      this.all = all;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(Replicator.UpdateSuccess.class, updated -> count())
          .matchAny(other -> all.completeExceptionally(new IllegalStateException("" + other)))
          .build();
    }

    private void count() {
      if (--left == 0) {
        all.complete(null);
        getContext().stop(getSelf());
      }
    }
  }
}
