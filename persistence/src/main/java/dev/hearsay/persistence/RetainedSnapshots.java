package dev.hearsay.persistence;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Map<String, Long> held = new ConcurrentHashMap<>();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
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

  /**
   * How far a deletion of events up to {@code sequenceNr} may go; 0 for nowhere. The highest number
   * there is means that the entity is to be gone, and not that its journal is to be cut: from then
   * on its snapshots may all be deleted, until it saves another.
   */
  long cut(String persistenceId, long sequenceNr) {
    if (sequenceNr == Long.MAX_VALUE) {
      gone.add(persistenceId);
      held.remove(persistenceId);
      return sequenceNr;
    }
    long bySnapshots =
        keepNewest == 0 ? sequenceNr : Math.min(sequenceNr, cuts.getOrDefault(persistenceId, 0L));
    return Math.min(bySnapshots, held.getOrDefault(persistenceId, Long.MAX_VALUE) - 1);
  }

  /** As {@link HeldEvents#holdFrom}. */
  void holdFrom(String persistenceId, long sequenceNr) {
    held.put(persistenceId, sequenceNr);
  }

  /** How many of the newest snapshots a deletion by criteria leaves. */
  int kept(String persistenceId) {
    return gone.contains(persistenceId) ? 0 : keepNewest;
  }

  /** The entity has saved a snapshot. */
  void saved(String persistenceId) {
    gone.remove(persistenceId);
  }

  private static final class Id extends AbstractExtensionId<RetainedSnapshots> {
    @Override
    public RetainedSnapshots createExtension(ExtendedActorSystem system) {
      return new RetainedSnapshots();
    }
  }
}
