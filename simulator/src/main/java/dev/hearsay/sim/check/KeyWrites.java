package dev.hearsay.sim.check;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was done under one key, by replica: a write puts a value in place of all that its author saw
 * there, or nothing. Of each replica only its latest write that a frontier covers can be visible,
 * and it is unless a write that the frontier covers too had seen it.
 */
final class KeyWrites {
  /**
   * One write.
   *
   * @param value what it put; null if it dropped what was there
   */
  record Put(ReadChecker.Write write, @Nullable Value value) {}

  private final Map<ReplicaId, Steps<Put>> replicas = new LinkedHashMap<>();

  void add(ReadChecker.Write write, @Nullable Value value) {
    replicas
        .computeIfAbsent(write.name().replica(), replica -> new Steps<>())
        .add(write.name().counter(), new Put(write, value));
  }

  boolean isEmpty() {
    return replicas.isEmpty();
  }

  private List<Put> latest(VersionVector frontier) {
    List<Put> latest = new ArrayList<>(replicas.size());
    for (Map.Entry<ReplicaId, Steps<Put>> entry : replicas.entrySet()) {
      Put put = entry.getValue().at(frontier.counter(entry.getKey()));
      if (put != null) {
        latest.add(put);
      }
    }
    return latest;
  }

  /** Whether any write that the frontier covers had seen it. */
  private boolean isSeen(Put put, VersionVector frontier) {
    for (Map.Entry<ReplicaId, Steps<Put>> entry : replicas.entrySet()) {
      Put other = entry.getValue().at(frontier.counter(entry.getKey()));
      if (other != null && other.write().past().covers(put.write().name())) {
        return true;
      }
    }
    return false;
  }

  /** What is visible, the latest by (time, replica) first. */
  List<Put> visible(VersionVector frontier, KeyWrites wipes) {
    List<Put> latest = latest(frontier);
    List<Put> visible = new ArrayList<>(1);
    for (Put put : latest) {
      if (put.value() != null
          && latest.stream().noneMatch(o -> o.write().past().covers(put.write().name()))
          && (wipes.isEmpty() || !wipes.isSeen(put, frontier))) {
        visible.add(put);
      }
    }
    visible.sort(
        (a, b) -> {
          int byTime = b.write().time().compareTo(a.write().time());
          return byTime != 0
              ? byTime
              : b.write().name().replica().compareTo(a.write().name().replica());
        });
    return visible;
  }

  /** Whether the frontier covers any write here that put something. */
  boolean wasPut(VersionVector frontier) {
    return latest(frontier).size() > 0;
  }
}
