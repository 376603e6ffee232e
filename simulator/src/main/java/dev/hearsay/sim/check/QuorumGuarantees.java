package dev.hearsay.sim.check;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.sim.history.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A read that asked a quorum sees every write that a quorum acknowledged before the read began, on
 * whichever nodes the two are. What no disk holds any more after one was damaged is not asked for,
 * nor what no other voter has when a majority of them is lost and replaced by force.
 */
public final class QuorumGuarantees extends Checker {
  /** By space: when a write was acknowledged, and all that had been until then. */
  private final Map<String, TreeMap<Long, VersionVector>> acknowledged = new HashMap<>();

  private final Disks disks = new Disks();

  @Override
  public String name() {
    return "quorum-guarantees";
  }

  @Override
  public String description() {
    return "a quorum read sees every quorum write that finished before it began";
  }

  private static boolean isQuorum(Operation.Call call) {
    return call.acknowledgement().kind() == Acknowledgement.Kind.QUORUM
        || call.acknowledgement().kind() == Acknowledgement.Kind.ALL;
  }

  @Override
  public void ended(List<Operation> operations) {
    if (operations.isEmpty()) {
      return;
    }
    Operation.Call call = operations.get(0).call();
    if (call.result() != Operation.Result.OK || !isQuorum(call)) {
      return;
    }
    TreeMap<Long, VersionVector> writes =
        acknowledged.computeIfAbsent(call.space(), space -> new TreeMap<>());
    if (call.write() && call.change() != null) {
      VersionVector before = writes.isEmpty() ? VersionVector.EMPTY : writes.lastEntry().getValue();
      writes.put(call.endNanos(), before.with(call.change().replica(), call.change().counter()));
    } else if (!call.write() && call.frontier() != null) {
      checked();
      Map.Entry<Long, VersionVector> due = writes.lowerEntry(call.startNanos());
      VersionVector saw = call.frontier().versions();
      if (due != null && !saw.covers(due.getValue())) {
        report(
            call.endNanos(),
            call.node(),
            "session "
                + call.session()
                + " read '"
                + call.space()
                + "' with "
                + call.acknowledgement()
                + " without "
                + Vectors.missing(saw, due.getValue())
                + ", which a quorum had acknowledged before");
      }
    }
  }

  @Override
  public void durable(long nanos, String node, String space, VersionVector frontier) {
    disks.durable(node, space, frontier);
  }

  @Override
  public void diskDamaged(long nanos, String node) {
    disks.damaged(node);
    acknowledged.forEach(
        (space, writes) -> {
          VersionVector survivors = disks.survivors(space);
          writes.replaceAll((at, due) -> Vectors.meet(due, survivors));
        });
  }

  @Override
  public void votersLost(long nanos, String space, Set<String> carriers) {
    VersionVector carried = disks.on(carriers, space);
    acknowledged
        .getOrDefault(space, new TreeMap<>())
        .replaceAll((at, due) -> Vectors.meet(due, carried));
  }

  @Override
  public void purged(long nanos, String node, String space) {
    disks.purged(node, space);
  }

  @Override
  public void left(long nanos, String node) {
    diskDamaged(nanos, node);
  }
}
