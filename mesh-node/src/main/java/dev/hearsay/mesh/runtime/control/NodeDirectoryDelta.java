package dev.hearsay.mesh.runtime.control;

import java.util.Map;
import org.apache.pekko.cluster.ddata.AbstractReplicatedData;
import org.apache.pekko.cluster.ddata.DeltaReplicatedData;
import org.apache.pekko.cluster.ddata.ReplicatedDelta;
import org.apache.pekko.cluster.ddata.ReplicatedDeltaSize;

/** The rows of a {@link NodeDirectory} that changed. Immutable. */
public final class NodeDirectoryDelta extends AbstractReplicatedData<NodeDirectoryDelta>
    implements ReplicatedDelta, ReplicatedDeltaSize {

  private final Map<String, NodeRow> rows;

  NodeDirectoryDelta(Map<String, NodeRow> rows) {
    this.rows = Map.copyOf(rows);
  }

  Map<String, NodeRow> rows() {
    return rows;
  }

  @Override
  public NodeDirectoryDelta mergeData(NodeDirectoryDelta that) {
    return new NodeDirectoryDelta(NodeDirectory.join(rows, that.rows));
  }

  @Override
  public DeltaReplicatedData zero() {
    return NodeDirectory.EMPTY;
  }

  @Override
  public int deltaSize() {
    return rows.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeDirectoryDelta that && rows.equals(that.rows);
  }

  @Override
  public int hashCode() {
    return rows.hashCode();
  }
}
