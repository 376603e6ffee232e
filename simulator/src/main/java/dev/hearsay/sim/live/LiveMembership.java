package dev.hearsay.sim.live;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.world.Fate;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which processes join a mesh, which leave it, and which vote, as an operator has it. A voter that
 * leaves has a successor first; where most of the voters keep their disks before, most of them do
 * after. For the thread of the loop.
 */
final class LiveMembership {
  /** Processes at a time: each has a JVM of its own. */
  static final int MEMBERS_MAX = 15;

  private static final long PATIENCE_MILLIS = 10_000;

  private final LiveMesh mesh;
  private final Consumer<String> notes;
  private final Consumer<LiveNode> joined;

  /** Numbers of nodes whose disks get lost some time. */
  private final Set<Integer> frail = new HashSet<>();

  private final Set<LiveNode> leaving = new HashSet<>();
  private boolean voting;

  /**
   * Of that mesh.
   *
   * @param schedule what is going to happen
   * @param notes told what happens
   * @param joined told of a node that has joined
   */
  LiveMembership(
      LiveMesh mesh, Schedule schedule, Consumer<String> notes, Consumer<LiveNode> joined) {
    this.mesh = mesh;
    this.notes = notes;
    this.joined = joined;
    for (Fault fault : schedule.faults()) {
      if (fault.kind() == FaultKind.LOST_DISK) {
        frail.addAll(fault.nodes());
      }
    }
  }

  /** Whether nobody is about to leave, and no list of voters under way. */
  boolean isDone() {
    return leaving.isEmpty() && !voting;
  }

  /** Those that are to stay. */
  private List<LiveNode> staying() {
    return mesh.members().stream().filter(node -> !leaving.contains(node)).toList();
  }

  /** A new process joins, with a directory of its own. Comes to nothing if there is no room. */
  void join(Fate fate) {
    if (mesh.members().size() >= MEMBERS_MAX) {
      fate.cameToNothing("there is no room for one more process");
      return;
    }
    LiveNode node = mesh.join();
    notes.accept(node + " joins");
    joined.accept(node);
    fate.cameAbout();
  }

  /**
   * The node is drained and leaves for good, or the last one that does not vote if none is named; a
   * voter leaves when another one votes in its place. Comes to nothing if nobody can, and where it
   * stays after all.
   */
  void leave(List<LiveNode> named, Fate fate) {
    leave(named.isEmpty() ? lastWithoutVote() : named.get(0), fate);
  }

  private void leave(@Nullable LiveNode node, Fate fate) {
    if (node == null || !node.isUp() || leaving.contains(node) || staying().size() <= 2) {
      fate.cameToNothing(
          node == null
              ? "all nodes vote"
              : !node.isUp()
                  ? node + " is down"
                  : leaving.contains(node) ? node + " is leaving already" : "two nodes stay");
      return;
    }
    if (!mesh.mayVote(node)) {
      drain(node, fate);
      return;
    }
    Set<LiveNode> others = new HashSet<>(staying());
    others.removeIf(other -> other == node || !mesh.mayVote(other));
    LiveNode successor = successor(node);
    if (successor != null) {
      others.add(successor);
    }
    if (others.isEmpty() || (!isFrail(node) && !doMostLast(others))) {
      fate.cameToNothing("nobody can vote in its place");
      return;
    }
    vote(others, node, () -> drain(node, fate), fate);
  }

  /**
   * A new process joins, and one leaves as {@link #leave} has it, if it can. Comes to nothing if
   * none joins.
   */
  void replace(List<LiveNode> named, Fate fate) {
    LiveNode last = named.isEmpty() ? lastWithoutVote() : named.get(0);
    join(
        new Fate() {
          @Override
          public void cameAbout() {
            fate.cameAbout();
            leave(last, staying(last));
          }

          @Override
          public void cameToNothing(String why) {
            fate.cameToNothing(why);
          }
        });
  }

