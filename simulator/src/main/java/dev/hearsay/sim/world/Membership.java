package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.Shortfall;
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
   * A new node joins; on a copy of the other's disk, if one is named. Comes to nothing if there is
   * no room, or the other cannot be copied.
   */
  void join(@Nullable VirtualNode other, Fate fate) {
    if (other != null && (other.disk().nodeId.isEmpty() || world.votes(other))) {
      fate.cameToNothing(other + (world.votes(other) ? " votes" : " has nothing on its disk"));
      return;
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
        fate.cameAbout();
        return;
      }
    }
    fate.cameToNothing("there is no room for one more node");
  }

  /** Nobody leaves any more. */
  void heal() {
    members().stream().filter(leaving::contains).forEach(node -> node.note("stays: all heals"));
  }

  /**
   * The node is drained and leaves for good, or the last one that does not vote if none is named; a
   * voter leaves when another one votes in its place. Comes to nothing if nobody can, and where it
   * stays after all.
   */
  void leave(List<VirtualNode> named, Fate fate) {
    leave(named.isEmpty() ? lastWithoutVote() : named.get(0), fate);
  }

  /**
   * A new node joins, and one leaves as {@link #leave} has it, if it can. Comes to nothing if none
   * joins.
   */
  void replace(List<VirtualNode> named, Fate fate) {
    VirtualNode node = named.isEmpty() ? lastWithoutVote() : named.get(0);
    join(
        null,
        new Fate() {
          @Override
          public void cameAbout() {
            fate.cameAbout();
            leave(node, staying(node));
          }

          @Override
          public void cameToNothing(String why) {
            fate.cameToNothing(why);
          }
        });
  }

  /** Somebody has joined in its place, and it may stay. */
  private Fate staying(@Nullable VirtualNode node) {
    return new Fate() {
      @Override
      public void cameAbout() {}

      @Override
      public void cameToNothing(String why) {
        world.note((node == null ? "nobody leaves" : node + " stays") + ": " + why);
      }
    };
  }

  private void leave(@Nullable VirtualNode node, Fate fate) {
    String why = whyItStays(node);
    if (node == null || why != null) {
      fate.cameToNothing(String.valueOf(why));
      return;
    }
    leaving.add(node);
    Draining.begin(
        node,
        later,
        stays -> {
          leaving.remove(node);
          if (stays == null) {
            fate.cameAbout();
          } else {
            fate.cameToNothing(stays);
          }
        });
  }

  /** Null if it need not; somebody votes in its place then. */
  private @Nullable String whyItStays(@Nullable VirtualNode node) {
    if (node == null) {
      return "all nodes vote";
    } else if (!node.isRunning()) {
      return node + " is down";
    } else if (leaving.contains(node)) {
      return node + " is leaving already";
    } else if (staying().size() <= 2) {
      return "two nodes stay";
    }
    return world.votes(node) && !isSucceeded(node) ? "nobody can vote in its place" : null;
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
   * their place. Comes to nothing if that cannot be.
   */
  void loseVoters(List<VirtualNode> nodes, Fate fate) {
    List<VirtualNode> rest = staying().stream().filter(node -> !nodes.contains(node)).toList();
    VirtualNode asked = rest.stream().filter(VirtualNode::isRunning).findFirst().orElse(null);
    if (rest.size() < 2 || asked == null) {
      fate.cameToNothing(asked == null ? "no other node is up" : "two nodes stay");
      return;
    }
    Set<String> lost = new TreeSet<>();
    nodes.forEach(node -> lost.add(node.disk().nodeId));
    for (String space : votedOn()) {
      Set<String> left = new TreeSet<>(asked.desk().view(space).voters());
      int all = left.size();
      left.removeAll(lost);
      if (all == 0 || left.size() > all / 2) {
        fate.cameToNothing("they are not most of the voters of '" + space + "'");
        return;
      }
    }
    fate.cameAbout();
    for (VirtualNode node : nodes) {
      node.note("is lost for good");
      node.crash(false);
      node.member(false);
      world.left(node);
    }
    later.run(FaultKind.SILENT_NANOS, () -> replaceLost(lost, 0));
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
   * for those that have left. Comes to nothing if nobody can do it, and where it is not so in time.
   *
   * @param count how many were named
   */
  void vote(List<VirtualNode> nodes, int count, Fate fate) {
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
    List<String> spaces = votedOn();
    if (ids.isEmpty() || asked == null || spaces.isEmpty() || !(isAsSaid || mostLast(ids))) {
      fate.cameToNothing(
          asked == null
              ? "no node is up"
              : spaces.isEmpty() ? "no space has voters" : "too few of the nodes can vote");
      return;
    }
    Elections elections = new Elections(spaces.size(), fate);
    List<String> voters = List.copyOf(ids);
    for (String space : spaces) {
      asked
          .desk()
          .changeVoters(
              space, voters, VirtualDesk.VOTERS_MILLIS_MAX, elections.of(asked, space, voters));
    }
  }

  /** Of all spaces: it has come about when one has the new voters, once all are decided. */
  private static final class Elections {
    private final Fate fate;
    private int open;
    private boolean isAny;

    Elections(int count, Fate fate) {
      this.open = count;
      this.fate = fate;
    }

    NewVoters of(VirtualNode asked, String space, List<String> voters) {
      NewVoters noted = NewVoters.noted(asked, space, voters);
      return new NewVoters() {
        @Override
        public void inForce() {
          noted.inForce();
          isAny = true;
          decided();
        }

        @Override
        public void failed(@Nullable Shortfall shortfall) {
          noted.failed(shortfall);
          decided();
        }
      };
    }

    private void decided() {
      open--;
      if (open == 0 && isAny) {
        fate.cameAbout();
      } else if (open == 0) {
        fate.cameToNothing("no space has the new voters");
      }
    }
  }
}
