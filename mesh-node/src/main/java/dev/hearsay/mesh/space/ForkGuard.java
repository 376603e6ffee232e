package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Finds two branches under one replica of a space, keeps them apart, and has the node write its own
 * branch anew. Two holders compare the ends of their chains wherever something points to a fork;
 * who sees one tells the other. The replica's owner then asks where its own chain left the other's,
 * and moves what it did since to a new replica ({@link BranchMove}); whoever is not the owner
 * waits. Pure and not thread-safe.
 */
public final class ForkGuard {
  private static final int ASKED_EACH_TIME = 8;

  /** Comparisons after which a branch that is not this node's waits for an operator. */
  private static final int ROUNDS_MAX = 2;

  private final SpaceCore core;
  private final ChainWitness witness;
  private final Predicate<ReplicaId> ours;

  /** By peer, the replicas of which it holds another branch. */
  private final Map<HostPort, Set<ReplicaId>> avoided = new TreeMap<>();

  /** Up to which counter a branch here is the same as the others'. */
  private final Map<ReplicaId, Long> shared = new TreeMap<>();

  /** The newest contact with a peer of which something waits. */
  private final Map<HostPort, Integer> contacts = new HashMap<>();

  /** Why a branch waits for an operator. */
  private final Map<ReplicaId, String> asked = new TreeMap<>();

  /** At which contact with a peer the chains were compared, and nothing differed. */
  private final Map<HostPort, Integer> metAt = new HashMap<>();

  /** What peers have brought before the chains were compared. */
  private final Anteroom held = new Anteroom();

  /** How often a peer was asked while it is avoided. */
  private final Map<HostPort, Integer> rounds = new HashMap<>();

  /** Branches that an operator has told this node to write anew. */
  private final Set<ReplicaId> toMove = new HashSet<>();

  /**
   * Guards one space.
   *
   * @param ours whether a replica is, or was, an incarnation of this node
   */
  public ForkGuard(SpaceCore core, Predicate<ReplicaId> ours) {
    this.core = core;
    this.witness = new ChainWitness(core);
    this.ours = ours;
  }

  /**
   * Whether something that a peer has brought may be taken now. If not, it waits until the chains
   * have been compared at this contact: a change names what it depends on by counters, and what was
   * written on top of another branch would pass for written on top of this one.
   *
   * @param contact counts the times that the peer has come into reach
   * @param bytes about how many it takes while it waits
   * @param then told true when it may be taken, false if it must not be
   */
  public boolean isMet(
      HostPort peer, int contact, long bytes, Consumer<Boolean> then, List<ForkAction> actions) {
    if (Objects.equals(metAt.get(peer), contact)) {
      return true;
    }
    if (metAt.isEmpty() && held.isEmpty() && isUntouched()) {
      metAt.put(peer, contact); // whatever branch it brings, it is the first one here
      return true;
    }
    held.add(peer, bytes, then);
    contacts.put(peer, contact);
    int waiting = held.of(peer);
    if (waiting <= ASKED_EACH_TIME || Integer.bitCount(waiting) == 1) {
      // Again and again, because the question, or its answer, may have been lost.
      actions.addAll(suspected(peer));
    }
    return false;
  }

  private boolean isUntouched() {
    return core.head().frontier().isEmpty()
        && core.journaled().staged() == null
        && avoided.isEmpty()
        && core.heldBack() == 0;
  }

  /** Nothing is to be decided, or written anew, where nobody holds another branch any more. */
  private void endWithTheLast() {
    if (avoided.isEmpty()) {
      asked.clear();
      shared.clear();
      toMove.clear();
    }
  }

  /** The peer is known no more: whoever comes to be at its address is met anew. */
  public void forget(HostPort peer) {
    held.release(peer, /* take= */ false);
    contacts.remove(peer);
    metAt.remove(peer);
    rounds.remove(peer);
    avoided.remove(peer);
    endWithTheLast();
  }

  /** Lets go of what waited for the peer. */
  public void release(HostPort peer, boolean take) {
    held.release(peer, take);
  }

  /**
   * How many deliveries were dropped unseen since this was last asked, by peer; repair brings them.
   */
  public Map<HostPort, Integer> takeDropped() {
    return held.takeDropped();
  }

  /** The peers that hold another branch, each with the replicas. */
  public Map<HostPort, Set<ReplicaId>> avoided() {
    Map<HostPort, Set<ReplicaId>> copy = new HashMap<>();
    avoided.forEach((peer, replicas) -> copy.put(peer, new TreeSet<>(replicas)));
    return copy;
  }

  /** Whether a peer is avoided, or something it has brought waits. */
  public boolean isBusy() {
    return !avoided.isEmpty() || !held.isEmpty() || !toMove.isEmpty();
  }

  /** Why nothing goes on by itself with that replica; empty if it does. */
  public String whyAsked(ReplicaId replica) {
    return asked.getOrDefault(replica, "");
  }

