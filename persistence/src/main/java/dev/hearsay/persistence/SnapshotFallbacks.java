package dev.hearsay.persistence;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * Entities whose newest snapshot could not be read, with the older one that was loaded instead: the
 * journal must not let their recovery step over events that were deleted because of the newer one.
 * Thread-safe.
 */
final class SnapshotFallbacks implements Extension {
  private static final Id ID = new Id();

  private final Map<String, Long> loaded = new ConcurrentHashMap<>();

  private SnapshotFallbacks() {}

  static SnapshotFallbacks get(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  void add(String persistenceId, long sequenceNr) {
    loaded.put(persistenceId, sequenceNr);
  }

  void remove(String persistenceId) {
    loaded.remove(persistenceId);
  }

  /** True if a replay from {@code from} goes on from an older snapshot. */
  boolean isAfterFallback(String persistenceId, long from) {
    Long sequenceNr = loaded.get(persistenceId);
    return sequenceNr != null && from == sequenceNr + 1;
  }

  private static final class Id extends AbstractExtensionId<SnapshotFallbacks> {
    @Override
    public SnapshotFallbacks createExtension(ExtendedActorSystem system) {
      return new SnapshotFallbacks();
    }
  }
}
