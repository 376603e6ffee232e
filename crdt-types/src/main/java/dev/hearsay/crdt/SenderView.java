package dev.hearsay.crdt;

import org.jspecify.annotations.Nullable;

/**
 * What the sender of a diff says of its receiver's atoms. Remembers the last replica's part,
 * because it is asked once for every atom and there are few replicas. Not thread-safe.
 */
final class SenderView {
  private final StateDiff diff;
  private final VersionVector sender;
  private final DotSet shipped;

  private @Nullable ReplicaId replica;
  private long senderCounter;
  private long baseCounter;
  private CounterSet living = CounterSet.EMPTY;
  private CounterSet shippedCounters = CounterSet.EMPTY;

  SenderView(StateDiff diff, VersionVector sender, VersionVector receiver) {
    this.diff = diff;
    this.sender = sender;
    shipped = hasDotsBetween(diff, receiver) ? diff.shippedDots() : DotSet.EMPTY;
  }

  /** True if the receiver may hold what it did not have when it named the base. */
  private static boolean hasDotsBetween(StateDiff diff, VersionVector receiver) {
    for (ReplicaId replica : diff.heads().keySet()) {
      if (receiver.counter(replica) > diff.base().counter(replica)) {
        return true;
      }
    }
    return false;
  }

  /** True unless the sender has seen the atom and dropped it. */
  boolean keeps(Atom atom) {
    if (!atom.replica().equals(replica)) {
      turnTo(atom.replica());
    }
    long counter = atom.counter();
    return counter > senderCounter
        || (counter <= baseCounter ? living : shippedCounters).contains(counter);
  }

  private void turnTo(ReplicaId to) {
    replica = to;
    senderCounter = sender.counter(to);
    baseCounter = diff.base().counter(to);
    living = diff.living().counters(to);
    shippedCounters = shipped.counters(to);
  }
}
