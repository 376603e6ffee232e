package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.mesh.wire.Message;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums of the spaces' weights in 64 groups of 64 buckets each: where two nodes differ in few
 * spaces, two levels of sums lead to the few rows that matter (Merkle 1987, with sums in the place
 * of hashes, so that a space that moves costs three additions). Not thread-safe.
 */
final class BucketTree {
  private final Digest[] groups = new Digest[Message.GROUPS];
  private final Digest[] @Nullable [] buckets = new Digest[Message.GROUPS][];
  private Digest total = Digest.ZERO;

  BucketTree() {
    Arrays.fill(groups, Digest.ZERO);
  }

  /**
   * The bucket of a space; the same on every node: the upper 12 bits of SplitMix64's finaliser of
   * the name's hash as {@link String#hashCode} defines it.
   */
  static int bucketOf(String space) {
    return (int) (mix(space.hashCode()) >>> 52);
  }

  /** The finaliser of SplitMix64 (Steele et al. 2014). */
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** What is in the bucket weighs one thing instead of another. */
  void replace(int bucket, Digest before, Digest after) {
    int group = bucket / Message.GROUPS;
    Digest[] inGroup = buckets[group];
    if (inGroup == null) {
      inGroup = new Digest[Message.GROUPS];
      Arrays.fill(inGroup, Digest.ZERO);
      buckets[group] = inGroup;
    }
    int at = bucket % Message.GROUPS;
    inGroup[at] = inGroup[at].minus(before).plus(after);
    groups[group] = groups[group].minus(before).plus(after);
    total = total.minus(before).plus(after);
  }

  Digest total() {
    return total;
  }

  /** Adds the sums of the groups to others. */
  void addGroups(Digest[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i].plus(groups[i]);
    }
  }

  /** Adds the sums of a group's buckets to others. */
  void addBuckets(int group, Digest[] sums) {
    Digest[] inGroup = buckets[group];
    if (inGroup != null) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] = sums[i].plus(inGroup[i]);
      }
    }
  }
}
