package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Names;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.gossip.Holders;
import dev.hearsay.mesh.gossip.Need;
import dev.hearsay.mesh.wire.VoterView;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node asks the voters of its spaces. Thread-safe. */
final class Voting {
  /** How many voters a space has if nobody names them and there are so many. */
  static final int VOTERS_DEFAULT = 3;

  private static final Logger LOG = LoggerFactory.getLogger(Voting.class);
  private static final long WIDEN_MILLIS_MAX = 2_000;

  /** So much longer than it was given the gossip may take to say that the time is over. */
  static final long SLOW_MILLIS = 1_000;

  private static final long WIDEN_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Operations that may wait for voters before more are refused. */
  private static final int COUNTING_MAX = 100_000;

  /** To make one voter three; all that wait for it share it. */
  private record Attempt(long sinceNanos, CompletableFuture<Void> end) {}

  private final VoterBooks books;
  private final Consumer<GossipInput> gossip;
  private final Function<String, Placement> placements;
  private final AtomicInteger counting = new AtomicInteger();
  private final Map<String, Attempt> attempts = new ConcurrentHashMap<>();

  /**
   * For the voters in these books.
   *
   * @param placements where a space may live
   */
  Voting(VoterBooks books, Consumer<GossipInput> gossip, Function<String, Placement> placements) {
    this.books = books;
    this.gossip = gossip;
    this.placements = placements;
  }