  /** Something of the peer was refused as another branch. */
  public List<ForkAction> refused(HostPort peer, String why) {
    List<ForkAction> actions = new ArrayList<>();
    metAt.remove(peer);
    if (!avoided.containsKey(peer)) {
      avoided.put(peer, new TreeSet<>());
      actions.add(new ForkAction.Avoid(peer, why));
    }
    actions.addAll(suspected(peer));
    return actions;
  }

  /** Something points to a fork, or it is time to look whether it is over. */
  public List<ForkAction> suspected(HostPort peer) {
    if (avoided.containsKey(peer)) {
      rounds.merge(peer, 1, Integer::sum);
    }
    return List.of(say(peer, heads(List.of(), /* answer= */ true)));
  }

  private static ForkAction say(HostPort to, ForkTalk talk) {
    return new ForkAction.Say(to, talk);
  }

  private ForkTalk heads(Collection<ReplicaId> forked, boolean answer) {
    List<ForkTalk.Head> heads = new ArrayList<>();
    core.durable()
        .heads()
        .forEach(
            (replica, head) -> heads.add(new ForkTalk.Head(replica, head.counter(), head.hash())));
    return new ForkTalk.Heads(heads, List.copyOf(forked), answer);
  }

  /**
   * A peer has spoken.
   *
   * @param others the frontiers of the peers that are not avoided, in reach or silent
   * @param fresh draws a replica that never minted
   */
  public List<ForkAction> heard(
      HostPort from,
      ForkTalk talk,
      Map<HostPort, VersionVector> others,
      Supplier<ReplicaId> fresh) {
    List<ForkAction> actions = new ArrayList<>();
    if (talk instanceof ForkTalk.Heads heads) {
      onHeads(from, heads, actions);
    } else if (talk instanceof ForkTalk.WantLinks want) {
      actions.add(say(from, links(want)));
    } else if (talk instanceof ForkTalk.Links links) {
      onLinks(from, links, others, fresh, actions);
    } else if (talk instanceof ForkTalk.Silent) {
      held.release(from, /* take= */ false);
      contacts.remove(from);
    } else if (talk instanceof ForkTalk.Inner inner) {
      ForkTalk answer = witness.answer(inner);
      if (answer != null) {
        actions.add(say(from, answer));
      }
    }
    return actions;
  }

  private void onHeads(HostPort from, ForkTalk.Heads theirs, List<ForkAction> actions) {
    Set<ReplicaId> seenHere = new TreeSet<>();
    for (ForkTalk.Head head : theirs.heads()) {
      if (core.branches().chains().contradicts(head.replica(), head.counter(), head.hash())) {
        seenHere.add(head.replica());
      }
    }
    Set<ReplicaId> forked = new TreeSet<>(seenHere);
    forked.addAll(theirs.forked());
    boolean isAvoided = avoided.containsKey(from);
    // One who asks has not looked at these chains yet, and may see what is not seen here.
    boolean isOpen = forked.isEmpty() && theirs.answer() && isAvoided;
    boolean isOver = forked.isEmpty() && !theirs.answer() && isAvoided;
    if (forked.isEmpty() && !isOpen) {
      avoided.remove(from);
      rounds.remove(from);
      Integer contact = contacts.remove(from);
      if (contact != null) {
        metAt.put(from, contact);
      }
      actions.add(new ForkAction.Meet(from));
      endWithTheLast();
    } else if (!isOpen) {
      metAt.remove(from);
      Set<ReplicaId> before = avoided.put(from, forked);
      if (before == null || !before.equals(forked)) {
        actions.add(new ForkAction.Avoid(from, "two branches under replica(s) " + forked));
      }
    }
    if (theirs.answer() || isOver || !theirs.forked().containsAll(seenHere)) {
      // With theirs, or two that each see what the other does not would never fall silent; and the
      // other learns at once that it is over.
      actions.add(say(from, heads(forked, /* answer= */ false)));
    }
    for (ReplicaId replica : forked) {
      if (!isToMove(replica) && rounds.getOrDefault(from, 0) > ROUNDS_MAX) {
        // Its owner may be at it.
        ask(from, replica, "it is no incarnation of this node", actions);
      }
      askForLinks(from, replica, actions);
    }
  }

  private boolean isToMove(ReplicaId replica) {
    return ours.test(replica) || toMove.contains(replica);
  }

  private void ask(HostPort peer, ReplicaId replica, String why, List<ForkAction> actions) {
    if (!why.equals(asked.put(replica, why))) {
      actions.add(new ForkAction.Ask(peer, replica, why));
    }
  }

  private void askForLinks(HostPort from, ReplicaId replica, List<ForkAction> actions) {
    List<EncodedChange> held = core.branches().changesOf(replica, core.head());
    if (held.isEmpty()) {
      ask(from, replica, "its changes are no longer held one by one here", actions);
      return;
    }
    EncodedChange first = held.get(0);
    long after = first.change().first() - 1;
    actions.add(say(from, new ForkTalk.WantLinks(replica, after, first.change().previousHash())));
  }

