package dev.hearsay.mesh.runtime.control;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.cluster.ddata.AbstractDeltaReplicatedData;

/**
 * A delta-CRDT for Pekko Distributed Data: node id → the newest {@link NodeRow}. The join takes the
 * newer row of every node, and keeps the {@value Limits#ROWS_MAX} of the latest processes: nodes
 * that came and went, each under an id of its own, would otherwise stay for ever. A delta is the
 * rows that changed, so that applying it is joining it. Immutable.
 */
public final class NodeDirectory
    extends AbstractDeltaReplicatedData<NodeDirectory, NodeDirectoryDelta> {

  static final NodeDirectory EMPTY = new NodeDirectory(Map.of(), Map.of());

  private static final Comparator<NodeRow> OLDEST_FIRST =
      Comparator.comparingLong(NodeRow::generation).thenComparing(NodeRow::nodeId);

  private final Map<String, NodeRow> rows;
  private final Map<String, NodeRow> changed;

  private NodeDirectory(Map<String, NodeRow> rows, Map<String, NodeRow> changed) {
    this.rows = rows;
    this.changed = changed;
  }

  static NodeDirectory of(Map<String, NodeRow> rows) {
    return new NodeDirectory(join(rows, Map.of()), Map.of());
  }

  /** In which of the directory's parts a node's row is: each is a value of its own. */
  static int part(String nodeId) {
    return Math.floorMod(nodeId.hashCode(), Limits.PARTS);
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
    Map<String, NodeRow> joined = join(rows, one);
    return joined.containsKey(row.nodeId())
        ? new NodeDirectory(joined, join(changed, one))
        : this; // there is no room for one so old
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

  static Map<String, NodeRow> join(Map<String, NodeRow> a, Map<String, NodeRow> b) {
    return join(a, b, Limits.ROWS_MAX);
  }

  /**
   * Keeps the latest by generation, then id, if there are too many. A newer row of a node is never
   * of a lower rank than an older one, so that whatever a part has no room for, the whole has no
   * room for either, and the order of joining makes no difference.
   */
  static Map<String, NodeRow> join(Map<String, NodeRow> a, Map<String, NodeRow> b, int rowsMax) {
    Map<String, NodeRow> joined = new HashMap<>(a);
    b.values().forEach(row -> joined.merge(row.nodeId(), row, NodeRow::newer));
    if (joined.size() > rowsMax) {
      joined.values().stream()
          .sorted(OLDEST_FIRST)
          .limit(joined.size() - rowsMax)
          .toList()
          .forEach(row -> joined.remove(row.nodeId()));
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
