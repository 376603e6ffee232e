package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What nodes say of themselves: who they are, and by which roles spaces live there. */
final class Introductions {
  /** Most addresses that are named to a peer. */
  private static final int KNOWN_MAX = 64;

  private Message.Hello identity;
  private final GossipLimits limits;
  private final Placements placements;
  private final Map<HostPort, Peer> peers;
  private final Rumours rumours;
  private final Repair repair;
  private final Handovers handovers;

  Introductions(
      Message.Hello identity,
      GossipLimits limits,
      Placements placements,
      Map<HostPort, Peer> peers,
      Rumours rumours,
      Repair repair,
      Handovers handovers) {
    this.identity = identity;
    this.limits = limits;
    this.placements = placements;
    this.peers = peers;
    this.rumours = rumours;
    this.repair = repair;
    this.handovers = handovers;
  }

  /** From now on this node is another one. */
  Message.Hello become(String nodeId) {
    identity =
        new Message.Hello(
            identity.mesh(), nodeId, identity.incarnation(), identity.name(), identity.known());
    return identity;
  }

  void hello(Peer peer, List<Effect> effects, long nowMillis) {
    peer.helloMillis = nowMillis;
    peer.send(greeting(peer, nowMillis), effects);
    if (!peer.knowsRoles) {
      sayRoles(peer, /* ask= */ true, effects);
    }
  }

  /** The same object for as long as it says the same. */
  private Message.Hello greeting(Peer peer, long nowMillis) {
    Message.Hello last = peer.greeting;
    if (last != null
        && last.nodeId().equals(identity.nodeId())
        && isStillKnown(last.known(), peer, nowMillis)) {
      return last;
    }
    List<HostPort> known = new ArrayList<>();
    for (Peer other : peers.values()) {
      if (known.size() < KNOWN_MAX && isNamed(other, peer, nowMillis)) {
        known.add(other.address);
      }
    }
    peer.greeting = hello(known);
    return peer.greeting;
  }

  private boolean isStillKnown(List<HostPort> known, Peer peer, long nowMillis) {
    int at = 0;
    for (Peer other : peers.values()) {
      if (at < KNOWN_MAX && isNamed(other, peer, nowMillis)) {
        if (at == known.size() || !known.get(at).equals(other.address)) {
          return false;
        }
        at++;
      }
    }
    return at == known.size();
  }

  /** Not those who are gone: told in turns, they would never be forgotten. */
  private boolean isNamed(Peer other, Peer to, long nowMillis) {
    return other != to
        && !other.nodeId.isEmpty()
        && nowMillis - other.heardMillis <= limits.mentionMillis();
  }

  /** What this node says of itself. */
  Message.Hello hello(List<HostPort> known) {
    return new Message.Hello(
        identity.mesh(), identity.nodeId(), identity.incarnation(), identity.name(), known);
  }

  private void sayRoles(Peer peer, boolean ask, List<Effect> effects) {
    Set<String> roles = placements.roles();
    if (roles != null) {
      List<String> ascending = roles.stream().sorted().toList();
      peer.send(new Message.Roles(identity.incarnation(), ascending, ask), effects);
    }
  }

  void onRoles(Peer peer, Message.Roles said, List<Effect> effects) {
    if (peer.incarnation == 0 || said.incarnation() != peer.incarnation) {
      return; // of another process than the one that said hello; it says it again with the next
    }
    Set<String> roles = Set.copyOf(said.roles());
    boolean isNew = !roles.equals(peer.roles) || (!peer.knowsRoles && !said.ask());
    peer.roles = roles;
    peer.unsaid = 0;
    if (said.ask()) {
      sayRoles(peer, /* ask= */ false, effects);
    } else {
      peer.knowsRoles = true;
    }
    if (isNew && peer.knowsRoles) {
      // Only now is there anything to compare of spaces that do not live everywhere.
      handovers.hurry();
      repair.compare(peer, effects);
    }
  }

  void onHello(Peer peer, Message.Hello hello, List<Effect> effects) {
    if (peer.incarnation != hello.incarnation()) {
      // Another process: it knows nothing of the old one's pushes, and may have lost its disk.
      peer.forgetWindow();
      peer.forgetFrontiers();
      peer.backMillis = peer.heardMillis;
      rumours.peerDown(peer);
      rumours.peerUp(peer);
      if (peer.incarnation != 0) {
        repair.compare(peer, effects);
      }
    }
    peer.nodeId = hello.nodeId();
    peer.name = hello.name();
    peer.incarnation = hello.incarnation();
  }
}
