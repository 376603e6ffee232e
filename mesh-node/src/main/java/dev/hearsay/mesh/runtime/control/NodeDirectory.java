package dev.hearsay.mesh.runtime.control;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.cluster.ddata.AbstractDeltaReplicatedData;

/**
 * A delta-CRDT for Pekko Distributed Data: node id → the newest {@link NodeRow}. The join takes the
 * newer row of every node; a delta is the rows that changed, so that applying it is joining it.
 * Immutable.
 */
public final class NodeDirectory
    extends AbstractDeltaReplicatedData<NodeDirectory, NodeDirectoryDelta> {

  static final NodeDirectory EMPTY = new NodeDirectory(Map.of(), Map.of());

  private final Map<String, NodeRow> rows;
  private final Map<String, NodeRow> changed;

  private NodeDirectory(Map<String, NodeRow> rows, Map<String, NodeRow> changed) {
    this.rows = rows;
    this.changed = changed;
  }

  static NodeDirectory of(Map<String, NodeRow> rows) {
    return new NodeDirectory(join(rows, Map.of()), Map.of());
  }

  /** The current rows, by node id. */
  public Map<String, NodeRow> rows() {
    return rows;
  }

  /** Enters a row if it is newer than the one that stands, and remembers it for the next delta. */
  NodeDirectory with(NodeRow row) {
    NodeRow standing = rows.get(row.nodeId());
    if (standing != null && NodeRow.newer(standing, row).equals(standing)) {
      return this;
    }
    Map<String, NodeRow> one = Map.of(row.nodeId(), row);
    return new NodeDirectory(join(rows, one), join(changed, one));
  }

  @Override
  public NodeDirectory mergeData(NodeDirectory that) {
    return of(join(rows, that.rows));
  }

  @Override
  public NodeDirectory mergeDeltaData(NodeDirectoryDelta delta) {
    return of(join(rows, delta.rows()));
  }

  @Override
  public Optional<NodeDirectoryDelta> deltaData() {
    return changed.isEmpty() ? Optional.empty() : Optional.of(new NodeDirectoryDelta(changed));
  }

  @Override
  public NodeDirectory resetDelta() {
    return changed.isEmpty() ? this : new NodeDirectory(rows, Map.of());
  }

  /**
   * Keeps the lowest ids if there are too many: an id kept of the whole is kept of every part, so
   * the order of joining makes no difference.
   */
  static Map<String, NodeRow> join(Map<String, NodeRow> a, Map<String, NodeRow> b) {
    TreeMap<String, NodeRow> joined = new TreeMap<>(a);
    b.values().forEach(row -> joined.merge(row.nodeId(), row, NodeRow::newer));
    while (joined.size() > Limits.ROWS_MAX) {
      joined.pollLastEntry();
    }
    return Map.copyOf(joined);
  }

  /** By the rows alone: what a replica still has to send is not part of its value. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NodeDirectory that && rows.equals(that.rows);
  }

  @Override
  public int hashCode() {
    return rows.hashCode();
  }

  @Override
  public String toString() {
    return "NodeDirectory" + rows.keySet();
  }
}
