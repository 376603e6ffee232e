package dev.hearsay.sim.bench.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/** A persistent actor, the same over every plugin: byte arrays one after the other. */
abstract sealed class Entity extends AbstractPersistentActor {
  private static final int FILL_BATCH = 1_000;

  /** Asks for so many events at once. */
  record Fill(int events, CountDownLatch done) {}

  private record Next(WriteRound round) {}

  private final String persistenceId;
  private final byte[] event;
  private final IntConsumer recovered;
  private int events;

  private Entity(String persistenceId, int eventBytes, IntConsumer recovered) {
    this.persistenceId = persistenceId;
    this.event = new byte[eventBytes];
    this.recovered = recovered;
    for (int i = 0; i < eventBytes; i++) {
      event[i] = (byte) ((i * 0x9E3779B1) >>> 24); // not all alike, for LevelDB's compression
    }
  }

  /**
   * How it is created.
   *
   * @param recovered gets the number of events recovered
   */
  static Props props(Plugin plugin, String id, int eventBytes, IntConsumer recovered) {
    return switch (plugin) {
      case HEARSAY ->
          Props.create(OverHearsay.class, () -> new OverHearsay(id, eventBytes, recovered));
      case PEKKO -> Props.create(OverPekko.class, () -> new OverPekko(id, eventBytes, recovered));
      case NO_STORAGE ->
          Props.create(OverNothing.class, () -> new OverNothing(id, eventBytes, recovered));
    };
  }

  // Pekko asks for the plugin while the actor is still being made: it cannot be a field.

  private static final class OverHearsay extends Entity {
    OverHearsay(String id, int eventBytes, IntConsumer recovered) {
      super(id, eventBytes, recovered);
    }

    @Override
    public String journalPluginId() {
      return Plugin.HEARSAY.id();
    }
  }

  private static final class OverPekko extends Entity {
    OverPekko(String id, int eventBytes, IntConsumer recovered) {
      super(id, eventBytes, recovered);
    }

    @Override
    public String journalPluginId() {
      return Plugin.PEKKO.id();
    }
  }

  private static final class OverNothing extends Entity {
    OverNothing(String id, int eventBytes, IntConsumer recovered) {
      super(id, eventBytes, recovered);
    }

    @Override
    public String journalPluginId() {
      return Plugin.NO_STORAGE.id();
    }
  }

  @Override
  public String persistenceId() {
    return persistenceId;
  }

  @Override
  public String snapshotPluginId() {
    return "pekko.persistence.no-snapshot-store";
  }

  @Override
  public Recovery recovery() {
    return Recovery.create(SnapshotSelectionCriteria.none());
  }

  @Override
  public Receive createReceiveRecover() {
    return receiveBuilder()
        .match(byte[].class, earlier -> events++)
        .match(RecoveryCompleted.class, completed -> recovered.accept(events))
        .build();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(WriteRound.class, this::write)
        .match(Next.class, next -> write(next.round()))
        .match(Fill.class, this::fill)
        .build();
  }

  private void write(WriteRound round) {
    if (round.isOver()) {
      round.ended().countDown();
      return;
    }
    long start = System.nanoTime();
    persist(
        event,
        stored -> {
          round.stored(System.nanoTime() - start);
          self().tell(new Next(round), ActorRef.noSender());
        });
  }

  private void fill(Fill fill) {
    List<byte[]> batch = new ArrayList<>();
    for (int i = 0; i < Math.min(FILL_BATCH, fill.events()); i++) {
      batch.add(event);
    }
    int[] stored = {0};
    persistAll(
        batch,
        one -> {
          stored[0]++;
          if (stored[0] == batch.size()) {
            if (fill.events() == batch.size()) {
              fill.done().countDown();
            } else {
              self().tell(new Fill(fill.events() - batch.size(), fill.done()), self());
            }
          }
        });
  }
}
