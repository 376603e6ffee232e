package dev.hearsay.mesh.space;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;

/** What a {@link ForkGuard} wants done; whoever interprets the space does it. */
public sealed interface ForkAction {
  /** Tell a peer, also one that is avoided. */
  record Say(HostPort to, ForkTalk talk) implements ForkAction {}

  /** Exchange nothing more of the space with the peer: it holds another branch. */
  record Avoid(HostPort peer, String detail) implements ForkAction {}

  /** Exchange the space with the peer again. */
  record Meet(HostPort peer) implements ForkAction {}

  /** The node's own branch has been written anew; it is on its way to the journal. */
  record Moved(ReplicaId replica, long common, int changes, ReplicaId to) implements ForkAction {}

  /** Nobody but an operator can go on from here. */
  record Ask(HostPort peer, ReplicaId replica, String why) implements ForkAction {}
}
