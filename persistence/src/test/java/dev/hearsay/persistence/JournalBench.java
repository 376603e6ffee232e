package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.RecoveryCompleted;

/**
 * Measures a journal: so many entities persist events one by one, each the next when the last is
 * acknowledged. Arguments: the plugin ({@code hearsay.journal} or {@code
 * pekko.persistence.journal.leveldb}), entities, events of each, bytes of an event, an empty
 * directory. A first tenth is not counted.
 */
final class JournalBench {
  private JournalBench() {}

  public static void main(String[] args) throws Exception {
    String plugin = args[0];
    int entities = Integer.parseInt(args[1]);
    int events = Integer.parseInt(args[2]);
    int eventBytes = Integer.parseInt(args[3]);
    Config config =
        TestSystem.config(Path.of(args[4]), "")
            .withValue("pekko.persistence.journal.plugin", ConfigValueFactory.fromAnyRef(plugin))
            .withValue(
                "pekko.persistence.journal.leveldb.dir",
                ConfigValueFactory.fromAnyRef(args[4] + "/pekko"))
            .withFallback(ConfigFactory.load());
    ActorSystem system = ActorSystem.create("bench", config);
    CountDownLatch done = new CountDownLatch(entities);
    long[][] nanos = new long[entities][events];
    for (int i = 0; i < entities; i++) {
      int entity = i;
      system.actorOf(
          Props.create(
              Writer.class, () -> new Writer(entity, new byte[eventBytes], nanos[entity], done)));
    }
    done.await();
    report(plugin, entities, eventBytes, nanos);
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get();
  }

  private static void report(String plugin, int entities, int eventBytes, long[][] nanos) {
    int skipped = nanos[0].length / 10;
    long[] counted =
        Arrays.stream(nanos)
            .flatMapToLong(of -> Arrays.stream(of).skip(skipped))
            .sorted()
            .toArray();
    double seconds = 0;
    for (int i = 0; i < entities; i++) {
      seconds = Math.max(seconds, Arrays.stream(nanos[i]).skip(skipped).sum() / 1e9);
    }
    System.out.printf(
        Locale.ROOT,
        "%s, %d entities, %d B: %.0f events/s, p50 %.0f us, p99 %.0f us%n",
        plugin,
        entities,
        eventBytes,
        counted.length / seconds,
        counted[counted.length / 2] / 1e3,
        counted[(int) (counted.length * 0.99)] / 1e3);
  }

  private static final class Writer extends AbstractPersistentActor {
    private final int entity;
    private final byte[] event;
    private final long[] nanos;
    private final CountDownLatch done;
    private int written;

    Writer(int entity, byte[] event, long[] nanos, CountDownLatch done) {
      this.entity = entity;
      this.event = event;
      this.nanos = nanos;
      this.done = done;
    }

    @Override
    public String persistenceId() {
      return "bench-" + entity;
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder()
          .match(RecoveryCompleted.class, completed -> self().tell("go", ActorRef.noSender()))
          .matchAny(earlier -> {})
          .build();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchEquals("go", go -> write()).build();
    }

    private void write() {
      long start = System.nanoTime();
      persist(
          event,
          stored -> {
            nanos[written++] = System.nanoTime() - start;
            if (written < nanos.length) {
              self().tell("go", ActorRef.noSender());
            } else {
              done.countDown();
            }
          });
    }
  }
}