  private ForkTalk links(ForkTalk.WantLinks want) {
    ReplicaId replica = want.replica();
    Chains.Link shared = core.branches().chains().at(replica, want.after());
    boolean shares = want.after() == 0 || (shared != null && shared.hash() == want.hash());
    ReplicaHead durable = core.durable().head(replica);
    List<ForkTalk.Link> links =
        core
            .branches()
            .chains()
            .beyond(replica, want.after(), durable.counter(), ForkTalk.LINKS_MAX)
            .stream()
            .map(link -> new ForkTalk.Link(link.first(), link.last(), link.hash()))
            .toList();
    return new ForkTalk.Links(replica, want.after(), shares, core.durable().frontier(), links);
  }

  private void onLinks(
      HostPort from,
      ForkTalk.Links theirs,
      Map<HostPort, VersionVector> others,
      Supplier<ReplicaId> fresh,
      List<ForkAction> actions) {
    ReplicaId replica = theirs.replica();
    long common = theirs.sharesAfter() ? theirs.after() : -1;
    for (ForkTalk.Link link : theirs.links()) {
      Chains.Link mine = core.branches().chains().at(replica, link.last());
      if (mine != null && mine.hash() == link.hash()) {
        common = link.last();
      }
    }
    long end = theirs.links().isEmpty() ? 0 : theirs.links().get(theirs.links().size() - 1).last();
    Chains.Link mineAtEnd = core.branches().chains().at(replica, end);
    if (common == end && mineAtEnd != null && theirs.links().size() == ForkTalk.LINKS_MAX) {
      actions.add(say(from, new ForkTalk.WantLinks(replica, end, mineAtEnd.hash())));
      return;
    }
    long next = common + 1;
    boolean theyLeave =
        common >= 0 && theirs.links().stream().anyMatch(link -> link.first() == next);
    if (!avoided.containsKey(from)) {
      if (!theyLeave) {
        if (isToMove(replica) && common > shared.getOrDefault(replica, Long.MAX_VALUE)) {
          ask(from, replica, "others hold this node's branch too", actions);
        }
        return;
      }
      avoided.put(from, new TreeSet<>(Set.of(replica)));
      actions.add(new ForkAction.Avoid(from, "two branches under replica(s) [" + replica + "]"));
    }
    if (!theyLeave) {
      ask(from, replica, "where the branches part is no longer known", actions);
      return;
    }
    shared.merge(replica, common, Math::min);
    if (isToMove(replica)
        && (toMove.contains(replica) || nobodyElseHolds(replica, next, others, actions))) {
      move(from, replica, common, fresh, actions);
    } else if (isToMove(replica)
        && !asked.containsKey(replica)
        && rounds.getOrDefault(from, 0) > ROUNDS_MAX) {
      ask(from, replica, "others that may hold this node's branch too do not answer", actions);
    }
  }

  /**
   * False if peers may hold this node's branch; they are asked then, whether they answer or not.
   */
  private boolean nobodyElseHolds(
      ReplicaId replica,
      long counter,
      Map<HostPort, VersionVector> others,
      List<ForkAction> actions) {
    boolean nobody = true;
    for (Map.Entry<HostPort, VersionVector> other : others.entrySet()) {
      if (!avoided.containsKey(other.getKey()) && other.getValue().covers(replica, counter)) {
        nobody = false;
        askForLinks(other.getKey(), replica, actions);
      }
    }
    return nobody;
  }

  private void move(
      HostPort from,
      ReplicaId replica,
      long common,
      Supplier<ReplicaId> fresh,
      List<ForkAction> actions) {
    ReplicaId to = fresh.get();
    try {
      int changes = core.branches().move(core, replica, common, to);
      toMove.remove(replica);
      asked.remove(replica);
      actions.add(new ForkAction.Moved(replica, common, changes, to));
    } catch (RejectedException e) {
      ask(from, replica, String.valueOf(e.getMessage()), actions);
    }
  }

  /**
   * An operator has this node give its branch up, and write what it did anew.
   *
   * @return empty if no peer holds another branch
   */
  public List<ForkAction> writeAnew() {
    List<ForkAction> actions = new ArrayList<>();
    avoided.forEach(
        (peer, replicas) -> {
          toMove.addAll(replicas);
          replicas.forEach(replica -> askForLinks(peer, replica, actions));
        });
    return actions;
  }

  /** The operator takes back what was ordered, as far as it is not done. */
  public void withdraw() {
    toMove.clear();
  }

  /**
   * An operator has this node give its branch up for good: the space is empty until peers have
   * filled it again.
   *
   * @return false if no peer holds another branch; nothing is done then
   */
  public boolean giveUp(Supplier<ReplicaId> fresh) {
    if (avoided.isEmpty()) {
      return false;
    }
    Map<ReplicaId, Long> branches = new TreeMap<>();
    avoided.values().forEach(all -> all.forEach(r -> branches.put(r, shared.getOrDefault(r, 0L))));
    core.branches().discard(core, branches, fresh.get());
    asked.clear();
    toMove.clear();
    return true;
  }
}
