package dev.hearsay.sim.world;

import dev.hearsay.mesh.wire.VoterView;
import dev.hearsay.sim.check.Observer;
import dev.hearsay.sim.experiment.icde19.Topology;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which voters must answer once everything has healed: those that have not left, that the asker has
 * a link to, and whose disks were never damaged. One that lost data stays silent for a minute at
 * least, and until most of the others have told it what it has to have; so it is not counted on.
 */
final class VotersThere implements Observer {
  private final World world;
  private final Set<String> damaged = new HashSet<>();

  VotersThere(World world) {
    this.world = world;
  }

  @Override
  public void diskDamaged(long nanos, String node) {
    damaged.add(node);
  }

  /**
   * Whether a quorum must answer that node: most of every list of voters, as all know them. A space
   * that lives everywhere has voters, whatever has happened.
   */
  boolean areMost(VirtualNode asker, String space) {
    if (world.places().isRestricted(space)) {
      return false;
    }
    VoterView view = asker.desk().view(space);
    return view.lists().stream().allMatch(list -> areMost(asker, list));
  }

  /**
   * Whether most voters of a space that lives everywhere have left, or lost data: who waits for
   * them asks on.
   */
  boolean areMissing() {
    return world.spaces().stream()
        .filter(space -> !world.places().isRestricted(space))
        .anyMatch(this::areMissing);
  }

  private boolean areMissing(String space) {
    return world.nodes().stream()
        .filter(VirtualNode::isMember)
        .flatMap(node -> node.desk().view(space).lists().stream())
        .anyMatch(list -> undamaged(list).count() <= list.size() / 2);
  }

  private Stream<VirtualNode> undamaged(List<String> list) {
    return world.nodes().stream()
        .filter(node -> node.isMember() && list.contains(node.disk().nodeId))
        .filter(node -> !damaged.contains(node.name()));
  }

  private boolean areMost(VirtualNode asker, List<String> list) {
    long there = undamaged(list).filter(node -> isLinked(asker, node)).count();
    return there > list.size() / 2;
  }

  private boolean isLinked(VirtualNode one, VirtualNode other) {
    Topology topology = world.settings().topology();
    return topology == null
        || one == other
        || topology.links().get(one.index()).contains(other.index());
  }
}