  /** Somebody has joined in its place, and it may stay. */
  private Fate staying(@Nullable LiveNode node) {
    return new Fate() {
      @Override
      public void cameAbout() {}

      @Override
      public void cameToNothing(String why) {
        notes.accept((node == null ? "nobody leaves" : node + " stays") + ": " + why);
      }
    };
  }

  private @Nullable LiveNode lastWithoutVote() {
    List<LiveNode> staying = staying();
    for (int i = staying.size() - 1; i >= 0; i--) {
      if (!mesh.mayVote(staying.get(i))) {
        return staying.get(i);
      }
    }
    return null;
  }

  /** One that does not vote yet and whose disk lasts as long. */
  private @Nullable LiveNode successor(LiveNode node) {
    return staying().stream()
        .filter(other -> other != node && other.isUp() && !mesh.mayVote(other))
        .filter(other -> isFrail(node) || !isFrail(other))
        .findFirst()
        .orElse(null);
  }

  private boolean isFrail(LiveNode node) {
    return frail.contains(node.number());
  }

  private boolean doMostLast(Set<LiveNode> voters) {
    return voters.stream().filter(node -> !isFrail(node)).count() > voters.size() / 2;
  }

  /** The nodes become the voters of all spaces. Comes to nothing if it is not so in time. */
  void vote(List<LiveNode> nodes, Fate fate) {
    List<LiveNode> chosen = new ArrayList<>(nodes);
    chosen.removeIf(node -> leaving.contains(node) || !node.isUp());
    if (chosen.isEmpty()) {
      fate.cameToNothing("none of its nodes is up");
      return;
    }
    vote(new HashSet<>(chosen), null, fate::cameAbout, fate);
  }

  /**
   * Has an operator say who votes.
   *
   * @param not somebody who is not to be asked; null for nobody
   * @param then run if it is so
   * @param fate told if it is not
   */
  private void vote(Set<LiveNode> voters, @Nullable LiveNode not, Runnable then, Fate fate) {
    LiveNode asked =
        staying().stream().filter(node -> node != not && node.isUp()).findFirst().orElse(null);
    if (asked == null || voting) {
      fate.cameToNothing(asked == null ? "no node is up" : "other voters are being chosen");
      return;
    }
    voting = true;
    List<String> ids = List.copyOf(new TreeSet<>(voters.stream().map(LiveNode::id).toList()));
    mesh.mayVoteToo(ids);
    List<String> names = new ArrayList<>(voters.stream().map(LiveNode::name).toList());
    names.sort(null);
    asked.ask(
        new Request.Elect(ids, PATIENCE_MILLIS),
        Reply.Done.class,
        (done, failure) -> {
          voting = false;
          if (done == null) {
            fate.cameToNothing("who votes is left open: " + failure);
            return;
          }
          notes.accept("voters are " + names);
          mesh.vote(ids);
          then.run();
        });
  }

  /** The node leaves when another one has, durably, what it had; it stays if that takes long. */
  private void drain(LiveNode node, Fate fate) {
    if (!node.isUp()) {
      fate.cameToNothing(node + " is down");
      return;
    }
    leaving.add(node);
    int life = node.life();
    Map<String, VersionVector> had =
        mesh.spaces().stream().collect(Collectors.toMap(s -> s, s -> mesh.shows(node, s)));
    node.ask(
        new Request.Drain(PATIENCE_MILLIS),
        Reply.Done.class,
        (done, failure) -> {
          leaving.remove(node);
          if (done == null) {
            fate.cameToNothing(String.valueOf(failure));
          } else if (!node.isUp() || life != node.life()) {
            fate.cameToNothing("it was killed meanwhile");
          } else if (mesh.mayVote(node)) {
            fate.cameToNothing("it votes again");
          } else {
            notes.accept(node + " leaves");
            mesh.leave(node, had);
            fate.cameAbout();
          }
        });
  }
}
