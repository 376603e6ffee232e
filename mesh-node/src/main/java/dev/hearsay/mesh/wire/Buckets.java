package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.Digest;
import java.util.List;

/** What messages say of groups and buckets of spaces, checked. */
final class Buckets {
  private Buckets() {}

  /** One sum for each of {@link Message#GROUPS}. */
  static List<Digest> sums(List<Digest> sums) {
    if (sums.size() != Message.GROUPS) {
      throw new IllegalArgumentException(sums.size() + " sums, not " + Message.GROUPS);
    }
    return List.copyOf(sums);
  }

  /** Numbers of buckets, ascending. */
  static List<Integer> numbers(List<Integer> buckets) {
    int before = -1;
    for (int bucket : buckets) {
      if (bucket <= before || bucket >= Message.GROUPS * Message.GROUPS) {
        throw new IllegalArgumentException("bucket " + bucket + " after " + before);
      }
      before = bucket;
    }
    return List.copyOf(buckets);
  }
}
