package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the actor knows and any thread may read. Written by the actor alone, but for the starts and
 * the end.
 */
final class ControlState {
  private static final int ROWS_MAX = Limits.PARTS * Limits.ROWS_MAX;

  private final String nodeId;
  private final Consumer<Set<String>> onAddresses;
  private final BiConsumer<String, String> onOutside;
  private final AtomicLong malformed = new AtomicLong();
  private volatile Map<String, NodeRow> directory = Map.of();
  private volatile @Nullable ControlSystem control;
  private @Nullable ControlSystem running;
  private boolean closed;

  /** Of that node: its own row always has room. */
  ControlState(
      String nodeId, Consumer<Set<String>> onAddresses, BiConsumer<String, String> onOutside) {
    this.nodeId = nodeId;
    this.onAddresses = onAddresses;
    this.onOutside = onOutside;
  }

  Map<String, NodeRow> directory() {
    return directory;
  }

  void join(Map<String, NodeRow> rows) {
    Map<String, NodeRow> joined = new HashMap<>(NodeDirectory.join(directory, rows, ROWS_MAX));
    for (NodeRow mine : Arrays.asList(directory.get(nodeId), rows.get(nodeId))) {
      if (mine != null) {
        joined.merge(nodeId, mine, NodeRow::newer);
      }
    }
    directory = Map.copyOf(joined);
  }

  void control(@Nullable ControlSystem current) {
    control = current;
  }

  @Nullable ControlSystem control() {
    return control;
  }

  /**
   * Notes a system that has just started, whoever will hear of it.
   *
   * @return false if the control plane was closed meanwhile, so that the system has to end
   */
  synchronized boolean admit(ControlSystem started) {
    running = started;
    return !closed;
  }

  /** From now on no system is admitted; answers with the one that still has to end. */
  synchronized @Nullable ControlSystem close() {
    closed = true;
    return running;
  }

  long countMalformed() {
    return malformed.incrementAndGet();
  }

  long malformed() {
    return malformed.get();
  }

  void outside(HostPort from, String mesh, String other) {
    onOutside.accept(
        from.toString(), "a node of mesh '" + other + "', not '" + mesh + "', looks for a cluster");
  }

  void reportAddresses(Set<String> addresses) {
    onAddresses.accept(Set.copyOf(addresses));
  }

  /** The members, with what the directory knows of them. */
  List<MeshMember> members() {
    ControlSystem current = control;
    if (current == null) {
      return List.of();
    }
    Map<ControlAddress, NodeRow> owners = new HashMap<>();
    for (NodeRow row : directory.values()) {
      ControlAddress owned = row.control();
      if (owned != null) {
        owners.put(owned, row);
      }
    }
    List<MeshMember> members = new ArrayList<>();
    for (MeshMember member : current.members()) {
      NodeRow row = owners.get(member.control());
      members.add(row == null ? member : named(member, row));
    }
    return List.copyOf(members);
  }

  private static MeshMember named(MeshMember member, NodeRow row) {
    return new MeshMember(
        row.nodeId(),
        row.name(),
        row.data(),
        member.control(),
        member.status(),
        member.reachable(),
        member.self());
  }
}
