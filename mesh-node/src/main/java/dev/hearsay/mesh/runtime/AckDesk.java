package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.gossip.Acknowledgements;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Shortfall;
import dev.hearsay.mesh.wire.Message;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interprets what {@link Acknowledgements} wants done: completes operations, votes in the
 * catalogue, remembers doubts. For the gossip's thread.
 */
final class AckDesk {
  private static final Logger LOG = LoggerFactory.getLogger(AckDesk.class);

  /** Why an operation was not acknowledged. */
  static final class NotAcknowledged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Shortfall shortfall;

    NotAcknowledged(Shortfall shortfall) {
      super(String.valueOf(shortfall));
      this.shortfall = shortfall;
    }

    Shortfall shortfall() {
      return shortfall;
    }
  }

  private final Acknowledgements acknowledgements;
  private final VoterBooks books;
  private final DoubtFile doubts;
  private final Consumer<GossipInput> self;
  private final Map<Long, CompletableFuture<VersionVector>> operations = new HashMap<>();
  private long lastOperation;

  AckDesk(
      Acknowledgements acknowledgements,
      VoterBooks books,
      DoubtFile doubts,
      Consumer<GossipInput> self) {
    this.acknowledgements = acknowledgements;
    this.books = books;
    this.doubts = doubts;
    this.self = self;
  }

  List<Effect> onInput(GossipInput.AboutVoters input, long now) {
    if (input instanceof GossipInput.Count count) {
      operations.put(++lastOperation, count.done());
      return acknowledgements.count(
          lastOperation, count.space(), count.target(), count.need(), now + count.millis(), now);
    } else if (input instanceof GossipInput.ChangeVoters change) {
      operations.put(++lastOperation, change.done());
      return acknowledgements.change(
          lastOperation, change.space(), change.voters(), now + change.millis(), now);
    } else if (input instanceof GossipInput.ReplaceLost lost) {
      operations.put(++lastOperation, lost.done());
      return acknowledgements.replaceLost(
          lastOperation, lost.space(), lost.lost(), lost.voters(), now + lost.millis(), now);
    } else if (input instanceof GossipInput.Voted voted) {
      return acknowledgements.voted(voted.from(), voted.ask(), voted.vote(), now);
    } else if (input instanceof GossipInput.Settled settled) {
      return acknowledgements.settled(settled.operation(), now);
    } else if (input instanceof GossipInput.Holed holed) {
      return acknowledgements.doubt(holed.space(), now);
    }
    throw new AssertionError(input);
  }

  /**
   * A space is open: what was doubted before the node was started is doubted still, unless it was
   * only to be removed, and that never happened.
   */
  List<Effect> opened(Message.Row row, long now) {
    if (doubts.isAsItStood(row)) {
      LOG.info("space '{}' was to be removed from this node, and is here as it was", row.space());
      remember(() -> doubts.remove(row.space()));
    }
    return doubts.contains(row.space()) ? acknowledgements.doubt(row.space(), now) : List.of();
  }

  /** Does what the effect says; false if it is none of these. */
  boolean take(Effect effect) {
    if (effect instanceof Effect.Acknowledged done) {
      end(done.operation()).complete(done.frontier());
    } else if (effect instanceof Effect.NotAcknowledged not) {
      end(not.operation()).completeExceptionally(new NotAcknowledged(not.shortfall()));
    } else if (effect instanceof Effect.Vote vote) {
      books.vote(
          vote.ask(), cast -> self.accept(new GossipInput.Voted(vote.from(), vote.ask(), cast)));
    } else if (effect instanceof Effect.Settle settle) {
      books.settle(
          settle.space(),
          settle.version(),
          settle.voters(),
          () -> self.accept(new GossipInput.Settled(settle.operation())));
    } else if (effect instanceof Effect.Doubted doubted) {
      LOG.error(
          "space '{}': this node lacks something that it acknowledged; it does not speak as a voter"
              + " until it has pulled what a majority of the other voters have",
          doubted.space());
      remember(() -> doubts.add(doubted.space()));
    } else if (effect instanceof Effect.Left left) {
      remember(() -> doubts.left(left.stood()));
    } else if (effect instanceof Effect.Trusted trusted) {
      LOG.info("space '{}': this node may speak as a voter again", trusted.space());
      remember(() -> doubts.remove(trusted.space()));
    } else {
      return false;
    }
    return true;
  }

  /** A voter knows no hashes. */
  static void isOlder(String voter) {
    LOG.warn("{} is of an older version: as a voter it counts by counters alone; update it", voter);
  }

  private CompletableFuture<VersionVector> end(long operation) {
    CompletableFuture<VersionVector> done = operations.remove(operation);
    return done == null ? new CompletableFuture<>() : done;
  }

  private static void remember(Runnable write) {
    try {
      write.run();
    } catch (UncheckedIOException e) {
      // It holds for this process; a later one may have to hear of it from a peer.
      LOG.error("cannot write the list of doubts: {}", e.getMessage());
    }
  }

  /** The gossip ends: nobody may wait for an answer that will not come. */
  void close() {
    Shortfall closed = new Shortfall(Shortfall.Reason.CLOSED, 0, 1, List.of());
    operations.values().forEach(done -> done.completeExceptionally(new NotAcknowledged(closed)));
    operations.clear();
  }
}
