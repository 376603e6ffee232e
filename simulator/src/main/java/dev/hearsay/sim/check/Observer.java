package dev.hearsay.sim.check;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees everything that happens in a virtual mesh. Called on the one thread of the run, in the order
 * of virtual time, which is in nanoseconds since the beginning. Nodes go by their names.
 *
 * <p>The order is: a change is minted at one node; wherever it becomes visible, {@link #applied},
 * at its own node too; {@link #acknowledged} once its client may be told.
 */
public interface Observer {
  /**
   * A transaction's body has run and a change has been made of it; nobody can see it yet.
   *
   * @param past everything that the change depends on
   */
  default void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {}

  /**
   * A state that readers of the node may see from now on, one change after the one before.
   *
   * @param after the state with the change, and nothing after it
   */
  default void applied(
      long nanos, String node, String space, EncodedChange change, SpaceState after) {}

  /**
   * A state that readers may see from now on and that came in another way than by one change: a
   * state of a peer was joined, or a journal was read back.
   */
  default void shown(long nanos, String node, String space, SpaceState state) {}

  /** The node counts all of this as durable on its disk, and says so to others. */
  default void durable(long nanos, String node, String space, VersionVector frontier) {}

  /** The change may be reported to its client as acknowledged so. */
  default void acknowledged(
      long nanos, String node, String space, Dot change, Acknowledgement acknowledgement) {}

  /** The node's process ends, and all in its memory is gone. */
  default void crashed(long nanos, String node) {}

  /**
   * What the node had made durable may be gone, in part or all: its disk was lost, put back from an
   * older copy, or damaged. Told while the node is down, or as it goes down.
   */
  default void diskDamaged(long nanos, String node) {}

  /** The node runs again; {@link #shown} of each of its spaces follows, and {@link #durable}. */
  default void restarted(long nanos, String node) {}

  /** The node holds the space no more, and has told so: another one has all that it had. */
  default void purged(long nanos, String node, String space) {}

  /**
   * The node, which is about to leave, was told that another one has durably all that it had of a
   * space when it asked.
   */
  default void drained(long nanos, String node, String space, VersionVector frontier) {}

  /** A node belongs to the mesh that did not at the beginning; {@link #restarted} follows. */
  default void joined(long nanos, String node) {}

  /**
   * A majority of the voters of a space is lost for good, and an operator begins to put others in
   * force without them: what none of the carriers has now is given up.
   *
   * @param carriers nodes that still vote or are to vote
   */
  default void votersLost(long nanos, String space, Set<String> carriers) {}

  /** The node is gone for good. */
  default void left(long nanos, String node) {}

  /**
   * A message is handed to the network.
   *
   * @param kind of message, as the wire format names it
   * @param bytes in all of its packets
   */
  default void sent(long nanos, String from, String to, String kind, int bytes) {}

  /**
   * By its own counters a node has sent so many messages of a kind since an instant: told of
   * processes, whose messages are not seen one by one.
   *
   * @param bytes of all of them
   */
  default void counted(long sinceNanos, String node, String kind, long messages, long bytes) {}

  /**
   * How much of something the node keeps in memory beside the states of its spaces, for others:
   * what is held back, waits to be acknowledged by a peer, is staged. Told every so often.
   *
   * @param what it is, with its unit
   * @param most how much it may be, by what the node was told to keep to
   */
  default void held(long nanos, String node, String what, long amount, long most) {}

  /** There are no more faults: every link works and every node that has not left runs. */
  default void healed(long nanos) {}

  /**
   * Clients are done, and the world found all nodes equal, or waited as long as it may; the final
   * reads follow.
   */
  default void settled(long nanos) {}

  /**
   * Everything is healed, and still most voters of a space cannot answer for it: they are gone, or
   * lost data. Who is in doubt, or was asked by a client, waits for them and asks on.
   */
  default void votersMissing(long nanos) {}

  /**
   * The run is over: what the node holds in the end. Told once for every node that runs and space
   * that it holds, before checkers are asked for their verdict.
   *
   * @param state null if the node cannot show it
   */
  default void holds(long nanos, String node, String space, @Nullable SpaceState state) {}
}
