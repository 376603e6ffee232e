package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** Which nodes may hold what, and what they have of it. Not thread-safe. */
public final class Holders {
  /**
   * The nodes that may hold a space of some placement, by identity.
   *
   * @param known all of which that is known here, this node among them if it may
   * @param inReach those of them that answer, and this node
   */
  public record Eligible(NavigableSet<String> known, NavigableSet<String> inReach) {}

  private static final int ASKS_AT_ONCE = 500;

  private final List<Copies> waiting = new ArrayList<>();
  private boolean drained;
  private String self;
  private final Placements placements;
  private final SpaceBook spaces;
  private final Collection<Peer> peers;
  private final BranchChecks checks;

  Holders(
      String self,
      Placements placements,
      SpaceBook spaces,
      Collection<Peer> peers,
      BranchChecks checks) {
    this.self = self;
    this.placements = placements;
    this.spaces = spaces;
    this.peers = peers;
    this.checks = checks;
  }

  /** From now on this node is another one. */
  void become(String nodeId) {
    self = nodeId;
  }

  /** Peers in reach that may hold the space, by address. */
  public List<HostPort> inReach(String space) {
    return peers.stream()
        .filter(peer -> peer.reachable && placements.mayHold(peer, space))
        .map(peer -> peer.address)
        .toList();
  }

  /** The nodes on which such a space may live. */
  public Eligible eligible(Placement placement) {
    NavigableSet<String> known = new TreeSet<>();
    NavigableSet<String> inReach = new TreeSet<>();
    if (placements.allows(placement)) {
      known.add(self);
      inReach.add(self);
    }
    for (Peer peer : peers) {
      if (!peer.nodeId.isEmpty() && Placements.allows(placement, peer)) {
        known.add(peer.nodeId);
        if (peer.reachable) {
          inReach.add(peer.nodeId);
        }
      }
    }
    return new Eligible(known, inReach);
  }

  /**
   * Whether this node is being drained, or was: others that are drained must not count on it, or of
   * two each would count the other.
   */
  boolean isLeaving() {
    drained |= waiting.stream().anyMatch(Copies::isDrained);
    waiting.removeIf(Copies::isClosed);
    return drained || !waiting.isEmpty();
  }

  /**
   * Who has durably what is wanted, and has said so since it is; the others that probably have it
   * are asked. To be called until it is enough. From the first call on this node is leaving, until
   * the wanted are given up; if they were found, for good.
   */
  public List<Coverage> coverage(Copies wanted, List<Effect> effects, long nowMillis) {
    boolean begins = !isLeaving() || !waiting.contains(wanted);
    if (begins) {
      waiting.add(wanted);
    }
    List<Coverage> coverage = new ArrayList<>();
    int asks = 0;
    for (Message.Row target : wanted.targets()) {
      Set<String> having = new HashSet<>();
      List<String> lacking = new ArrayList<>();
      for (Peer peer : peers) {
        if (!placements.mayHold(peer, target.space()) || peer.nodeId.isEmpty()) {
          continue;
        }
        VersionVector has = peer.frontiers.getOrDefault(target.space(), VersionVector.EMPTY);
        if (!peer.reachable) {
          lacking.add(peer.name + " (silent)");
        } else if (peer.avoids(target.space())) {
          lacking.add(peer.name + " (with another branch)");
        } else if (!has.covers(target.frontier())) {
          wanted.forget(target.space(), peer);
          lacking.add(peer.name);
        } else if (isHandedOver(target.space())) {
          lacking.add(peer.name + " (it is being handed over)");
        } else if (wanted.isConfirmed(target, peer)) {
          having.add(peer.nodeId);
        } else if (wanted.isAhead(target.space(), peer)) {
          lacking.add(peer.name + " (not compared yet)");
          checks.check(wanted, target, peer, effects, nowMillis);
        } else {
          lacking.add(peer.name + (wanted.leaves(target.space(), peer) ? " (drained too)" : ""));
          if (asks < ASKS_AT_ONCE && wanted.ask(target.space(), peer, nowMillis)) {
            asks++;
            peer.send(
                new Message.Handover(target.space(), target.frontier(), target.digest()), effects);
          }
        }
      }
      coverage.add(new Coverage(target.space(), having.size(), lacking));
    }
    return coverage;
  }

  /**
   * Whether the space may not be here any more, and still is: it is removed when its chains have
   * been compared with those of a node that may hold it.
   */
  private boolean isHandedOver(String space) {
    return spaces.isHere(space) && !placements.mayHold(space);
  }

  /** A peer that was asked has what is wanted. */
  void onCovered(Peer peer, Message.Covered covered) {
    waiting.forEach(wanted -> wanted.tell(peer, covered));
  }

  /** A peer that was asked is drained itself; false if the message says something else. */
  boolean onMessage(Peer peer, Message message) {
    if (!(message instanceof Message.Leaves leaves)) {
      return false;
    }
    waiting.forEach(wanted -> wanted.tell(peer, leaves));
    return true;
  }

  /** Another state of the space has taken the place of what was there. */
  void replaced(Message.Row now) {
    waiting.forEach(wanted -> wanted.replaced(now));
  }

  /** The space was removed here, once another node had all of it. */
  void handedOver(String space) {
    waiting.forEach(wanted -> wanted.handedOver(space));
  }

  /** The space has another placement: what was said before may be of a time between. */
  void placed(String space) {
    waiting.forEach(wanted -> wanted.forget(space));
  }
}
