package dev.hearsay.sim.world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who joins a mesh, who leaves it, and who votes, as an operator has it. A voter that leaves has a
 * successor first; where most of the voters kept their disks before, most of them do after.
 */
final class Membership {
  private static final long TRY_MILLIS = 4_000;
  private static final long AGAIN_NANOS = 5_000_000_000L;

  private final World world;
  private final Draining.Later later;
  private final Consumer<VirtualNode> joined;

  /** Nodes whose disks get lost or damaged some time. */
  private final Set<Integer> frail = new HashSet<>();

  /** Nodes that are about to leave. */
  private final Set<VirtualNode> leaving = new HashSet<>();

  /**
   * Of that world.
   *
   * @param later runs something so many nanoseconds later, unless everything heals before
   * @param joined told of a node that has joined
   */
  Membership(World world, Draining.Later later, Consumer<VirtualNode> joined) {
    this.world = world;
    this.later = later;
    this.joined = joined;
  }

  /** These faults are going to happen. */
  void expect(Schedule schedule) {
    for (Fault fault : schedule.faults()) {
      if (fault.kind().damagesDisks() || fault.kind() == FaultKind.REPLACE_VOTERS) {
        frail.addAll(fault.nodes());
      }
    }
  }

  List<VirtualNode> members() {
    return world.nodes().stream().filter(VirtualNode::isMember).toList();
  }

  /** Those that are to stay. */
  private List<VirtualNode> staying() {
    return members().stream().filter(node -> !leaving.contains(node)).toList();
  }

  /**
   * A new node joins; on a copy of the other's disk, if one is named. False if there is no room, or
   * the other cannot be copied.
   */
  boolean join(@Nullable VirtualNode other) {
    if (other != null && (other.disk().nodeId.isEmpty() || world.votes(other))) {
      return false;
    }
    for (VirtualNode node : world.nodes()) {
      if (!node.isMember() && node.disk().nodeId.isEmpty()) {
        if (other != null) {
          node.disk().become(other.disk());
        }
        node.member(true);
        world.joined(node);
        node.start();
        joined.accept(node);
        return true;
      }
    }
    return false;
  }

  /**
   * The node is drained and leaves for good, or the last one that does not vote if none is named; a
   * voter leaves when another one votes in its place. False if nobody can.
   */
  boolean leave(List<VirtualNode> named) {
    return leave(named.isEmpty() ? lastWithoutVote() : named.get(0));
  }

  /** A new node joins, and one leaves as {@link #leave} has it, if it can. False if none joins. */
  boolean replace(List<VirtualNode> named) {
    VirtualNode node = named.isEmpty() ? lastWithoutVote() : named.get(0);
    boolean joins = join(null);
    if (joins) {
      leave(node);
    }
    return joins;
  }

  private boolean leave(@Nullable VirtualNode node) {
    if (node == null
        || !node.isRunning()
        || leaving.contains(node)
        || staying().size() <= 2
        || (world.votes(node) && !isSucceeded(node))) {
      return false;
    }
    leaving.add(node);
    Draining.begin(node, later, () -> leaving.remove(node));
    return true;
  }

  private @Nullable VirtualNode lastWithoutVote() {
    List<VirtualNode> staying = staying();
    for (int i = staying.size() - 1; i >= 0; i--) {
      if (!world.votes(staying.get(i))) {
        return staying.get(i);
      }
    }
    return null;
  }

  /** Has somebody vote in its place; false if nobody can. */
  private boolean isSucceeded(VirtualNode node) {
    VirtualNode asked =
        staying().stream()
            .filter(other -> other != node && other.isRunning())
            .findFirst()
            .orElse(null);
    if (asked == null) {
      return false;
    }
    boolean all = true;
    for (String space : votedOn()) {
      Set<String> now = new TreeSet<>(asked.desk().view(space).voters());
      if (now.remove(node.disk().nodeId)) {
        VirtualNode successor = successor(node, now);
        if (successor != null) {
          now.add(successor.disk().nodeId);
        }
        if (now.isEmpty() || (!isFrail(node) && !mostLast(now))) {
          all = false;
        } else {
          asked.desk().changeVoters(space, List.copyOf(now));
        }
      }
    }
    return all;
  }

  /** One that does not vote yet and whose disk lasts as long. */
  private @Nullable VirtualNode successor(VirtualNode node, Set<String> voters) {
    return staying().stream()
        .filter(other -> other != node && other.isRunning())
        .filter(other -> !other.disk().nodeId.isEmpty() && !voters.contains(other.disk().nodeId))
        .filter(other -> isFrail(node) || !isFrail(other))
        .findFirst()
        .orElse(null);
  }

