package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The last changes one by one, in the order they were applied, to serve repair from. Bounded; what
 * falls off raises the floor. Not thread-safe.
 */
final class ChangeTail {
  private final Deque<EncodedChange> changes = new ArrayDeque<>();
  private final int changesMax;
  private final long bytesMax;
  private final Consumer<EncodedChange> dropped;
  private long bytes;
  private VersionVector floor = VersionVector.EMPTY;

  ChangeTail(int changesMax, long bytesMax) {
    this(changesMax, bytesMax, change -> {});
  }

  /**
   * An empty one.
   *
   * @param dropped told of every change that falls off
   */
  ChangeTail(int changesMax, long bytesMax, Consumer<EncodedChange> dropped) {
    this.dropped = dropped;
    this.changesMax = changesMax;
    this.bytesMax = bytesMax;
  }

  /** The frontier below which changes are not held one by one. */
  VersionVector floor() {
    return floor;
  }

  long bytes() {
    return bytes;
  }

  void add(EncodedChange change) {
    changes.addLast(change);
    bytes += change.sizeBytes();
    while (changes.size() > changesMax || bytes > bytesMax) {
      EncodedChange oldest = changes.removeFirst();
      bytes -= oldest.sizeBytes();
      floor = floor.with(oldest.change().replica(), oldest.last());
      dropped.accept(oldest);
    }
  }

  /** Lets go of the changes that the frontier covers. */
  void trim(VersionVector frontier) {
    Map<ReplicaId, Long> gone = new HashMap<>();
    changes.removeIf(
        change -> {
          ReplicaId replica = change.change().replica();
          boolean covered = frontier.covers(replica, change.last());
          if (covered) {
            bytes -= change.sizeBytes();
            gone.merge(replica, change.last(), Math::max);
            dropped.accept(change);
          }
          return covered;
        });
    floor = floor.join(VersionVector.of(gone));
  }

  /** How many changes are held. */
  int size() {
    return changes.size();
  }

  /** The replica's last changes that are held, without gaps, in their order. */
  List<EncodedChange> of(ReplicaId replica) {
    List<EncodedChange> found = new ArrayList<>();
    for (EncodedChange change : changes) {
      if (change.change().replica().equals(replica)) {
        if (!found.isEmpty() && found.get(found.size() - 1).last() + 1 != change.change().first()) {
          found.clear();
        }
        found.add(change);
      }
    }
    return found;
  }

  /** Those of all replicas but some. */
  List<EncodedChange> without(Set<ReplicaId> replicas) {
    return changes.stream().filter(c -> !replicas.contains(c.change().replica())).toList();
  }

  /** A replica's changes beyond a counter have become others. */
  void replace(ReplicaId replica, long beyond, List<EncodedChange> by) {
    changes.removeIf(
        change -> {
          boolean gone = change.change().replica().equals(replica) && change.last() > beyond;
          bytes -= gone ? change.sizeBytes() : 0;
          return gone;
        });
    by.forEach(this::add);
  }

  /** Nothing is held any more, and nothing need be. */
  void clear() {
    changes.clear();
    bytes = 0;
    floor = VersionVector.EMPTY;
  }

  /** After a join or a restore: nothing at or below this frontier is held one by one. */
  void raiseFloor(VersionVector frontier) {
    floor = floor.join(frontier);
  }

  /**
   * The first changes beyond the frontier, up to {@code bytesMax} and at least one. Only for
   * frontiers that cover the floor: below it, one by one would leave holes.
   */
  List<EncodedChange> after(VersionVector frontier, int bytesMax) {
    if (!frontier.covers(floor)) {
      throw new IllegalArgumentException(frontier + " does not cover the floor " + floor);
    }
    List<EncodedChange> missing = new ArrayList<>();
    Runs known = new Runs(frontier);
    int size = 0;
    for (EncodedChange change : changes) {
      if (!known.covers(change)) {
        size += change.sizeBytes();
        if (size > bytesMax && !missing.isEmpty()) {
          break;
        }
        missing.add(change);
      }
    }
    return missing;
  }
}
