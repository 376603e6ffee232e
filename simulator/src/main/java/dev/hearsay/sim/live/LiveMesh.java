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
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  /** The first nodes vote. */
  static final int VOTERS_MAX = 3;

  private static final long ANSWER_SECONDS_MAX = 20;
  private static final long WEIGH_NANOS = 500_000_000;

  private final Loop loop = new Loop();
  private final Lab lab;
  private final List<LiveNode> nodes = new ArrayList<>();
  private final List<String> spaces;

  /** What nodes that have left were told that others had. */
  private final List<Drained> drained = new ArrayList<>();

  /** Identities of those that may vote in any space. */
  private final Set<String> voters = new HashSet<>();

  /** Of whose disks something was lost. */
  private final Set<LiveNode> damaged = new HashSet<>();

  private final ShownStates shown = new ShownStates();
  private final List<Checker> checkers = new ArrayList<>();
  private long pendingCalls;
  private long changes;
  private boolean ending;

  private record Drained(String node, Map<String, VersionVector> had) {}

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
                  String name = "n" + process.number();
                  if (!ending && process.isOutOfMemory()) {
                    tell(
                        checker ->
                            checker.held(
                                loop.nanos(),
                                name,
                                "MiB on its heap, at least",
                                Lab.HEAP_MEBIBYTES + 1,
                                Lab.HEAP_MEBIBYTES));
                  } else if (!ending) {
                    throw new IllegalStateException(
                        "the process of "
                            + name
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
    CompletableFuture<List<String>> founding =
        CompletableFuture.allOf(voting.toArray(CompletableFuture<?>[]::new))
            .thenApply(done -> voting.stream().map(CompletableFuture::join).toList());
    var unused = founding.thenAccept(ids -> loop.run(() -> vote(ids)));
    nodes.forEach(node -> node.found(founding));
  }

  /** From any thread. */
  Loop loop() {
    return loop;
  }

  /** All there ever were, by number. */
  List<LiveNode> nodes() {
    return nodes;
  }

  /** Those that have not left. */
  List<LiveNode> members() {
    return nodes.stream().filter(LiveNode::isMember).toList();
  }

  /** A new process starts, and joins the others. */
  LiveNode join() {
    try {
      LiveNode node = new LiveNode(lab.add(), this, null);
      nodes.add(node);
      tell(checker -> checker.joined(loop.nanos(), node.name()));
      node.start();
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException("no node can be added", e);
    }
  }

  /**
   * The node leaves for good.
   *
   * @param had what it had of each space when it was drained: that another one has, durably
   */
  void leave(LiveNode node, Map<String, VersionVector> had) {
    tellTraffic(List.of(node));
    node.leave();
    shown.left(node.name());
    drained.add(new Drained(node.name(), had));
    tell(checker -> checker.left(loop.nanos(), node.name()));
  }

  /** What the node has shown last of the space. */
  VersionVector shows(LiveNode node, String space) {
    return shown.frontier(node.name(), space);
  }

  /** Whether the node may be one of the voters. */
  boolean mayVote(LiveNode node) {
    return voters.contains(node.id());
  }

  /**
   * Whether most of those that may vote are there, and never lost data: one that did is silent as a
   * voter for a minute at least.
   */
  boolean areMostVotersWhole() {
    long whole =
        members().stream().filter(node -> mayVote(node) && !damaged.contains(node)).count();
    return whole > voters.size() / 2;
  }

  /** These may be voters from now on, beside those that are. */
  void mayVoteToo(List<String> ids) {
    voters.addAll(ids);
  }

  /** These are the voters. */
  void vote(List<String> ids) {
    voters.clear();
    voters.addAll(ids);
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
    return members().stream().allMatch(LiveNode::isUp);
  }

  /** Whether all nodes show the same, and no call is under way. */
  boolean isSettled() {
    return whyNotSettled() == null;
  }

  @Nullable String whyNotSettled() {
    for (LiveNode node : members()) {
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

  /** Whether no call of a client is under way. */
  boolean areCallsEnded() {
    return pendingCalls == 0;
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
    node.sent().begins(loop.nanos());
    if (again) {
      tell(checker -> checker.restarted(loop.nanos(), node.name()));
    }
  }

  void crashed(LiveNode node) {
    tell(checker -> checker.crashed(loop.nanos(), node.name()));
  }

  void diskDamaged(LiveNode node) {
    damaged.add(node);
    // It may have been the one that had it, without anybody having seen it there.
    drained.clear();
    tell(checker -> checker.diskDamaged(loop.nanos(), node.name()));
  }

  void healed() {
    tell(checker -> checker.healed(loop.nanos()));
  }

  void settled() {
    // By now whatever any node ever had has been seen there.
    for (Drained each : drained) {
      each.had()
          .forEach(
              (space, frontier) ->
                  tell(checker -> checker.drained(loop.nanos(), each.node(), space, frontier)));
    }
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

  /** Asks the processes what they have sent since they were last asked, and tells it. */
  void tellTraffic() {
    tellTraffic(nodes.stream().filter(LiveNode::isUp).toList());
  }

  /** The same of some, all of which are up. */
  void tellTraffic(List<LiveNode> asked) {
    List<CompletableFuture<Reply.Counted>> answers =
        asked.stream().map(node -> node.askNow(new Request.Count(), Reply.Counted.class)).toList();
    for (int i = 0; i < answers.size(); i++) {
      LiveNode node = asked.get(i);
      Reply.Counted counted = answer(node, "what it has sent", answers.get(i));
      node.sent()
          .read(
              loop.nanos(),
              counted.sent(),
              (since, kind, messages, bytes) ->
                  tell(checker -> checker.counted(since, node.name(), kind, messages, bytes)));
    }
  }

  /** Asks the processes what they keep for others, now and again until the run ends. */
  void tellHeld() {
    for (LiveNode node : nodes) {
      if (node.isUp()) {
        node.ask(
            new Request.Weigh(),
            Reply.Weighed.class,
            (weighed, failure) -> {
              if (weighed != null) {
                for (Reply.Kept kept : weighed.kept()) {
                  tell(
                      checker ->
                          checker.held(
                              loop.nanos(), node.name(), kept.what(), kept.amount(), kept.most()));
                }
              }
            });
      }
    }
    loop.after(WEIGH_NANOS, this::tellHeld);
  }

  /** Asks every node for the bytes of every space, and tells them as what it holds in the end. */
  void tellHoldings() {
    for (LiveNode node : members()) {
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
    return DiffFormat.decodeState(
        answer(node, "'" + space + "'", node.askNow(look, Reply.State.class)).state());
  }

  private static <R> R answer(LiveNode node, String what, CompletableFuture<R> answer) {
    try {
      return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          node + " does not tell " + what + System.lineSeparator() + node.logTail(), e);
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
