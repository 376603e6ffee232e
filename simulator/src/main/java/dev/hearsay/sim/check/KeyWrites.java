package dev.hearsay.sim.check;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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

  private static final Comparator<Put> LATEST_FIRST =
      Comparator.<Put, HybridTime>comparing(put -> put.write().time())
          .thenComparing(put -> put.write().name().replica())
          .reversed();

  private final Map<ReplicaId, Steps<Put>> replicas = new LinkedHashMap<>();

  void add(ReadChecker.Write write, @Nullable Value value) {
    replicas
        .computeIfAbsent(write.name().replica(), replica -> new Steps<>())
        .add(write.name().counter(), new Put(write, value));
  }

  boolean isEmpty() {
    return replicas.isEmpty();
  }

  private List<Put> latest(Reached frontier) {
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
  private boolean isSeen(Put put, Reached frontier) {
    for (Map.Entry<ReplicaId, Steps<Put>> entry : replicas.entrySet()) {
      Put other = entry.getValue().at(frontier.counter(entry.getKey()));
      if (other != null && other.write().past().covers(put.write().name())) {
        return true;
      }
    }
    return false;
  }

  /** What is visible, the latest by (time, replica) first. */
  List<Put> visible(Reached frontier, KeyWrites wipes) {
    if (replicas.size() == 1) {
      Map.Entry<ReplicaId, Steps<Put>> only = replicas.entrySet().iterator().next();
      Put put = only.getValue().at(frontier.counter(only.getKey()));
      boolean seen = put == null || put.value() == null || wipes.isSeen(put, frontier);
      return seen ? List.of() : List.of(put);
    }
    List<Put> latest = latest(frontier);
    latestFirst(latest);
    List<Put> visible = new ArrayList<>(1);
    for (Put put : latest) {
      if (put.value() != null
          && !isSeenBy(latest, put)
          && (wipes.isEmpty() || !wipes.isSeen(put, frontier))) {
        visible.add(put);
      }
    }
    visible.sort(LATEST_FIRST);
    return visible;
  }

  /** Puts the latest at the beginning: nearly always it has seen the others. */
  private static void latestFirst(List<Put> puts) {
    for (int i = 1; i < puts.size(); i++) {
      if (LATEST_FIRST.compare(puts.get(i), puts.get(0)) < 0) {
        Collections.swap(puts, 0, i);
      }
    }
  }

  private static boolean isSeenBy(List<Put> others, Put put) {
    for (Put other : others) {
      if (other.write().past().covers(put.write().name())) {
        return true;
      }
    }
    return false;
  }

  /** Whether the frontier covers any write here that put something. */
  boolean wasPut(Reached frontier) {
    return latest(frontier).size() > 0;
  }
}
