package dev.hearsay.mesh.space;

import dev.hearsay.mesh.HostPort;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of received changes.
 *
 * @param applied entered the state, held-back ones that became ready among them
 * @param duplicates were here already
 * @param held wait for what they depend on
 * @param droppedOf could not even wait, or do so no longer, for lack of room; by who had sent them
 * @param refusals those that contradict what is here, held-back ones that others had brought among
 *     them
 */
public record Reception(
    int applied,
    int duplicates,
    int held,
    Map<HostPort, Integer> droppedOf,
    List<Refusal> refusals) {
  public Reception {
    droppedOf = Collections.unmodifiableMap(new TreeMap<>(droppedOf));
    refusals = List.copyOf(refusals);
  }

  /** Why some were refused. */
  public List<String> refused() {
    return refusals.stream().map(Refusal::why).toList();
  }

  /** Whether one was of another branch under its replica. */
  public boolean forked() {
    return refusals.stream().anyMatch(Refusal::forked);
  }

  /** How many could not wait, whoever had sent them. */
  public int dropped() {
    return droppedOf.values().stream().mapToInt(Integer::intValue).sum();
  }
}
