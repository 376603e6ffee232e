package dev.hearsay.sim.check;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;

/**
 * Stands for a frontier: the sum of a hash of each entry, in 128 bits, so that the sum of the next
 * frontier takes one step however many replicas there are. Two frontiers have one sum by a chance
 * that no test lives to see.
 */
record FrontierSum(long high, long low) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  static FrontierSum of(VersionVector frontier) {
    FrontierSum sum = new FrontierSum(0, 0);
    for (int i = 0; i < frontier.size(); i++) {
      sum = sum.with(frontier.replicaAt(i), 0, frontier.counterAt(i));
    }
    return sum;
  }

  /**
   * With another counter of that replica.
   *
   * @param before 0 if it had none
   */
  FrontierSum with(ReplicaId replica, long before, long now) {
    return new FrontierSum(
        high + mix(replica, now, GOLDEN) - (before == 0 ? 0 : mix(replica, before, GOLDEN)),
        low + mix(replica, now, ~GOLDEN) - (before == 0 ? 0 : mix(replica, before, ~GOLDEN)));
  }

  /** As SplittableRandom mixes (Steele et al. 2014), twice. */
  private static long mix(ReplicaId replica, long counter, long salt) {
    return mix(mix(replica.value() ^ salt) + counter * salt);
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
