package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rumours: new changes are pushed over the eager links of their origin's tree, and announced by
 * their frontier over all links (Plumtree: Leitão et al. 2007, with version vectors as the
 * what-I-have digests and a tree for each origin). A link over which an origin's changes come twice
 * is pruned for that origin; what was announced and does not come grafts one. Up to {@link
 * GossipSettings#directHoldersMax} nodes the writer sends to all it reaches, and nobody passes on
 * what its writer could have brought. Not thread-safe.
 */
final class Rumours {
  static final int ADOPTED_MAX = 10_000;

  private record Fresh(EncodedChange change, Trees.Tree tree, Set<HostPort> senders) {
    boolean isFor(Peer peer, String space) {
      return tree.eager.contains(peer.address)
          && !senders.contains(peer.address)
          && !peer.hasChange(space, change);
    }
  }

  /** Of whom a link is made eager, and for what. */
  private record Grafting(Peer peer, Placement scope) {}

  private final GossipSettings settings;
  private final SpaceBook spaces;
  private final Placements placements;
  private final Map<HostPort, Peer> peers;
  private final Traffic traffic;
  private final Announcements announcements;
  private final Trees trees;
  private final Arrivals arrivals;
  private final Gaps gaps;

  /** Origins without a space, whose changes were handed in here; the oldest are forgotten. */
  private final Set<ReplicaId> adopted;

  Rumours(
      HostPort here,
      GossipSettings settings,
      SpaceBook spaces,
      Placements placements,
      Peers peers,
      Traffic traffic) {
    this.traffic = traffic;
    this.settings = settings;
    this.spaces = spaces;
    this.placements = placements;
    this.peers = peers;
    this.announcements = new Announcements(here, settings, spaces, placements, peers, traffic);
    this.trees = new Trees(traffic);
    this.arrivals = new Arrivals(traffic);
    this.gaps = new Gaps(traffic);
    Runnable forgot = () -> traffic.forgot(Bound.HANDED_IN, 1);
    this.adopted = Collections.newSetFromMap(new BoundedMap<>(ADOPTED_MAX, forgot));
  }

  /** Whether so few nodes are known to hold the space that each writer sends to all. */
  boolean isDirect(String space) {
    return isDirect(scope(space));
  }

  private boolean isDirect(Placement scope) {
    long others =
        scope.isEverywhere()
            ? peers.size()
            : peers.values().stream().filter(peer -> Placements.allows(scope, peer)).count();
    return others < settings.directHoldersMax();
  }

  /** Of a space that is open. */
  private Placement scope(String space) {
    Placement placement = placements.of(space);
    return placement == null ? Placement.everywhere() : placement;
  }

  /** Whether the origin is a node in reach, which brings its changes itself. */
  private boolean bringsItself(String space, ReplicaId origin) {
    return isDirect(space)
        && peers.values().stream()
            .anyMatch(peer -> peer.reachable && peer.is(origin) && placements.mayHold(peer, space));
  }

  private Trees.Tree tree(Placement scope, ReplicaId origin, boolean own) {
    boolean direct = isDirect(scope);
    Trees.Tree tree = trees.get(scope, origin);
    // One that was planted without links, because the writer would send to all, is planted again
    // once there are too many nodes for that.
    if (tree != null && tree.own == own && (own || direct || !tree.direct)) {
      return tree;
    }
    Set<HostPort> eager = new LinkedHashSet<>();
    if (own || !direct) {
      peers.values().stream()
          .filter(peer -> peer.reachable)
          .forEach(peer -> eager.add(peer.address));
    }
    return trees.plant(scope, origin, eager, own, direct);
  }

  /**
   * A peer answers, for the first time or again: it enters eager, and is pruned where it repeats.
   */
  void peerUp(Peer peer) {
    Map<Placement, Boolean> direct = new HashMap<>();
    trees.forEach(
        tree -> {
          if (tree.own || !direct.computeIfAbsent(tree.scope, this::isDirect)) {
            tree.eager.add(peer.address);
          }
          tree.prunedMillis.remove(peer.address);
        });
  }

  void peerDown(Peer peer) {
    trees.forEach(
        tree -> {
          tree.eager.remove(peer.address);
          tree.prunedMillis.remove(peer.address);
          if (peer.address.equals(tree.parent)) {
            tree.parent = null;
          }
        });
  }

  /** Passes on what is durable now: what was minted here, and what came as a rumour. */
  void published(
      String space,
      VersionVector frontier,
      List<EncodedChange> minted,
      List<EncodedChange> received,
      List<Effect> effects,
      long nowMillis) {
    List<Fresh> fresh = new ArrayList<>();
    Placement scope = scope(space);
    boolean passesOn = arrivals.hasRumours(space);
    for (EncodedChange change : passesOn ? received : List.<EncodedChange>of()) {
      Set<HostPort> senders = arrivals.sendersOfRumour(space, change);
      if (senders != null) {
        ReplicaId origin = change.change().replica();
        fresh.add(new Fresh(change, tree(scope, origin, isAdopted(scope, origin)), senders));
      }
    }
    for (EncodedChange change : minted) {
      ReplicaId origin = change.change().replica();
      fresh.add(new Fresh(change, tree(scope, origin, /* own= */ true), Set.of()));
    }
    arrivals.durable(space, frontier);
    if (fresh.isEmpty()) {
      return;
    }
    for (Peer peer : peers.values()) {
      if (!peer.reachable || !placements.mayHold(peer, space)) {
        continue;
      }
      List<EncodedChange> changes = new ArrayList<>();
      for (Fresh each : fresh) {
        if (each.isFor(peer, space)) {
          changes.add(each.change());
        }
      }
      if (!changes.isEmpty()) {
        List<List<EncodedChange>> batches = ChangeBatches.of(changes, ChangeBatches.PUSH_BYTES);
        peer.push(space, batches, settings, traffic, nowMillis)
            .forEach(push -> peer.send(push, effects));
      }
    }
  }

  /**
   * A node that does not hold the space has handed a change in: it is passed on from here as if it
   * were this node's own.
   */
  void adopt(String space, EncodedChange change, HostPort from, long nowMillis) {
    Placement scope = scope(space);
    ReplicaId origin = change.change().replica();
    tree(scope, origin, /* own= */ true);
    adopted.add(origin);
    VersionVector durable = spaces.frontier(space);
    if (!arrivals.isHeld(space, durable, change)) {
      arrivals.add(space, durable, change, from, /* rumour= */ true, nowMillis);
    }
  }

  private boolean isAdopted(Placement scope, ReplicaId origin) {
    return adopted.contains(origin) && isOwn(scope, origin);
  }

  /** Takes note of changes before they are delivered, and prunes the link if it repeats others. */
  void onPush(Peer peer, Message.Push push, List<Effect> effects, long nowMillis) {
    Map<ReplicaId, Boolean> broughtNew = new LinkedHashMap<>();
    for (EncodedChange change : push.changes()) {
      boolean isNew = note(peer, push.space(), change, /* rumour= */ true, nowMillis);
      broughtNew.merge(change.change().replica(), isNew, Boolean::logicalOr);
    }
    List<ReplicaId> pruned = new ArrayList<>();
    Placement scope = scope(push.space());
    broughtNew.forEach(
        (origin, isNew) -> {
          Trees.Tree tree = tree(scope, origin, /* own= */ isOwn(scope, origin));
          if (isNew) {
            adopt(tree, peer, nowMillis);
          } else if (isDirect(scope) && peer.is(origin)) {
            preferOrigin(tree, peer, push.space(), origin, effects, nowMillis);
          } else if (!peer.address.equals(tree.parent) && (tree.parent != null || tree.own)) {
            tree.eager.remove(peer.address);
            tree.prunedMillis.put(peer.address, nowMillis);
            pruned.add(origin);
          } else if (tree.parent == null) {
            tree.parent = peer.address;
          }
        });
    if (!pruned.isEmpty()) {
      peer.send(prune(push.space(), pruned), effects);
    }
  }

  private Message prune(String space, List<ReplicaId> origins) {
    return scope(space).isEverywhere()
        ? new Message.Prune(origins)
        : new Message.PruneIn(space, origins);
  }

  private boolean isOwn(Placement scope, ReplicaId origin) {
    Trees.Tree tree = trees.get(scope, origin);
    return tree != null && tree.own;
  }

  private void adopt(Trees.Tree tree, Peer peer, long nowMillis) {
    Long prunedMillis = tree.prunedMillis.get(peer.address);
    if (prunedMillis != null
        && tree.parent != null
        && nowMillis - prunedMillis < settings.graftMillis()) {
      // On its way before the peer heard that it was pruned; if it became the parent now, the link
      // that is to stay would be pruned next.
      return;
    }
    tree.prunedMillis.remove(peer.address);
    tree.parent = peer.address;
    if (!isDirect(tree.scope)) {
      tree.eager.add(peer.address);
    }
  }

  /** Few nodes: the writer's own link stays, and whoever brought its changes earlier stops. */
  private void preferOrigin(
      Trees.Tree tree,
      Peer peer,
      String space,
      ReplicaId origin,
      List<Effect> effects,
      long nowMillis) {
    Peer other = tree.parent == null ? null : peers.get(tree.parent);
    if (other != null && other != peer && placements.mayHold(other, space)) {
      tree.prunedMillis.put(other.address, nowMillis);
      other.send(prune(space, List.of(origin)), effects);
    }
    tree.parent = peer.address;
  }

  /** Takes note of what an answer brings; what came in one piece is passed on as a rumour is. */
  void onAnswer(Peer peer, Message.Answer answer, long nowMillis) {
    if (!spaces.isOpen(answer.space())) {
      return;
    }
    if (answer.then() == Message.Then.DONE) {
      for (EncodedChange change : answer.changes()) {
        note(peer, answer.space(), change, /* rumour= */ true, nowMillis);
      }
    } else {
      for (List<EncodedChange> run : ChangeBatches.runs(answer.changes())) {
        noteRun(peer, answer.space(), run.get(0), run.get(run.size() - 1), nowMillis);
      }
    }
  }

  /** Changes that follow each other have come, and are not to be passed on. */
  private void noteRun(
      Peer peer, String space, EncodedChange first, EncodedChange last, long nowMillis) {
    ReplicaId origin = first.change().replica();
    VersionVector durable = spaces.frontier(space);
    peer.has(space, VersionVector.EMPTY.with(origin, last.last()));
    if (arrivals.upTo(space, durable, origin) < last.last()) {
      arrivals.addRun(space, durable, first, last, nowMillis);
      missing(peer, space, origin, last.last(), nowMillis);
    }
  }

  /** Whether the change is new here. */
  private boolean note(
      Peer peer, String space, EncodedChange change, boolean rumour, long nowMillis) {
    ReplicaId origin = change.change().replica();
    VersionVector durable = spaces.frontier(space);
    peer.has(space, VersionVector.EMPTY.with(origin, change.last()));
    boolean isNew = !arrivals.isHeld(space, durable, change);
    if (isNew) {
      arrivals.add(space, durable, change, peer.address, rumour, nowMillis);
      missing(peer, space, origin, change.last(), nowMillis);
    } else {
      arrivals.again(space, change, peer.address);
    }
    return isNew;
  }

  /** What the peer has and nobody has brought is due after a while. */
  private void missing(Peer peer, String space, ReplicaId origin, long counter, long nowMillis) {
    if (arrivals.upTo(space, spaces.frontier(space), origin) < counter
        && !bringsItself(space, origin)) {
      long due = nowMillis + settings.graftMillis();
      gaps.announced(space, origin, counter, peer.address, due);
    }
  }

  /** A peer tells what it has. */
  void onFrontiers(Peer peer, Message.Frontiers frontiers, long nowMillis) {
    frontiers.rows().forEach(row -> announced(peer, row.space(), row.frontier(), nowMillis));
  }

  /** The peer has these changes of a space that is held here. */
  void announced(Peer peer, String space, VersionVector frontier, long nowMillis) {
    if (spaces.isOpen(space)) {
      peer.has(space, frontier);
      if (spaces.frontier(space).covers(frontier)) {
        return; // nothing of it is missing here
      }
      for (int i = 0; i < frontier.size(); i++) {
        missing(peer, space, frontier.replicaAt(i), frontier.counterAt(i), nowMillis);
      }
    }
  }

  void onPrune(Peer peer, Message.Prune prune) {
    onPrune(peer, Placement.everywhere(), prune.origins());
  }

  void onPrune(Peer peer, Message.PruneIn prune) {
    if (spaces.isOpen(prune.space())) {
      onPrune(peer, scope(prune.space()), prune.origins());
    }
  }

  private void onPrune(Peer peer, Placement scope, List<ReplicaId> origins) {
    for (ReplicaId origin : origins) {
      tree(scope, origin, isOwn(scope, origin)).eager.remove(peer.address);
    }
  }

  void onGraft(Peer peer, Message.Graft graft) {
    onGraft(peer, Placement.everywhere(), graft.origins());
  }

  void onGraft(Peer peer, Message.GraftIn graft) {
    if (spaces.isOpen(graft.space())) {
      onGraft(peer, scope(graft.space()), graft.origins());
    }
  }

  private void onGraft(Peer peer, Placement scope, List<ReplicaId> origins) {
    prunedNoMore(peer, scope, origins);
    for (ReplicaId origin : origins) {
      tree(scope, origin, isOwn(scope, origin)).eager.add(peer.address);
    }
  }

  private void prunedNoMore(Peer peer, Placement scope, Collection<ReplicaId> origins) {
    for (ReplicaId origin : origins) {
      tree(scope, origin, isOwn(scope, origin)).prunedMillis.remove(peer.address);
    }
  }

  /** Returns the spaces in which something is overdue, and whom to ask for it. */
  Map<String, HostPort> onTick(List<Effect> effects, long nowMillis) {
    arrivals.expire(nowMillis, settings.askAgainMillis());
    Map<String, HostPort> wants = graft(effects, nowMillis);
    announcements.onTick(effects, nowMillis);
    return wants;
  }

  private Map<String, HostPort> graft(List<Effect> effects, long nowMillis) {
    Map<Grafting, Set<ReplicaId>> grafts = new LinkedHashMap<>();
    Map<Grafting, String> representatives = new HashMap<>();
    Map<String, HostPort> wants = new LinkedHashMap<>();
    for (Gaps.Gap gap : gaps.due(nowMillis)) {
      String space = gap.key.space();
      ReplicaId origin = gap.key.origin();
      Peer announcer = nextReachable(gap);
      boolean isClosed = arrivals.upTo(space, spaces.frontier(space), origin) >= gap.counter;
      if (isClosed || announcer == null || !spaces.isOpen(space)) {
        gaps.close(gap);
        continue;
      }
      gap.dueMillis = nowMillis + 2L * settings.graftMillis();
      Grafting grafting = new Grafting(announcer, scope(space));
      representatives.putIfAbsent(grafting, space);
      grafts.computeIfAbsent(grafting, each -> new LinkedHashSet<>()).add(origin);
      wants.putIfAbsent(space, announcer.address);
    }
    grafts.forEach(
        (grafting, origins) -> {
          prunedNoMore(grafting.peer(), grafting.scope(), origins);
          List<ReplicaId> all = List.copyOf(origins);
          String space = representatives.get(grafting);
          boolean named = space != null && !grafting.scope().isEverywhere();
          Message graft = named ? new Message.GraftIn(space, all) : new Message.Graft(all);
          grafting.peer().send(graft, effects);
        });
    return wants;
  }

  private @Nullable Peer nextReachable(Gaps.Gap gap) {
    while (!gap.announcers.isEmpty()) {
      Peer peer = peers.get(gap.next());
      if (peer != null && peer.reachable && placements.mayHold(peer, gap.key.space())) {
        return peer;
      }
    }
    return null;
  }
}
