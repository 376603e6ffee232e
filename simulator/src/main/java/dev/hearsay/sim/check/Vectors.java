package dev.hearsay.sim.check;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;

/** What version vectors are not asked elsewhere. */
final class Vectors {
  private Vectors() {}

  /** What both cover. */
  static VersionVector meet(VersionVector a, VersionVector b) {
    Map<ReplicaId, Long> both = new HashMap<>();
    for (int i = 0; i < a.size(); i++) {
      long counter = Math.min(a.counterAt(i), b.counter(a.replicaAt(i)));
      if (counter > 0) {
        both.put(a.replicaAt(i), counter);
      }
    }
    return VersionVector.of(both);
  }

  /** The first entry that {@code has} lacks of {@code due}, for messages. */
  static String missing(VersionVector has, VersionVector due) {
    for (int i = 0; i < due.size(); i++) {
      ReplicaId replica = due.replicaAt(i);
      if (!has.covers(replica, due.counterAt(i))) {
        return replica + ":" + due.counterAt(i) + " (it is at " + has.counter(replica) + ")";
      }
    }
    return "nothing";
  }
}
