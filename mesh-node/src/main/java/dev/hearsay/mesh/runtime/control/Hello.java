package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells another about itself while clusters form and meet.
 *
 * @param kind whether an answer is wanted
 * @param hearsYou whether the sender has lately heard the node it writes to: clusters are only made
 *     over links that work in both directions
 * @param nodeId the sender's durable identity
 * @param incarnation the sender's process
 * @param generation orders the processes of one node id
 * @param epoch counts the control systems that the process has started
 * @param sequence counts the sender's messages; an older one that arrives later is ignored
 * @param data the sender's announced data address
 * @param control the sender's control system, or null while it has none
 * @param members the sender's cluster as it sees it, control address → reachable; empty while it is
 *     in none
 * @param mesh of which the sender is
 */
record Hello(
    Kind kind,
    boolean hearsYou,
    String nodeId,
    long incarnation,
    long generation,
    long epoch,
    long sequence,
    HostPort data,
    @Nullable ControlAddress control,
    NavigableMap<ControlAddress, Boolean> members,
    String mesh) {

  enum Kind {
    /** Answer if there is something to decide. */
    HELLO(1),
    /** Never answered. */
    ANSWER(2),
    /** The sender's control system is about to stop for good. */
    GOODBYE(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** What stands for it on the wire. */
    int code() {
      return code;
    }

    static Optional<Kind> ofCode(int code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }
  }

  Hello {
    members = Collections.unmodifiableNavigableMap(new TreeMap<>(members));
  }

  /** Whether the sender is in a cluster that others can join through it. */
  boolean isMember() {
    return control != null && members.containsKey(control);
  }

  /** Whether the sender's cluster and another have a control system in common. */
  boolean shares(Collection<ControlAddress> others) {
    return others.stream().anyMatch(members::containsKey);
  }

  /** The control system of a sender that has one. */
  ControlAddress requireControl() {
    ControlAddress current = control;
    if (current == null) {
      throw new IllegalStateException("without a control system: " + data);
    }
    return current;
  }

  /** The rank of the sender's cluster, if it is in one. */
  ClusterRank rank() {
    return ClusterRank.of(members);
  }
}
