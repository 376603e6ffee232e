package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;

/**
 * What a node has shown it goes on showing, over restarts too: its frontier never goes back, nor
 * does what it counts as durable. Only damage to its disk may take something from it.
 */
public final class MonotonicFrontiers extends Checker {
  private final Map<String, Map<String, VersionVector>> shown = new HashMap<>();
  private final Map<String, Map<String, VersionVector>> durable = new HashMap<>();

  @Override
  public String name() {
    return "monotonic-frontiers";
  }

  @Override
  public String description() {
    return "no node shows an older state than before, over restarts too";
  }

  @Override
  public void applied(
      long nanos, String node, String space, EncodedChange change, SpaceState after) {
    check(shown, nanos, node, space, after.frontier(), "shows");
  }

  @Override
  public void shown(long nanos, String node, String space, SpaceState state) {
    check(shown, nanos, node, space, state.frontier(), "shows");
  }

  @Override
  public void durable(long nanos, String node, String space, VersionVector frontier) {
    check(durable, nanos, node, space, frontier, "has durable");
  }

  private void check(
      Map<String, Map<String, VersionVector>> book,
      long nanos,
      String node,
      String space,
      VersionVector now,
      String does) {
    checked();
    VersionVector before = book.computeIfAbsent(node, n -> new HashMap<>()).put(space, now);
    if (before != null && !now.covers(before)) {
      report(
          nanos,
          node,
          does
              + " '"
              + space
              + "' without "
              + Vectors.missing(now, before)
              + ", which it had before");
    }
  }

  @Override
  public void purged(long nanos, String node, String space) {
    shown.getOrDefault(node, new HashMap<>()).remove(space);
    durable.getOrDefault(node, new HashMap<>()).remove(space);
  }

  @Override
  public void diskDamaged(long nanos, String node) {
    shown.remove(node);
    durable.remove(node);
  }

  @Override
  public void left(long nanos, String node) {
    diskDamaged(nanos, node);
  }
}
