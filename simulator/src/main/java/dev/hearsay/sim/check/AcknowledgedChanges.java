package dev.hearsay.sim.check;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * No acknowledged change is lost: a node that restarts has what it acknowledged, in the end every
 * node has what any acknowledged, and one that leaves has nothing that no other ever had. What no
 * disk holds any more after one was damaged is not asked for.
 */
public final class AcknowledgedChanges extends Checker {
  private final Map<String, VersionVector> acknowledged = new HashMap<>();
  private final Map<String, Map<String, VersionVector>> byNode = new HashMap<>();

  /**
   * What each node had acknowledged when it last started again. Not what it did since: that is told
   * beside what it shows, and may overtake a state that was shown before.
   */
  private final Map<String, Map<String, VersionVector>> beforeRestart = new HashMap<>();

  private final Disks disks = new Disks();

  @Override
  public String name() {
    return "acknowledged-changes";
  }

  @Override
  public String description() {
    return "no acknowledged change is lost";
  }

  @Override
  public void acknowledged(
      long nanos, String node, String space, Dot change, Acknowledgement acknowledgement) {
    checked();
    VersionVector dot = VersionVector.EMPTY.with(change.replica(), change.counter());
    acknowledged.merge(space, dot, VersionVector::join);
    byNode.computeIfAbsent(node, n -> new HashMap<>()).merge(space, dot, VersionVector::join);
  }

  @Override
  public void durable(long nanos, String node, String space, VersionVector frontier) {
    disks.durable(node, space, frontier);
  }

  @Override
  public void diskDamaged(long nanos, String node) {
    disks.damaged(node);
    byNode.remove(node);
    beforeRestart.remove(node);
    acknowledged.replaceAll((space, due) -> Vectors.meet(due, disks.survivors(space)));
  }

  /** What the others must have is what it was: only from this node it is not asked any more. */
  @Override
  public void purged(long nanos, String node, String space) {
    disks.purged(node, space);
    byNode.getOrDefault(node, new HashMap<>()).remove(space);
    beforeRestart.getOrDefault(node, new HashMap<>()).remove(space);
  }

  @Override
  public void drained(long nanos, String node, String space, VersionVector frontier) {
    compare(
        nanos,
        node,
        space,
        frontier,
        disks.everElsewhere(node, space),
        "anywhere else as it leaves");
  }

  @Override
  public void left(long nanos, String node) {
    diskDamaged(nanos, node);
  }

  @Override
  public void restarted(long nanos, String node) {
    beforeRestart.put(node, new HashMap<>(byNode.getOrDefault(node, Map.of())));
  }

  @Override
  public void shown(long nanos, String node, String space, SpaceState state) {
    Map<String, VersionVector> before = beforeRestart.get(node);
    if (before != null) {
      VersionVector due = before.getOrDefault(space, VersionVector.EMPTY);
      compare(nanos, node, space, due, state.frontier(), "after its restart");
    }
  }

  @Override
  public void holds(long nanos, String node, String space, @Nullable SpaceState state) {
    VersionVector due = acknowledged.getOrDefault(space, VersionVector.EMPTY);
    VersionVector has = state == null ? VersionVector.EMPTY : state.frontier();
    compare(nanos, node, space, due, has, "in the end");
  }

  private void compare(
      long nanos, String node, String space, VersionVector due, VersionVector has, String when) {
    checked();
    if (!has.covers(due)) {
      report(
          nanos,
          node,
          "lacks the acknowledged change "
              + Vectors.missing(has, due)
              + " of '"
              + space
              + "' "
              + when);
    }
  }
}
