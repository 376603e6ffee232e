package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the books hold of one node beside what it said itself. Not thread-safe. */
final class PeerNotes {
  /** What others said of a node that is not in reach. */
  static final class Relayed {
    final String nodeId;
    final long incarnation;
    String name;
    @Nullable Set<String> roles;
    long heardMillis;

    /** Of another process than the one that was heard here; else they are with the peer's. */
    final Map<String, VersionVector> frontiers = new HashMap<>();

    Relayed(String nodeId, long incarnation, String name) {
      this.nodeId = nodeId;
      this.incarnation = incarnation;
      this.name = name;
    }

    /** Whether that is more than was known. */
    boolean has(String space, VersionVector frontier) {
      VersionVector before = frontiers.getOrDefault(space, VersionVector.EMPTY);
      VersionVector now = before.join(frontier);
      if (now.size() > Peer.FRONTIER_REPLICAS_MAX || before.covers(now)) {
        return false;
      }
      frontiers.put(space, now);
      return true;
    }
  }

  /**
   * What was durable here, and when, as the oldest that the node had not at some look since.
   *
   * @param upTo the frontier here
   */
  record Mark(VersionVector upTo, long sinceMillis) {}

  /**
   * The node's clock, as far as it is ahead of this one's steady clock.
   *
   * @param errorMillis half of the round trip that it took to ask
   */
  record ClockSample(long aheadMillis, long errorMillis, long atMillis) {}

  @Nullable Relayed relayed;

  /** What the node said itself of spaces of which others say that it has more. */
  final Map<String, VersionVector> saidLess = new HashMap<>();

  /** Spaces in which the node lacks something. */
  final Map<String, Mark> behind = new HashMap<>();

  /** Up to where this node has told of the others. */
  final Map<HostPort, Long> toldOf = new HashMap<>();

  @Nullable ClockSample clock;
  long clockAskedMillis = Long.MIN_VALUE;
  boolean clockReported;

  /** Spaces in the order in which what is known of the node there moved last, numbered. */
  private final Map<String, Long> moved = new LinkedHashMap<>();

  /** The last of them; empty if there is none. */
  private String movedLast = "";

  private long moves;

  /** More is known of what the node has of the space. */
  void moved(String space) {
    if (!space.equals(movedLast)) {
      moved.remove(space);
      movedLast = space;
    }
    moved.put(space, ++moves);
  }

  /** The number of the space's last move. */
  long moveOf(String space) {
    return moved.getOrDefault(space, 0L);
  }

  /** Spaces that moved after that number, in their order. */
  List<String> movedAfter(long number) {
    List<String> after = new ArrayList<>();
    if (number < moves) {
      moved.forEach(
          (space, move) -> {
            if (move > number) {
              after.add(space);
            }
          });
    }
    return after;
  }

  /** The node is another process, of which nothing is known yet. */
  void forget() {
    toldOf.clear();
    moved.clear();
    movedLast = "";
    saidLess.clear();
  }

  void closed(String space) {
    behind.remove(space);
    moved.remove(space);
    movedLast = "";
    saidLess.remove(space);
    if (relayed != null) {
      relayed.frontiers.remove(space);
    }
  }
}
