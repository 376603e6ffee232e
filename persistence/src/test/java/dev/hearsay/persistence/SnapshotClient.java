package dev.hearsay.persistence;

import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.jspecify.annotations.Nullable;

/** Speaks Pekko's snapshot protocol to the plugin, as an entity would. */
final class SnapshotClient {
  private final ActorSystem system;
  private final ActorRef plugin;

  SnapshotClient(ActorSystem system, ActorRef plugin) {
    this.system = system;
    this.plugin = plugin;
  }

  SnapshotMetadata save(SnapshotMetadata metadata, Object snapshot) {
    Probe probe = new Probe(system);
    plugin.tell(new SnapshotProtocol.SaveSnapshot(metadata, snapshot), probe.ref());
    return probe.expect(SaveSnapshotSuccess.class).metadata();
  }

  /** Why it is not saved; null if it is. */
  @Nullable Throwable trySave(SnapshotMetadata metadata, Object snapshot) {
    Probe probe = new Probe(system);
    plugin.tell(new SnapshotProtocol.SaveSnapshot(metadata, snapshot), probe.ref());
    return probe.next() instanceof SaveSnapshotFailure failure ? failure.cause() : null;
  }

  @Nullable SelectedSnapshot load(String id) {
    return load(id, SnapshotSelectionCriteria.latest());
  }

  @Nullable SelectedSnapshot load(String id, SnapshotSelectionCriteria criteria) {
    Probe probe = new Probe(system);
    plugin.tell(new SnapshotProtocol.LoadSnapshot(id, criteria, Long.MAX_VALUE), probe.ref());
    Object answer = probe.next();
    if (answer instanceof SnapshotProtocol.LoadSnapshotFailed failed) {
      throw new IllegalStateException(failed.cause());
    }
    if (answer instanceof SnapshotProtocol.LoadSnapshotResult result) {
      return result.snapshot().isEmpty() ? null : result.snapshot().get();
    }
    throw new AssertionError("unexpected " + answer);
  }

  void delete(SnapshotMetadata metadata) {
    Probe probe = new Probe(system);
    plugin.tell(new SnapshotProtocol.DeleteSnapshot(metadata), probe.ref());
    probe.expect(DeleteSnapshotSuccess.class);
  }

  void delete(String id, SnapshotSelectionCriteria criteria) {
    Probe probe = new Probe(system);
    plugin.tell(new SnapshotProtocol.DeleteSnapshots(id, criteria), probe.ref());
    probe.expect(DeleteSnapshotsSuccess.class);
  }
}