  /**
   * The list, if it may be one.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION}
   */
  static List<String> checked(Collection<String> nodes) {
    List<String> list = VoterView.list(nodes);
    if (list.isEmpty() || list.size() > VoterView.VOTERS_MAX) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION,
          list.size() + " voters; a space has 1 to " + VoterView.VOTERS_MAX);
    }
    list.forEach(node -> Names.check("voter", node));
    return list;
  }

  VoterView view(String space) {
    return books.view(space);
  }

  /** Time left, in milliseconds; at least one. */
  static long millisUntil(long deadlineNanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
  }

  /** Fails at once if the space has too few voters; first completes a default that is alone. */
  CompletableFuture<Void> ready(String space, Acknowledgement acknowledgement, long deadlineNanos) {
    if (counting.get() >= COUNTING_MAX) {
      return CompletableFuture.failedFuture(
          new HearsayException(
              ErrorCode.OVERLOADED,
              COUNTING_MAX + " operations wait for voters; nothing was done"));
    }
    if (!view(space).isNamed()) {
      return named(space).thenCompose(done -> required(space, acknowledgement));
    }
    NavigableSet<String> voters = view(space).voters();
    if (voters.size() >= VOTERS_DEFAULT || !books.isDefault(space)) {
      attempts.remove(space);
      return required(space, acknowledgement);
    }
    long now = System.nanoTime();
    Attempt attempt =
        attempts.compute(
            space,
            (name, last) ->
                last != null && now - last.sinceNanos() < WIDEN_AGAIN_NANOS
                    ? last
                    : new Attempt(
                        now,
                        eligible(placements.apply(space))
                            .thenCompose(nodes -> widened(space, voters, nodes, deadlineNanos))));
    return attempt.end().thenCompose(done -> required(space, acknowledgement));
  }

  private CompletableFuture<Void> required(String space, Acknowledgement acknowledgement) {
    VoterView view = view(space);
    if (need(acknowledgement).isPossible(view)) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.failedFuture(tooFew(space, view, acknowledgement));
  }

  private static HearsayException tooFew(
      String space, VoterView view, Acknowledgement acknowledgement) {
    return new HearsayException(
        ErrorCode.TOO_FEW_VOTERS,
        "space '"
            + space
            + "' has "
            + view.voters().size()
            + " voter(s), too few for "
            + acknowledgement
            + "; nothing was done: name more with changeVoters(…)");
  }

  private CompletableFuture<Void> widened(
      String space, NavigableSet<String> voters, Holders.Eligible nodes, long deadlineNanos) {
    NavigableSet<String> more = withOthers(voters, nodes);
    if (more.size() < VOTERS_DEFAULT) {
      return CompletableFuture.completedFuture(null);
    }
    long millis = Math.min(WIDEN_MILLIS_MAX, millisUntil(deadlineNanos) / 2 + 1);
    return change(space, more, millis)
        .handle(
            (done, failure) -> {
              if (failure == null) {
                LOG.info("space '{}' has the voters {} from now on", space, more);
              }
              // It stays as it is, and that is what the operation is counted by.
              return null;
            });
  }

  /** Also this node if it may hold the space, and then others in reach that may. */
  private NavigableSet<String> withOthers(Collection<String> first, Holders.Eligible eligible) {
    NavigableSet<String> nodes = new TreeSet<>(first);
    if (eligible.inReach().contains(books.nodeId())) {
      nodes.add(books.nodeId());
    }
    eligible.inReach().stream().filter(id -> nodes.size() < VOTERS_DEFAULT).forEach(nodes::add);
    return nodes;
  }

  private CompletableFuture<Holders.Eligible> eligible(Placement placement) {
    CompletableFuture<Holders.Eligible> answer = new CompletableFuture<>();
    gossip.accept(new GossipInput.AskEligible(placement, answer));
    return answer
        .orTimeout(WIDEN_MILLIS_MAX, TimeUnit.MILLISECONDS)
        // A node that closes: what it asks next will say so.
        .exceptionally(failure -> new Holders.Eligible(new TreeSet<>(), new TreeSet<>()));
  }

  /**
   * The voters of a space that is created here and now: three of the nodes that may hold it, or one
   * alone, this one if it may; none if none is in reach that may.
   */
  List<String> first(Placement placement) {
    return first(placement, eligible(placement).join());
  }

  private List<String> first(Placement placement, Holders.Eligible eligible) {
    NavigableSet<String> nodes = withOthers(Set.of(), eligible);
    if (nodes.size() >= VOTERS_DEFAULT) {
      return List.copyOf(nodes);
    }
    boolean here = placement.isEverywhere() || nodes.contains(books.nodeId());
    return here ? List.of(books.nodeId()) : nodes.stream().limit(1).toList();
  }

  /** Names the default, if the space was created where nobody was in reach that may hold it. */
  private CompletableFuture<Void> named(String space) {
    Placement placement = placements.apply(space);
    CompletableFuture<Void> done = new CompletableFuture<>();
    var unused =
        eligible(placement)
            .thenAccept(
                nodes -> {
                  List<String> voters = first(placement, nodes);
                  if (voters.isEmpty()) {
                    done.complete(null);
                  } else {
                    books.name(space, voters, () -> done.complete(null));
                  }
                });
    // Without any the operation is refused.
    return done.orTimeout(WIDEN_MILLIS_MAX, TimeUnit.MILLISECONDS).exceptionally(failure -> null);
  }

  /**
   * Voters must be nodes that may hold the space: one that may not never answers.
   *
   * @throws HearsayException with that code if one is not known to be such a node
   */
  void requireEligible(
      String space, Placement placement, Collection<String> voters, ErrorCode code) {
    if (placement.isEverywhere() || voters.isEmpty()) {
      return;
    }
    Set<String> others = new TreeSet<>(voters);
    others.removeAll(eligible(placement).join().known());
    if (!others.isEmpty()) {
      throw new HearsayException(
          code,
          "space '"
              + space
              + "' cannot live "
              + placement
              + " with the voter(s) "
              + String.join(", ", others)
              + ", which may not hold it then or are not known here; nothing was done: "
              + (code == ErrorCode.PLACEMENT_CONFLICT
                  ? "change the voters first with changeVoters(…)"
                  : "name voters that may hold it"));
    }
  }

  /** As {@link #change}, if these nodes may hold the space. */
  CompletableFuture<Void> changeTo(String space, Collection<String> voters, long millis) {
    requireEligible(space, placements.apply(space), voters, ErrorCode.INVALID_CONFIGURATION);
    return change(space, voters, millis);
  }

  /** Completes when so many voters have the target durable. */
  CompletableFuture<Void> acknowledged(
      String space, VersionVector target, Acknowledgement acknowledgement, long deadlineNanos) {
    if (target.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    long millis = millisUntil(deadlineNanos);
    return count(space, target, acknowledgement, millis)
        .handle(
            (frontier, failure) -> {
              if (failure != null) {
                throw VotingErrors.unacknowledged(space, acknowledgement, millis, failure);
              }
              return null;
            });
  }

  /** What so many voters have durable. */
  CompletableFuture<VersionVector> learned(
      String space, Acknowledgement acknowledgement, long deadlineNanos) {
    long millis = millisUntil(deadlineNanos);
    return count(space, VersionVector.EMPTY, acknowledgement, millis)
        .handle(
            (frontier, failure) -> {
              if (failure != null) {
                throw VotingErrors.unread(space, acknowledgement, millis, failure);
              }
              return frontier;
            });
  }

  private CompletableFuture<VersionVector> count(
      String space, VersionVector target, Acknowledgement acknowledgement, long millis) {
    CompletableFuture<VersionVector> done = new CompletableFuture<>();
    gossip.accept(new GossipInput.Count(space, target, need(acknowledgement), millis, done));
    counting.incrementAndGet();
    var unused = done.whenComplete((frontier, failure) -> counting.decrementAndGet());
    return guarded(done, millis);
  }

  CompletableFuture<Void> change(String space, Collection<String> voters, long millis) {
    CompletableFuture<VersionVector> done = new CompletableFuture<>();
    gossip.accept(new GossipInput.ChangeVoters(space, List.copyOf(voters), millis, done));
    return guarded(done, millis)
        .handle(
            (frontier, failure) -> {
              if (failure != null) {
                throw VotingErrors.unchanged(space, millis, failure);
              }
              return null;
            });
  }

  /** As {@link #changeTo}, without those that are lost for good. */
  CompletableFuture<Void> replaceLost(
      String space, Set<String> lost, Collection<String> voters, long millis) {
    requireEligible(space, placements.apply(space), voters, ErrorCode.INVALID_CONFIGURATION);
    CompletableFuture<VersionVector> done = new CompletableFuture<>();
    gossip.accept(new GossipInput.ReplaceLost(space, lost, List.copyOf(voters), millis, done));
    return guarded(done, millis)
        .handle(
            (frontier, failure) -> {
              if (failure != null) {
                throw VotingErrors.unchanged(space, millis, failure);
              }
              LOG.warn(
                  "space '{}' has the voters {} by force: what {} alone had acknowledged is given"
                      + " up, and if one of them is not lost, it is to be stopped",
                  space,
                  voters,
                  lost);
              return null;
            });
  }

  /** The gossip ends it in time; but it may be slow, or have ended itself, and take no more. */
  private static CompletableFuture<VersionVector> guarded(
      CompletableFuture<VersionVector> done, long millis) {
    return done.orTimeout(millis + SLOW_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Need need(Acknowledgement acknowledgement) {
    return switch (acknowledgement.kind()) {
      case LOCAL, QUORUM -> Need.QUORUM;
      case ALL -> Need.ALL;
      case AT_LEAST -> Need.atLeast(acknowledgement.count());
    };
  }
}
