package dev.hearsay.persistence;

import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * Counters of the journal and the snapshot store of an actor system, since it started. Thread-safe.
 *
 * @since 0.1
 */
public final class PersistenceMetrics implements Extension {
  private static final Id ID = new Id();

  final LongAdder batches = new LongAdder();
  final LongAdder batchBytes = new LongAdder();
  final LongAdder batchNanos = new LongAdder();
  final LongAdder events = new LongAdder();
  final LongAdder replayedEvents = new LongAdder();
  final LongAdder queriedEvents = new LongAdder();
  final LongAdder refusedWrites = new LongAdder();
  final LongAdder failedBatches = new LongAdder();
  final LongAdder corruptRecords = new LongAdder();
  final LongAdder purgedEvents = new LongAdder();
  final LongAdder compactions = new LongAdder();
  final LongAdder postponedCompactions = new LongAdder();
  final LongAdder spacePauses = new LongAdder();
  final LongAdder savedSnapshots = new LongAdder();
  final LongAdder snapshotStateBytes = new LongAdder();
  final LongAdder snapshotBytes = new LongAdder();
  final LongAdder mendedChunks = new LongAdder();
  final LongAdder corruptSnapshots = new LongAdder();
  final LongAdder snapshotFallbacks = new LongAdder();

  PersistenceMetrics() {}

  /** The counters of an actor system. */
  public static PersistenceMetrics get(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  /** Batches written to the journal, each with one fsync if {@code durability = sync}. */
  public long batches() {
    return batches.sum();
  }

  /** Bytes of keys and values in those batches. */
  public long batchBytes() {
    return batchBytes.sum();
  }

  /** Nanoseconds spent in writing and forcing them. */
  public long batchNanos() {
    return batchNanos.sum();
  }

  /** Events persisted. */
  public long events() {
    return events.sum();
  }

  /** Events handed out in recoveries. */
  public long replayedEvents() {
    return replayedEvents.sum();
  }

  /** Events handed to queries. */
  public long queriedEvents() {
    return queriedEvents.sum();
  }

  /** Writes refused before anything was written, for lack of space or a wrong sequence number. */
  public long refusedWrites() {
    return refusedWrites.sum();
  }

  /** Batches whose write or fsync failed, and fsyncs in the background that did. */
  public long failedBatches() {
    return failedBatches.sum();
  }

  /** Recoveries and queries stopped by a damaged or missing event. */
  public long corruptRecords() {
    return corruptRecords.sum();
  }

  /** Deleted events removed from the store. */
  public long purgedEvents() {
    return purgedEvents.sum();
  }

  /** Ranges of deleted events that were compacted. */
  public long compactions() {
    return compactions.sum();
  }

  /** Ranges of deleted events that were not compacted, for lack of space. */
  public long postponedCompactions() {
    return postponedCompactions.sum();
  }

  /** Times that the journal's compactions were paused, for lack of space. */
  public long spacePauses() {
    return spacePauses.sum();
  }

  /** Snapshots saved. */
  public long savedSnapshots() {
    return savedSnapshots.sum();
  }

  /** Bytes of the states of which snapshots were saved. */
  public long snapshotStateBytes() {
    return snapshotStateBytes.sum();
  }

  /** Bytes written for that, copies included: less where snapshots share what has not changed. */
  public long snapshotBytes() {
    return snapshotBytes.sum();
  }

  /** Chunks of snapshots that were read from their copy, because they were damaged. */
  public long mendedChunks() {
    return mendedChunks.sum();
  }

  /** Snapshots found damaged or unreadable. */
  public long corruptSnapshots() {
    return corruptSnapshots.sum();
  }

  /** Loads that had to take an older snapshot, because a newer one was damaged. */
  public long snapshotFallbacks() {
    return snapshotFallbacks.sum();
  }

  private static final class Id extends AbstractExtensionId<PersistenceMetrics> {
    @Override
    public PersistenceMetrics createExtension(ExtendedActorSystem system) {
      return new PersistenceMetrics();
    }

    @Override
    public PersistenceMetrics get(ActorSystem system) {
      return super.get(system);
    }
  }
}
