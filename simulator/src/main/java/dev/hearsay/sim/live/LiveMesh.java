package dev.hearsay.sim.live;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.lab.Lab;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Relays;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.sessions.Plant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Node processes behind relays, and what checkers are told of them. Closing it ends the processes
 * and removes their directories. For the thread of the loop, but for what says otherwise.
 */
final class LiveMesh implements AutoCloseable {
  private static final int VOTERS_MAX = 3;
  private static final long ANSWER_SECONDS_MAX = 20;

  private final Loop loop = new Loop();
  private final Lab lab;
  private final List<LiveNode> nodes = new ArrayList<>();
  private final List<String> spaces;
  private final ShownStates shown = new ShownStates();
  private final List<Checker> checkers = new ArrayList<>();
  private long pendingCalls;
  private long changes;
  private boolean ending;

  /**
   * Prepares a mesh; starts no process yet.
   *
   * @param spaces that all nodes hold
   * @param judges of what is seen here
   * @param plant a fault of the second node, to show that it is found; null for none
   */
  LiveMesh(int count, List<String> spaces, List<Checker> judges, @Nullable Plant plant)
      throws IOException {
    this.spaces = List.copyOf(spaces);
    checkers.add(shown);
    checkers.addAll(judges);
    lab = new Lab(count, null, Lab.driven());
    for (LabNode process : lab.nodes()) {
      nodes.add(
          new LiveNode(process, this, process.number() == Math.min(1, count - 1) ? plant : null));
    }
    lab.onCrash(
        process ->
            loop.run(
                () -> {
                  if (!ending) {
                    throw new IllegalStateException(
                        "the process of n"
                            + process.number()
                            + " ended by itself"
                            + System.lineSeparator()
                            + process.logTail());
                  }
                }));
  }

  /** Starts all processes; all are up once {@link #areAllUp}. */
  void found() {
    List<CompletableFuture<String>> voting =
        nodes.stream().limit(VOTERS_MAX).map(LiveNode::identity).toList();
    CompletableFuture<List<String>> voters =
        CompletableFuture.allOf(voting.toArray(CompletableFuture<?>[]::new))
            .thenApply(done -> voting.stream().map(CompletableFuture::join).toList());
    nodes.forEach(node -> node.found(voters));
  }

  /** From any thread. */
  Loop loop() {
    return loop;
  }

  List<LiveNode> nodes() {
    return nodes;
  }

  List<String> spaces() {
    return spaces;
  }

  List<Checker> checkers() {
    return checkers;
  }

  Relays relays() {
    return lab.relays();
  }

  Path directory() {
    return lab.directory();
  }

  /** The ids of the processes that run; from any thread. */
  List<Long> processIds() {
    return lab.nodes().stream().filter(LabNode::isRunning).map(LabNode::pid).toList();
  }

  boolean areAllUp() {
    return nodes.stream().allMatch(LiveNode::isUp);
  }

  /** Whether all nodes show the same, and no call is under way. */
  boolean isSettled() {
    return whyNotSettled() == null;
  }

  @Nullable String whyNotSettled() {
    for (LiveNode node : nodes) {
      if (!node.isUp()) {
        return node + " is not up";
      }
    }
    for (String space : spaces) {
      if (!shown.agree(space)) {
        return shown.frontiers(space);
      }
    }
    return pendingCalls > 0 ? pendingCalls + " calls have not ended" : null;
  }

  void callBegun() {
    pendingCalls++;
  }

  void callEnded() {
    pendingCalls--;
  }

  /** Changes that were minted. */
  long changes() {
    return changes;
  }

  private void tell(Consumer<Checker> what) {
    checkers.forEach(what);
  }

  void began(LiveNode node, boolean again) {
    shown.begins(node.name(), spaces);
    if (again) {
      tell(checker -> checker.restarted(loop.nanos(), node.name()));
    }
  }

  void crashed(LiveNode node) {
    tell(checker -> checker.crashed(loop.nanos(), node.name()));
  }

  void diskDamaged(LiveNode node) {
    tell(checker -> checker.diskDamaged(loop.nanos(), node.name()));
  }

  void healed() {
    tell(checker -> checker.healed(loop.nanos()));
  }

  void settled() {
    tell(checker -> checker.settled(loop.nanos()));
  }

  void minted(LiveNode node, String space, EncodedChange change, VersionVector past) {
    changes++;
    tell(checker -> checker.minted(loop.nanos(), node.name(), space, change, past));
  }

  void acknowledged(LiveNode node, String space, Dot change, Acknowledgement how) {
    tell(checker -> checker.acknowledged(loop.nanos(), node.name(), space, change, how));
  }

  void shows(LiveNode node, String space, VersionVector frontier, String digest) {
    shown.shows(loop.nanos(), node.name(), space, frontier, digest, checkers);
  }

  /** Asks every node for the bytes of every space, and tells them as what it holds in the end. */
  void tellHoldings() {
    for (LiveNode node : nodes) {
      for (String space : spaces) {
        SpaceState state = read(node, space);
        tell(checker -> checker.holds(loop.nanos(), node.name(), space, state));
      }
    }
  }

  /**
   * The state of a space as the node shows it now.
   *
   * @throws IllegalStateException if it does not say
   */
  SpaceState read(LiveNode node, String space) {
    Request.Look look =
        new Request.Look(space, new Request.Demand(Acknowledgement.Kind.LOCAL, 0, 0), null);
    try {
      return DiffFormat.decodeState(
          node.askNow(look, Reply.State.class).get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).state());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          node + " does not show '" + space + "'" + System.lineSeparator() + node.logTail(), e);
    }
  }

  /** From any other thread than the loop's. */
  @Override
  public void close() {
    loop.call(
        () -> {
          ending = true;
          nodes.forEach(LiveNode::thaw);
          return true;
        });
    loop.close();
    lab.close();
  }
}
