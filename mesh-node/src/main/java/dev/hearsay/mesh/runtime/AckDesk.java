package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.gossip.Acknowledgements;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Shortfall;
import dev.hearsay.mesh.wire.Message;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interprets what {@link Acknowledgements} wants done: completes operations, votes in the
 * catalogue, remembers doubts. For the gossip's thread.
 */
final class AckDesk {
  private static final Logger LOG = LoggerFactory.getLogger(AckDesk.class);
  private static final long LOOK_MILLIS = 1_000;
  private static final long SAY_PAUSE_MILLIS_MIN = 10_000;
  private static final long SAY_PAUSE_MILLIS_MAX = 300_000;
  private static final int DOUBTS_LOOKED_AT_MAX = 1_000;
  private static final int DOUBT_LINES_MAX = 5;
  private static final int SPACES_NAMED_MAX = 5;

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
  private long lookAgainMillis = Long.MIN_VALUE;
  private long sayAgainMillis;
  private long sayPauseMillis = SAY_PAUSE_MILLIS_MIN;

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
      return acknowledgements.holed(holed.space(), now);
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

  /** Says what spaces in doubt wait for, each time after a longer pause. */
  void onTick(long now) {
    if (now < lookAgainMillis) {
      return;
    }
    lookAgainMillis = now + LOOK_MILLIS;
    int late = acknowledgements.lateDoubts(now);
    if (late == 0) {
      sayAgainMillis = now;
      sayPauseMillis = SAY_PAUSE_MILLIS_MIN;
    } else if (now >= sayAgainMillis) {
      sayAgainMillis = now + sayPauseMillis;
      sayPauseMillis = Math.min(2 * sayPauseMillis, SAY_PAUSE_MILLIS_MAX);
      lines(acknowledgements.inDoubt(DOUBTS_LOOKED_AT_MAX, now), late)
          .forEach(line -> LOG.warn("{}", line));
    }
  }

  /**
   * What is said of spaces in doubt: what several wait for is said once.
   *
   * @param inDoubt what each waits for, by space
   * @param all how many there are
   */
  static List<String> lines(SortedMap<String, String> inDoubt, int all) {
    Map<String, List<String>> spaces = new LinkedHashMap<>();
    inDoubt.forEach(
        (space, what) -> spaces.computeIfAbsent(what, key -> new ArrayList<>()).add(space));
    List<String> lines = new ArrayList<>();
    spaces.forEach(
        (what, names) -> {
          if (lines.size() < DOUBT_LINES_MAX) {
            lines.add(named(names) + ": still in doubt, and waiting for " + what);
          }
        });
    int said = spaces.values().stream().limit(DOUBT_LINES_MAX).mapToInt(List::size).sum();
    if (said < all) {
      lines.add((all - said) + " more space(s) are still in doubt");
    }
    return lines;
  }

  private static String named(List<String> spaces) {
    String names =
        spaces.stream()
            .limit(SPACES_NAMED_MAX)
            .map(space -> "'" + space + "'")
            .collect(Collectors.joining(", "));
    int more = spaces.size() - SPACES_NAMED_MAX;
    return (spaces.size() > 1 ? "spaces " : "space ")
        + names
        + (more > 0 ? " and " + more + " more" : "");
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
