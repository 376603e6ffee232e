package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a space remembers of its replicas. Each one's counter is its entry in the frontier, so that
 * the heads stand in one more array in the frontier's order. Immutable.
 */
final class Heads {
  static final Heads NONE = new Heads(VersionVector.EMPTY, new ReplicaHead[0], Past.EMPTY);

  private final VersionVector frontier;
  private final ReplicaHead[] heads;
  private final Past widest;

  private Heads(VersionVector frontier, ReplicaHead[] heads, Past widest) {
    this.frontier = frontier;
    this.heads = heads;
    this.widest = widest;
  }

  VersionVector frontier() {
    return frontier;
  }

  /** The past of most entries, with which a new one has most in common. */
  Past widest() {
    return widest;
  }

  /** {@link ReplicaHead#NONE} of a replica that has none. */
  ReplicaHead of(ReplicaId replica) {
    int index = frontier.indexOf(replica);
    return index >= 0 ? heads[index] : ReplicaHead.NONE;
  }

  /** These with a replica's next head, whose counter is higher than the last one's. */
  Heads with(ReplicaId replica, ReplicaHead head) {
    int index = frontier.indexOf(replica);
    ReplicaHead[] changed;
    if (index >= 0) {
      changed = heads.clone();
      changed[index] = head;
    } else {
      int at = -1 - index;
      changed = new ReplicaHead[heads.length + 1];
      System.arraycopy(heads, 0, changed, 0, at);
      changed[at] = head;
      System.arraycopy(heads, at, changed, at + 1, heads.length - at);
    }
    Past wider = head.past().size() >= widest.size() ? head.past() : widest;
    return new Heads(frontier.with(index, replica, head.counter()), changed, wider);
  }

  /**
   * These and those of another state.
   *
   * @throws RejectedException {@code FORKED}
   */
  Heads joined(SortedMap<ReplicaId, ReplicaHead> others, DigestChange digests) {
    Heads joined = this;
    for (Map.Entry<ReplicaId, ReplicaHead> theirs : others.entrySet()) {
      joined = joined.joined(theirs.getKey(), theirs.getValue(), digests);
    }
    return joined;
  }

  private Heads joined(ReplicaId replica, ReplicaHead theirs, DigestChange digests) {
    ReplicaHead mine = of(replica);
    if (mine.counter() == theirs.counter() && mine.hash() != theirs.hash()) {
      throw forked(replica, mine.counter());
    }
    if (theirs.counter() <= mine.counter()) {
      return this;
    }
    digests.replace(replica, mine, theirs);
    return with(
        replica, new ReplicaHead(theirs.counter(), theirs.past().sharing(widest), theirs.hash()));
  }

  static RejectedException forked(ReplicaId replica, long counter) {
    return new RejectedException(
        Reason.FORKED, "replica " + replica + " has two histories at " + counter);
  }

  SortedMap<ReplicaId, ReplicaHead> toMap() {
    SortedMap<ReplicaId, ReplicaHead> map = new TreeMap<>();
    for (int i = 0; i < heads.length; i++) {
      map.put(frontier.replicaAt(i), heads[i]);
    }
    return map;
  }
}
