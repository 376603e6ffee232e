package dev.hearsay.persistence;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * Up to where the journal may be cut, so that recovery from any of the newest snapshots finds the
 * events after it: {@code hearsay.snapshot-store.keep-newest}. Thread-safe.
 */
final class RetainedSnapshots implements Extension {
  private static final Id ID = new Id();

  private final Map<String, Long> cuts = new ConcurrentHashMap<>();
  private volatile int keepNewest;

  private RetainedSnapshots() {}

  static RetainedSnapshots get(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  void keepNewest(int snapshots) {
    keepNewest = snapshots;
  }

  /**
   * Notes the snapshots of an entity.
   *
   * @param names newest first
   */
  void note(String persistenceId, List<SnapshotFileName> names) {
    int kept = keepNewest;
    if (kept > 0 && names.size() >= kept) {
      cuts.put(persistenceId, names.get(kept - 1).sequenceNr());
    } else {
      cuts.remove(persistenceId);
    }
  }

  /** How far a deletion of events up to {@code sequenceNr} may go; 0 for nowhere. */
  long cut(String persistenceId, long sequenceNr) {
    return keepNewest == 0
        ? sequenceNr
        : Math.min(sequenceNr, cuts.getOrDefault(persistenceId, 0L));
  }

  private static final class Id extends AbstractExtensionId<RetainedSnapshots> {
    @Override
    public RetainedSnapshots createExtension(ExtendedActorSystem system) {
      return new RetainedSnapshots();
    }
  }
}
