package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.List;

/** What {@link Formation} wants done; {@link FormationActor} does it. */
sealed interface Effect {
  /** Tell a peer where this node stands. */
  record SendHello(HostPort to, Hello hello) implements Effect {}

  /** A node of another mesh has spoken, and is not listened to: count it. */
  record Outside(HostPort from, String mesh) implements Effect {}

  /** Begin a cluster of one's own. */
  record JoinSelf() implements Effect {}

  /** Join the cluster of these control systems, through whichever answers first. */
  record Join(List<ControlAddress> seeds) implements Effect {
    public Join {
      seeds = List.copyOf(seeds);
    }
  }

  /** Stop the control system and start another; it is announced through {@code onControl}. */
  record Replace(String reason) implements Effect {}

  /** Mark a member as gone for good, so that the cluster need not wait for it. */
  record Down(ControlAddress member, String reason) implements Effect {}
}
