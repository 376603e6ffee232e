package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frontier beside a row of many changes. They mostly come in runs of one replica, so that it is
 * looked at, or copied, once a run and not once a change. Not thread-safe.
 */
public final class Runs {
  private final VersionVector frontier;
  private @Nullable ReplicaId replica;
  private long counter;

  public Runs(VersionVector frontier) {
    this.frontier = frontier;
  }

  /** Whether the frontier covers the change. */
  public boolean covers(EncodedChange change) {
    ReplicaId author = change.change().replica();
    if (!author.equals(replica)) {
      replica = author;
      counter = frontier.counter(author);
    }
    return change.last() <= counter;
  }

  /** The frontier with these changes, which are in the order of their application. */
  public static VersionVector after(VersionVector frontier, List<EncodedChange> changes) {
    VersionVector reached = frontier;
    for (int i = 0; i < changes.size(); i++) {
      ReplicaId replica = changes.get(i).change().replica();
      boolean runEnds =
          i + 1 == changes.size() || !changes.get(i + 1).change().replica().equals(replica);
      if (runEnds) {
        reached = reached.with(replica, changes.get(i).last());
      }
    }
    return reached;
  }
}
