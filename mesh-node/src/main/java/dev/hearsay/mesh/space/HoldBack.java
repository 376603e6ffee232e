package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Changes that wait for what they depend on. Bounded: what does not fit is forgotten, and repair
 * brings it again. Not thread-safe.
 */
final class HoldBack {
  private final TreeMap<ReplicaId, TreeMap<Long, EncodedChange>> waiting = new TreeMap<>();
  private final int changesMax;
  private final long bytesMax;
  private int count;
  private long bytes;

  HoldBack(int changesMax, long bytesMax) {
    this.changesMax = changesMax;
    this.bytesMax = bytesMax;
  }

  int count() {
    return count;
  }

  /** False if there is no room for it. */
  boolean add(EncodedChange change) {
    if (count >= changesMax || bytes + change.sizeBytes() > bytesMax) {
      return false;
    }
    EncodedChange before =
        waiting
            .computeIfAbsent(change.change().replica(), r -> new TreeMap<>())
            .putIfAbsent(change.change().first(), change);
    if (before == null) {
      count++;
      bytes += change.sizeBytes();
    }
    return true;
  }

  /** Takes out the first waiting change of every replica: the only ones that may be ready. */
  List<EncodedChange> takeFirsts() {
    List<EncodedChange> firsts = new ArrayList<>(waiting.size());
    for (Map.Entry<ReplicaId, TreeMap<Long, EncodedChange>> entry :
        List.copyOf(waiting.entrySet())) {
      EncodedChange first = entry.getValue().pollFirstEntry().getValue();
      if (entry.getValue().isEmpty()) {
        waiting.remove(entry.getKey());
      }
      count--;
      bytes -= first.sizeBytes();
      firsts.add(first);
    }
    return firsts;
  }
}
