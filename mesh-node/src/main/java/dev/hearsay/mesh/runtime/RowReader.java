package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.persistence.EntityEnd;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where spaces stand that are not in memory, without recovering them: the last event of
 * their journal says so if they left the memory in order and nothing was written since. Nothing
 * else is trusted, because a row that claims more than the journal holds would keep peers from
 * sending it; all others are recovered, a few at a time. Thread-safe.
 */
final class RowReader {
  /** Asked of the journal at a time. */
  private static final int NAMES_AT_ONCE = 1_000;

  /** Recovered at a time. */
  static final int RECOVERIES_AT_ONCE = 8;

  private static final int PROGRESS_EVERY = 5_000;

  private static final Logger LOG = LoggerFactory.getLogger(RowReader.class);

  private final String node;
  private final Function<List<String>, CompletionStage<List<EntityEnd>>> journal;
  private final HybridClock clock;
  private final Consumer<GossipInput> gossip;
  private final BooleanSupplier closed;

  /** Spaces whose journals do not say where they stand. */
  private final Deque<SpaceCell> unknown = new ArrayDeque<>();

  private int recovering;
  private int recovered;

  /**
   * A reader.
   *
   * @param node its name, for the log
   * @param journal where the histories of entities end
   * @param clock of the node, which has to be ahead of all that is held
   * @param closed whether to stop
   */
  RowReader(
      String node,
      Function<List<String>, CompletionStage<List<EntityEnd>>> journal,
      HybridClock clock,
      Consumer<GossipInput> gossip,
      BooleanSupplier closed) {
    this.node = node;
    this.journal = journal;
    this.clock = clock;
    this.gossip = gossip;
    this.closed = closed;
  }

  /** Completes when the rows are read that can be; the other spaces are being recovered then. */
  CompletableFuture<Void> learn(Collection<SpaceCell> cells) {
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    List<SpaceCell> all = List.copyOf(cells);
    for (int from = 0; from < all.size(); from += NAMES_AT_ONCE) {
      List<SpaceCell> some = all.subList(from, Math.min(all.size(), from + NAMES_AT_ONCE));
      done = done.thenCompose(before -> read(some));
    }
    return done.thenRun(this::recoverNext);
  }

  private CompletableFuture<Void> read(List<SpaceCell> cells) {
    if (closed.getAsBoolean()) {
      return CompletableFuture.completedFuture(null);
    }
    List<String> ids = cells.stream().map(cell -> SpaceJournal.id(cell.name())).toList();
    return journal
        .apply(ids)
        .handle(
            (ends, failure) -> {
              if (failure != null) {
                LOG.error("node {}: the ends of journals cannot be read", node, failure);
              }
              for (int i = 0; i < cells.size(); i++) {
                take(cells.get(i), failure == null ? rowOf(ends.get(i)) : null);
              }
              return (Void) null;
            })
        .toCompletableFuture();
  }

  private void take(SpaceCell cell, SpaceEvent.@Nullable Rested row) {
    if (row == null) {
      synchronized (unknown) {
        unknown.add(cell);
      }
      return;
    }
    // As if it were recovered: what is written here from now on is later than all that it holds.
    clock.observe(row.latest());
    cell.know(
        row,
        () -> gossip.accept(new GossipInput.Opened(cell.name(), row.frontier(), row.digest())));
  }

  /** What the end of a journal says; null if the space has to be recovered to know. */
  static SpaceEvent.@Nullable Rested rowOf(EntityEnd end) {
    if (end.highestSequenceNr() == 0) {
      return SpaceEvent.Rested.of(SpaceState.EMPTY);
    }
    // Where events are deleted, a snapshot has to stand for them, and only a recovery sees it.
    if (end.deletedTo() > 0 || end.last().isEmpty()) {
      return null;
    }
    EventEnvelope last = end.last().get();
    if (last.sequenceNr() != end.highestSequenceNr() || !(last.event() instanceof byte[] bytes)) {
      return null;
    }
    try {
      List<SpaceEvent.Part> parts = SpaceEvent.decode(bytes).parts();
      return parts.size() == 1 && parts.get(0) instanceof SpaceEvent.Rested rested ? rested : null;
    } catch (RejectedException e) {
      LOG.error("the last event of {} is malformed: {}", end.persistenceId(), e.getMessage());
      return null; // a recovery says more
    }
  }

  private void recoverNext() {
    List<SpaceCell> next = new ArrayList<>();
    synchronized (unknown) {
      if (closed.getAsBoolean()) {
        unknown.clear();
      }
      while (recovering < RECOVERIES_AT_ONCE && !unknown.isEmpty()) {
        recovering++;
        next.add(unknown.remove());
      }
    }
    for (SpaceCell cell : next) {
      // One that cannot be read does not keep the others from working; it is refused on use.
      var unused =
          cell.load()
              .whenComplete(
                  (done, failure) -> {
                    noteRecovered();
                    recoverNext();
                  });
    }
  }

  private void noteRecovered() {
    int left;
    int done;
    synchronized (unknown) {
      recovering--;
      done = ++recovered;
      left = unknown.size() + recovering;
    }
    if (done % PROGRESS_EVERY == 0 || (left == 0 && done > PROGRESS_EVERY)) {
      LOG.info("node {}: {} spaces recovered, {} to go", node, done, left);
    }
  }
}