  private boolean isFrail(VirtualNode node) {
    return frail.contains(node.index());
  }

  private boolean mostLast(Set<String> voters) {
    long last =
        members().stream()
            .filter(node -> voters.contains(node.disk().nodeId) && !isFrail(node))
            .count();
    return last > voters.size() / 2;
  }

  /**
   * The nodes, with them most of the voters of all spaces, are gone for good, with all that they
   * had; when nobody has heard of them for long enough, an operator at some node puts others in
   * their place. False if that cannot be.
   */
  boolean loseVoters(List<VirtualNode> nodes) {
    List<VirtualNode> rest = staying().stream().filter(node -> !nodes.contains(node)).toList();
    VirtualNode asked = rest.stream().filter(VirtualNode::isRunning).findFirst().orElse(null);
    if (rest.size() < 2 || asked == null) {
      return false;
    }
    Set<String> lost = new TreeSet<>();
    nodes.forEach(node -> lost.add(node.disk().nodeId));
    for (String space : votedOn()) {
      Set<String> left = new TreeSet<>(asked.desk().view(space).voters());
      int all = left.size();
      left.removeAll(lost);
      if (all == 0 || left.size() > all / 2) {
        return false;
      }
    }
    for (VirtualNode node : nodes) {
      node.note("is lost for good");
      node.crash(false);
      node.member(false);
      world.left(node);
    }
    later.run(FaultKind.SILENT_NANOS, () -> replaceLost(lost, 0));
    return true;
  }

  /** At one node after the other, until no space counts on the lost. */
  private void replaceLost(Set<String> lost, int tried) {
    List<VirtualNode> running = staying().stream().filter(VirtualNode::isRunning).toList();
    boolean done = !running.isEmpty();
    if (done) {
      VirtualNode asked = running.get(tried % running.size());
      for (String space : votedOn()) {
        done &= isWithout(lost, space);
        Set<String> gone = asked.desk().view(space).everybody();
        gone.retainAll(lost);
        if (!gone.isEmpty()) {
          replaceLost(asked, space, gone);
        }
      }
    }
    if (!done) {
      later.run(AGAIN_NANOS, () -> replaceLost(lost, tried + 1));
    }
  }

  private boolean isWithout(Set<String> lost, String space) {
    return staying().stream()
        .noneMatch(node -> node.desk().view(space).everybody().stream().anyMatch(lost::contains));
  }

  private void replaceLost(VirtualNode asked, String space, Set<String> lost) {
    Set<String> voters = asked.desk().view(space).voters();
    int count = voters.size();
    voters.removeAll(lost);
    Set<String> carriers = names(voters);
    for (VirtualNode node : staying()) {
      String id = node.disk().nodeId;
      if (voters.size() < count && node.isRunning() && !id.isEmpty() && !isFrail(node)) {
        voters.add(id);
      }
    }
    if (!voters.isEmpty() && mostLast(voters)) {
      carriers.addAll(names(voters));
      world.observers().forEach(each -> each.votersLost(world.nowNanos(), space, carriers));
      asked.desk().replaceLost(space, lost, List.copyOf(voters), TRY_MILLIS);
    }
  }

  private Set<String> names(Set<String> ids) {
    Set<String> names = new TreeSet<>();
    members().stream()
        .filter(node -> ids.contains(node.disk().nodeId))
        .forEach(node -> names.add(node.name()));
    return names;
  }

  private List<String> votedOn() {
    return world.spaces().stream().filter(space -> !world.places().isRestricted(space)).toList();
  }

  /**
   * The nodes become the voters of all spaces that live everywhere; others whose disks last vote
   * for those that have left. False if nobody can do it.
   *
   * @param count how many were named
   */
  boolean vote(List<VirtualNode> nodes, int count) {
    List<VirtualNode> chosen = new ArrayList<>(nodes);
    chosen.removeIf(leaving::contains);
    for (VirtualNode other : staying()) {
      if (chosen.size() < count && !chosen.contains(other) && !isFrail(other)) {
        chosen.add(other);
      }
    }
    Set<String> ids = new TreeSet<>();
    chosen.forEach(node -> ids.add(node.disk().nodeId));
    ids.remove("");
    VirtualNode asked = staying().stream().filter(VirtualNode::isRunning).findFirst().orElse(null);
    boolean isAsSaid = nodes.size() == count && chosen.size() == count;
    if (ids.isEmpty() || asked == null || !(isAsSaid || mostLast(ids))) {
      return false;
    }
    for (String space : votedOn()) {
      asked.desk().changeVoters(space, List.copyOf(ids));
    }
    return true;
  }
}
