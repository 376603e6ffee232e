package dev.hearsay.sim.bench.journal;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.hearsay.persistence.PersistenceMetrics;
import dev.hearsay.sim.bench.BenchFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;

/** An actor system with all plugins, each in a directory of its own, and entities that write. */
final class Entities implements AutoCloseable {
  static final long PATIENCE_SECONDS = 60;

  private final ActorSystem system;

  Entities(Path directory) {
    system =
        ActorSystem.create(
            "bench",
            ConfigFactory.parseString(
                    """
                    pekko.persistence.journal.leveldb { native = on, fsync = on }
                    hearsay.journal.durability = sync
                    pekko.loglevel = ERROR
                    pekko.stdout-loglevel = ERROR
                    pekko.actor.provider = local
                    pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                    """)
                .withValue(
                    Plugin.HEARSAY.id() + ".dir",
                    ConfigValueFactory.fromAnyRef(directory.resolve("hearsay").toString()))
                .withValue(
                    Plugin.PEKKO.id() + ".dir",
                    ConfigValueFactory.fromAnyRef(directory.resolve("pekko").toString()))
                .withValue(
                    Plugin.NO_STORAGE.id() + ".class",
                    ConfigValueFactory.fromAnyRef(NoStorage.class.getName()))
                .withFallback(ConfigFactory.load()));
  }

  /** Starts so many entities with no events, and waits until they have recovered. */
  List<ActorRef> start(Plugin plugin, int count, int eventBytes) throws BenchFailedException {
    CountDownLatch recovered = new CountDownLatch(count);
    List<ActorRef> entities = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "bench-" + i;
      entities.add(
          system.actorOf(Entity.props(plugin, id, eventBytes, events -> recovered.countDown())));
    }
    await(recovered);
    return entities;
  }

  /**
   * Has them write for so long, and until one event is stored, each the next when its last is
   * stored.
   */
  WriteRound write(List<ActorRef> entities, int millis) throws BenchFailedException {
    WriteRound round = new WriteRound(entities.size());
    round.begin();
    entities.forEach(entity -> entity.tell(round, ActorRef.noSender()));
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
    await(round.storedOne());
    round.stop();
    await(round.ended());
    return round;
  }

  /** Has an entity store so many events at once. */
  void fill(ActorRef entity, int events) throws BenchFailedException {
    Entity.Fill fill = new Entity.Fill(events, new CountDownLatch(1));
    entity.tell(fill, ActorRef.noSender());
    await(fill.done());
  }

  /** How many nanoseconds an entity takes until it has recovered this many events. */
  long recover(Plugin plugin, String id, int events) throws BenchFailedException {
    CountDownLatch recovered = new CountDownLatch(1);
    int[] seen = {0};
    long start = System.nanoTime();
    ActorRef entity =
        system.actorOf(
            Entity.props(
                plugin,
                id,
                0,
                count -> {
                  seen[0] = count;
                  recovered.countDown();
                }));
    await(recovered);
    long nanos = System.nanoTime() - start;
    system.stop(entity);
    if (seen[0] != events) {
      throw new BenchFailedException(
          plugin.system() + " recovered " + seen[0] + " of " + events + " events");
    }
    return nanos;
  }

  PersistenceMetrics metrics() {
    return PersistenceMetrics.get(system);
  }

  private static void await(CountDownLatch latch) throws BenchFailedException {
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new BenchFailedException("entities did not answer within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
  }

  @Override
  public void close() throws BenchFailedException {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchFailedException("the actor system does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
  }
}
