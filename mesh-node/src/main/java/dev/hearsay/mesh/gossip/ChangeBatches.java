package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import java.util.ArrayList;
import java.util.List;

/** Cuts changes into runs that go into one message each. */
final class ChangeBatches {
  /** Changes that a writer pushes in one message, in bytes; a larger change goes alone. */
  static final int PUSH_BYTES = 256 << 10;

  private ChangeBatches() {}

  /** Runs of up to {@code bytesMax} and of one change at least; of no changes, one empty run. */
  static List<List<EncodedChange>> of(List<EncodedChange> changes, int bytesMax) {
    List<List<EncodedChange>> batches = new ArrayList<>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < changes.size(); i++) {
      int size = changes.get(i).sizeBytes();
      if (i > from && bytes + size > bytesMax) {
        batches.add(changes.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += size;
    }
    batches.add(changes.subList(from, changes.size()));
    return batches;
  }

  /** Runs of changes of one origin that follow each other without a gap. */
  static List<List<EncodedChange>> runs(List<EncodedChange> changes) {
    List<List<EncodedChange>> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= changes.size(); i++) {
      if (i == changes.size() || !follows(changes.get(i - 1), changes.get(i))) {
        runs.add(changes.subList(from, i));
        from = i;
      }
    }
    return runs;
  }

  private static boolean follows(EncodedChange before, EncodedChange after) {
    return before.change().replica().equals(after.change().replica())
        && before.last() + 1 == after.change().first();
  }

  static long bytes(List<EncodedChange> changes) {
    return changes.stream().mapToLong(EncodedChange::sizeBytes).sum();
  }
}
