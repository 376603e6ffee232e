package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How nodes form a cluster without a first among equals, and how clusters that formed apart become
 * one.
 *
 * <ul>
 *   <li>A node without a cluster says hello to every address it knows. If a peer reports a cluster,
 *       it joins the one of highest {@linkplain ClusterRank rank}; else, when all have answered or
 *       {@value #GATHER_MILLIS} ms have passed, the lowest data address that was heard begins one.
 *   <li>A member that meets a cluster which shares no control system with its own, and outranks it,
 *       replaces its control system and joins there. Pekko cannot merge clusters.
 *   <li>A control system that was told to join one cluster is never told to join another. To change
 *       its mind a node replaces it.
 *   <li>Only links that work in both directions count. A cluster that could not be joined is
 *       shunned for a while, and replacements are spaced by a {@linkplain ReplacementPause pause}.
 *   <li>Members whose node announced a later control system, or said goodbye, are marked as down at
 *       once, others after they were unreachable for very long, by the leader.
 * </ul>
 *
 * <p>Pure: messages, views and ticks in, {@linkplain Effect effects} out. Time is an argument, in
 * milliseconds of a monotonic clock. Not thread-safe.
 */
final class Formation {
  static final long SEEKING_HELLO_MILLIS = 100;
  static final long GATHER_MILLIS = 400;

  /** How long the lowest address may take to begin its cluster before others stop waiting. */
  static final long PATIENCE_MILLIS = 3_000;

  /** For so long a higher rank must last before this node leaves its cluster for it. */
  static final long OUTRANKED_MILLIS = 300;

  private static final long ONE_SIDED_MILLIS_MAX = 10_000;
  private static final long FOREIGN_HELLO_MILLIS = 500;
  private static final long FELLOW_HELLO_MILLIS = 1_000;
  private static final int FELLOWS_AT_FULL_PACE = 16;
  private static final long ANSWER_MILLIS_MIN = 50;
  private static final long DOWN_AGAIN_MILLIS = 2_000;
  private static final long ORPHAN_MILLIS = 60_000;
  private static final int SEEDS_MAX = 8;

  private final NodeIdentity self;
  private final Patience patience;
  private final Peers peers;
  private final ControlHistory history = new ControlHistory();
  private final Acquaintances acquaintances;
  private final Shunned shunned = new Shunned();
  private final ReplacementPause pause;
  private final Map<ControlAddress, Long> unreachableSince = new HashMap<>();
  private final Map<ControlAddress, Long> downedAt = new HashMap<>();

  private long generation;
  private long epoch;
  private long sequence;

  private @Nullable ControlAddress control;
  private ClusterView view = ClusterView.NONE;
  private long seekingSince = Peer.NEVER;
  private @Nullable JoinAttempt attempt;
  private long outrankedSince = Peer.NEVER;
  private boolean removed;

  /**
   * @param generation orders the processes of this node id: the time of the start, in milliseconds
   */
  Formation(NodeIdentity self, long generation, Patience patience) {
    this.self = self;
    this.generation = generation;
    this.patience = patience;
    this.peers = new Peers(self.data());
    this.acquaintances = new Acquaintances(peers, history);
    this.pause = new ReplacementPause(self.incarnation());
  }

  // What happens

  /** Addresses to say hello to; those named at the start are never forgotten. */
  void know(long now, Collection<HostPort> addresses, boolean configured) {
    peers.know(now, addresses, configured);
  }

  /** A control system has started for this node. */
  List<Effect> onControl(long now, ControlAddress started) {
    control = started;
    epoch++;
    view = ClusterView.NONE;
    seekingSince = now;
    attempt = null;
    removed = false;
    outrankedSince = Peer.NEVER;
    unreachableSince.clear();
    downedAt.clear();
    history.heard(hello(Hello.Kind.HELLO, false));
    return onTick(now);
  }

  /** What this node's control system sees now; views of an earlier one are ignored. */
  void onView(long now, ClusterView seen) {
    if (control == null || !control.equals(seen.self())) {
      return;
    }
    removed |= view.isMember() && !seen.isMember();
    view = seen;
    unreachableSince.keySet().retainAll(seen.members().keySet());
    downedAt.keySet().retainAll(seen.members().keySet());
    seen.members()
        .forEach(
            (member, reachable) -> {
              if (reachable) {
                unreachableSince.remove(member);
              } else {
                unreachableSince.putIfAbsent(member, now);
              }
            });
  }

  /** Rows of the node directory: who had which control system, and more addresses. */
  void onRows(long now, Collection<NodeRow> rows) {
    acquaintances.onRows(now, rows, view);
  }

  /**
   * Whether this node's row is not in its part of the directory, and has to be written anew: where
   * there was no room for it, as of a later generation than others there (by the time since 1970).
   */
  boolean isMissing(long wallMillis, Map<String, NodeRow> part) {
    if (part.size() >= Limits.ROWS_MAX && !part.containsKey(self.nodeId())) {
      long oldest = part.values().stream().mapToLong(NodeRow::generation).min().orElse(0);
      raiseGeneration(Math.max(wallMillis, oldest));
    }
    return !part.containsKey(self.nodeId());
  }

  List<Effect> onHello(long now, Hello hello) {
    List<Effect> effects = new ArrayList<>();
    if (!hello.mesh().equals(self.mesh())) {
      effects.add(new Effect.Outside(hello.data(), hello.mesh()));
      return effects;
    }
    Peer peer = peers.speaker(now, hello.data());
    if (peer == null || !peer.accept(now, hello)) {
      return effects;
    }
    history.heard(hello);
    if (control == null) {
      return effects;
    }
    if (wantsAnswer(now, peer, hello)) {
      greet(now, peer, Hello.Kind.ANSWER, effects);
    }
    decide(now, effects);
    return effects;
  }

  List<Effect> onTick(long now) {
    List<Effect> effects = new ArrayList<>();
    peers.forgetTheSilent(now, patience);
    for (Peer peer : peers.all()) {
      if (helloIsDue(now, peer)) {
        greet(now, peer, Hello.Kind.HELLO, effects);
      }
    }
    if (control != null) {
      decide(now, effects);
    }
    return effects;
  }

  /** What to tell the peers before this node's control system stops for good. */
  List<Effect> goodbye(long now) {
    List<Effect> effects = new ArrayList<>();
    for (Peer peer : peers.all()) {
      if (peer.isLively(now)) {
        greet(now, peer, Hello.Kind.GOODBYE, effects);
      }
    }
    return effects;
  }

  // What it knows

  long generation() {
    return generation;
  }

  /** A row claims to be newer than this node's; from now on it is not. */
  void raiseGeneration(long above) {
    generation = Math.max(generation, above + 1);
    history.heard(hello(Hello.Kind.HELLO, false));
  }

  long epoch() {
    return epoch;
  }

  boolean isMember() {
    return control != null && view.isMember();
  }

  /** The data addresses it says hello to. */
  Collection<HostPort> known() {
    return peers.addresses();
  }

  /** Those that were learned, or heard again after a silence, since this was asked last. */
  Set<HostPort> takeNews() {
    return peers.takeNews();
  }

  // Without a cluster

  private void decide(long now, List<Effect> effects) {
    if (removed) {
      replace(now, "it was removed from its cluster", effects);
    } else if (!view.isMember()) {
      JoinAttempt current = attempt;
      if (current == null) {
        seek(now, effects);
      } else {
        await(now, current, effects);
      }
    } else if (!leaveForALargerCluster(now, effects)) {
      buryTheGone(now, effects);
      removeTheLongUnreachable(now, effects);
    }
  }

  private void seek(long now, List<Effect> effects) {
    Hello best = highest(now, report -> true);
    if (best != null) {
      JoinAttempt next = JoinAttempt.join(now, best.members().keySet());
      attempt = next;
      nameSeeds(now, next, effects);
    } else if (mayBegin(now)) {
      attempt = JoinAttempt.begin(now, requireControl());
      effects.add(new Effect.JoinSelf());
    }
  }

  private boolean mayBegin(long now) {
    long soughtMillis = now - seekingSince;
    if (soughtMillis >= PATIENCE_MILLIS) {
      return true;
    }
    return (soughtMillis >= GATHER_MILLIS || peers.allUsable(now)) && peers.noneLower(now);
  }

  private void await(long now, JoinAttempt current, List<Effect> effects) {
    if (!current.begins()) {
      Hello best = highest(now, report -> report.shares(current.destination()));
      if (best != null) {
        current.reported(now, best.members().keySet());
        nameSeeds(now, current, effects);
      }
    }
    if (current.isRefused(now)) {
      if (replace(now, "a cluster did not let it join", effects)) {
        shunned.add(now, current.destination());
      }
    } else if (current.isHopeless(now)) {
      replace(now, "the cluster it was joining is not there", effects);
    }
  }

  private void nameSeeds(long now, JoinAttempt current, List<Effect> effects) {
    TreeSet<ControlAddress> seeds = new TreeSet<>();
    for (Hello report : peers.members(now)) {
      if (report.shares(current.destination())) {
        seeds.add(report.requireControl());
      }
    }
    List<ControlAddress> next = seeds.stream().limit(SEEDS_MAX).toList();
    if (current.takeSeeds(now, next)) {
      effects.add(new Effect.Join(next));
    }
  }

  // In a cluster

  /** Does so only if the other outranks this one for a moment. */
  private boolean leaveForALargerCluster(long now, List<Effect> effects) {
    Hello best = highest(now, report -> isForeign(now, report));
    if (best == null || best.rank().compareTo(ClusterRank.of(view.members())) <= 0) {
      outrankedSince = Peer.NEVER;
      return false;
    }
    if (outrankedSince == Peer.NEVER) {
      outrankedSince = now;
    }
    return now - outrankedSince >= OUTRANKED_MILLIS
        && replace(
            now,
            "it met a larger cluster, of " + best.members().size() + ", at " + best.data(),
            effects);
  }

  /**
   * Whether a member's cluster is another than this node's: they share no control system, or one of
   * the two has had no part in the other's for longer than news takes to spread (it was removed).
   */
  private boolean isForeign(long now, Hello report) {
    Peer peer = peers.at(report.data());
    if (peer == null || !report.shares(view.members().keySet())) {
      return true;
    }
    boolean listsMe = report.members().containsKey(requireControl());
    boolean isListed = view.members().containsKey(report.requireControl());
    boolean complete =
        Math.max(report.members().size(), view.members().size()) < Limits.HELLO_MEMBERS_MAX;
    return peer.oneSidedMillis(now, complete && listsMe != isListed) >= ONE_SIDED_MILLIS_MAX;
  }

  private void buryTheGone(long now, List<Effect> effects) {
    view.members()
        .forEach(
            (member, reachable) -> {
              if (!member.equals(control)
                  && history.isGone(member, reachable)
                  && !peers.isClaimed(now, member)) {
                down(now, member, "its node has left or started again", effects);
              }
            });
  }

  private void removeTheLongUnreachable(long now, List<Effect> effects) {
    unreachableSince.forEach(
        (member, since) -> {
          if (view.leader() && now - since >= patience.removeMillis()) {
            down(now, member, "it was unreachable for too long", effects);
          } else if (now - since >= ORPHAN_MILLIS && history.isOrphan(member)) {
            down(now, member, "it is unreachable, and no node is known to run it", effects);
          }
        });
  }

  private void down(long now, ControlAddress member, String reason, List<Effect> effects) {
    Long last = downedAt.get(member);
    if (last == null || now - last >= DOWN_AGAIN_MILLIS) {
      downedAt.put(member, now);
      effects.add(new Effect.Down(member, reason));
    }
  }

  /** Gives up the control system, unless the last time was too short ago. */
  private boolean replace(long now, String reason, List<Effect> effects) {
    if (!pause.take(now)) {
      return false;
    }
    control = null;
    view = ClusterView.NONE;
    seekingSince = now;
    effects.add(new Effect.Replace(reason));
    return true;
  }

  // Hellos

  private boolean helloIsDue(long now, Peer peer) {
    boolean lively = peer.isLively(now);
    boolean hasty = !isMember() && (lively || now - seekingSince <= PATIENCE_MILLIS);
    if (!lively && !hasty) {
      return ProbePace.due(peer.sentMillis(), now);
    }
    long pauseMillis =
        hasty ? SEEKING_HELLO_MILLIS : isFellow(peer) ? fellowPauseMillis() : FOREIGN_HELLO_MILLIS;
    return now - peer.sentMillis() >= pauseMillis;
  }

  private boolean isFellow(Peer peer) {
    Hello hello = peer.hello();
    return hello != null && hello.control() != null && view.members().containsKey(hello.control());
  }

  /** Longer in a large cluster: there are many, and they have nothing to decide. */
  private long fellowPauseMillis() {
    return FELLOW_HELLO_MILLIS * Math.max(1, view.members().size() / FELLOWS_AT_FULL_PACE);
  }

  /** If the peer has something to decide, or does not know that it is heard. */
  private boolean wantsAnswer(long now, Peer peer, Hello hello) {
    if (hello.kind() != Hello.Kind.HELLO || now - peer.sentMillis() < ANSWER_MILLIS_MIN) {
      return false;
    }
    return view.isMember() ? !hello.isMember() || isForeign(now, hello) : !hello.hearsYou();
  }

  private void greet(long now, Peer peer, Hello.Kind kind, List<Effect> effects) {
    peer.sent(now);
    effects.add(new Effect.SendHello(peer.address(), hello(kind, peer.isFresh(now))));
  }

  private Hello hello(Hello.Kind kind, boolean hearsYou) {
    return new Hello(
        kind,
        hearsYou,
        self.nodeId(),
        self.incarnation(),
        generation,
        epoch,
        ++sequence,
        self.data(),
        control,
        kind == Hello.Kind.GOODBYE ? Collections.emptyNavigableMap() : membersToTell(),
        self.mesh());
  }

  private NavigableMap<ControlAddress, Boolean> membersToTell() {
    if (!isMember() || view.members().size() <= Limits.HELLO_MEMBERS_MAX) {
      return view.members();
    }
    TreeMap<ControlAddress, Boolean> lowest = new TreeMap<>(view.members());
    while (lowest.size() >= Limits.HELLO_MEMBERS_MAX) {
      lowest.pollLastEntry();
    }
    lowest.put(requireControl(), true);
    return lowest;
  }

  /** The report of the highest cluster that may be joined, among those that fit. */
  private @Nullable Hello highest(long now, Predicate<Hello> fits) {
    return peers.members(now).stream()
        .filter(report -> fits.test(report) && !shunned.contains(now, report))
        .max(Comparator.comparing(Hello::rank))
        .orElse(null);
  }

  private ControlAddress requireControl() {
    ControlAddress current = control;
    if (current == null) {
      throw new IllegalStateException("no control system");
    }
    return current;
  }
}
