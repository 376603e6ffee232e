package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One node's entry in the directory. Of two rows for the same node id the newer wins: by generation
 * (the start of the process), then epoch (the control systems it has started), then revision; equal
 * ones are told apart by their bytes, so that every node keeps the same row.
 *
 * @param nodeId the durable identity of the node
 * @param name what people call it
 * @param incarnation the random number of the process that wrote the row
 * @param generation orders the processes of one node id: its start in milliseconds since 1970, or
 *     more where its clock had gone back
 * @param epoch counts the control systems this process has started
 * @param revision counts the rows written in this epoch
 * @param data the announced address of the data system
 * @param control the control system, or null while there is none
 * @param roles what the node is for
 * @param version of the software
 * @param clockOffsetMillis how far the node's clock is ahead of the median of its peers
 * @param loadPermille what share of its capacity the node uses, 0 to 1000
 */
public record NodeRow(
    String nodeId,
    String name,
    long incarnation,
    long generation,
    long epoch,
    long revision,
    HostPort data,
    @Nullable ControlAddress control,
    Set<String> roles,
    String version,
    long clockOffsetMillis,
    int loadPermille) {

  private static final Comparator<NodeRow> NEWER =
      Comparator.comparingLong(NodeRow::generation)
          .thenComparingLong(NodeRow::epoch)
          .thenComparingLong(NodeRow::revision)
          .thenComparing(DirectoryCodec::encodeRow, Arrays::compareUnsigned);

  public NodeRow {
    Limits.requireText("node id", nodeId);
    Limits.requireText("node name", name);
    Limits.requireText("version", version);
    Limits.requireRoles(roles);
    roles = Set.copyOf(new TreeSet<>(roles));
  }

  /** The row that stands when both are known; both must be of the same node. */
  static NodeRow newer(NodeRow a, NodeRow b) {
    return NEWER.compare(a, b) >= 0 ? a : b;
  }
}
