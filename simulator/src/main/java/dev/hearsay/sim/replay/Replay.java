package dev.hearsay.sim.replay;

import dev.hearsay.sim.lab.Lab;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.sessions.Casting;
import dev.hearsay.sim.sessions.Finding;
import dev.hearsay.sim.sessions.Judge;
import dev.hearsay.sim.sessions.Ledger;
import dev.hearsay.sim.sessions.NodeContent;
import dev.hearsay.sim.sessions.Plant;
import dev.hearsay.sim.sessions.Recording;
import dev.hearsay.sim.sessions.Role;
import dev.hearsay.sim.sessions.Verdict;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run: starts the nodes, lets the agents work, makes the faults happen, has it all judged. */
public final class Replay {

  private static final long STATUS_MILLIS = 200;
  private static final long STEP_MILLIS = 2;
  private static final long AGREEMENT_CHECK_MILLIS = 50;

  private final Recording recording;
  private final ReplayOptions options;
  private final Spectator spectator;
  private final Lab lab;
  private final DriverLoop loop = new DriverLoop();
  private final Ledger ledger = new Ledger();
  private final Figures figures = new Figures();
  private final Agents agents;
  private final Deque<FaultPlan.Fault> planned;
  private final Map<LabNode, Integer> holds = new HashMap<>();
  private final Map<LabNode, Integer> behind = new HashMap<>();
  private final Set<Finding> observed = new LinkedHashSet<>();
  private final Set<LabNode> statusAsked = new HashSet<>();

  private @Nullable RunningFault fault;
  private long lastStatusNanos = System.nanoTime();

  private Replay(Recording recording, ReplayOptions options, Spectator spectator, Lab lab) {
    this.recording = recording;
    this.options = options;
    this.spectator = spectator;
    this.lab = lab;
    this.agents = new Agents(lab.nodes(), recording, options, ledger, loop, spectator);
    this.planned = new ArrayDeque<>(FaultPlan.of(options, recording.messageCount()).faults());
  }

  /**
   * Plays a recording. All processes have ended when this returns.
   *
   * @throws ReplayFailedException if the run could not be finished
   */
  public static ReplayReport run(Recording recording, ReplayOptions options, Spectator spectator)
      throws ReplayFailedException, IOException {
    try (Lab lab = new Lab(options.nodes(), options.keep(), Lab.quickStart())) {
      return new Replay(recording, options, spectator, lab).run();
    }
  }

  private ReplayReport run() throws ReplayFailedException, IOException {
    long startedNanos = System.nanoTime();
    lab.onCrash(
        node ->
            loop.post(
                () -> {
                  throw new ReplayFailedException(
                      node.name()
                          + " ended by itself; the end of its log:"
                          + System.lineSeparator()
                          + node.logTail());
                }));
    startNodes();
    play();
    Map<String, NodeContent> contents = settle();
    Verdict verdict = Judge.judge(recording, ledger, contents, observed);
    long durationMillis = millisSince(startedNanos);
    long writingMillis = Math.max(1, agents.writingMillis());
    return new ReplayReport(
        options.nodes(),
        recording.sessions().size(),
        recording.messageCount(),
        ledger.acknowledged(),
        verdict.lost(),
        verdict.duplicated(),
        verdict.converged(),
        verdict.causalViolations(),
        figures.cutMillis,
        figures.healMillisMax,
        figures.kills,
        figures.restartMillisMax,
        ledger.acknowledged() * 1000L / writingMillis,
        durationMillis,
        verdict.stateDigest(),
        verdict.findings(),
        views());
  }

  private void startNodes() throws ReplayFailedException, IOException {
    spectator.event(
        Spectator.Kind.INFO,
        options.nodes()
            + (options.nodes() == 1 ? " node process" : " node processes")
            + ", each with a data directory of its own, wired through relays");
    Set<LabNode> up = new HashSet<>();
    for (LabNode node : lab.nodes()) {
      long spawnedNanos = System.nanoTime();
      loop.on(
          node.start(plantFor(node)),
          (started, failure) -> {
            if (started == null) {
              throw new ReplayFailedException(
                  node.name() + " did not start" + System.lineSeparator() + node.logTail(),
                  failure);
            }
            up.add(node);
            spectator.event(
                Spectator.Kind.GOOD,
                node.name()
                    + " runs at "
                    + node.address()
                    + " (process "
                    + node.pid()
                    + "), started in "
                    + Durations.of(millisSince(spawnedNanos))
                    + cast(node));
          });
    }
    while (up.size() < options.nodes()) {
      loop.runQueued(STATUS_MILLIS);
    }
  }

  private @Nullable Plant plantFor(LabNode node) {
    return node.number() == options.nodes() - 1 ? options.plant() : null;
  }

  private String cast(LabNode node) {
    if (options.nodes() != Role.values().length) {
      return "";
    }
    Casting casting = new Casting(options.nodes());
    for (Role role : Role.values()) {
      if (casting.nodeOf(0, role) == node.number()) {
        return "; home of the " + (role == Role.TOOL ? "tools" : role.label());
      }
    }
    return "";
  }

  private void play() throws ReplayFailedException {
    spectator.event(
        Spectator.Kind.INFO,
        "the agents begin: "
            + recording.messageCount()
            + " messages in "
            + recording.sessions().size()
            + " sessions, each session a space, each message one change");
    while (!agents.allDone() || fault != null || !planned.isEmpty()) {
      stepFault();
      agents.work(Math.min(limit(), recording.messageCount()));
      loop.runQueued(STEP_MILLIS);
      watchOver();
    }
    spectator.event(
        Spectator.Kind.INFO,
        "all "
            + ledger.acknowledged()
            + " messages are acknowledged; waiting until all nodes hold the same");
  }

  private void stepFault() throws ReplayFailedException {
    FaultPlan.Fault next = planned.peek();
    if (fault == null && next != null && agents.handedOver() >= next.atMessage()) {
      planned.remove();
      fault =
          next.kind() == FaultPlan.Kind.CUT
              ? new Cut(next, lab, agents, ledger, loop, spectator, figures, options)
              : new Kill(next, lab.nodes().get(next.node()), agents, loop, spectator, figures);
    }
    if (fault != null) {
      fault.step();
      if (fault.isOver()) {
        fault = null;
      }
    }
  }

  private int limit() {
    return fault == null ? Integer.MAX_VALUE : fault.messageLimit();
  }

  /** Waits until all nodes hold everything and agree, or time is up; returns what they hold. */
  private Map<String, NodeContent> settle() throws ReplayFailedException {
    long begunNanos = System.nanoTime();
    Set<LabNode> complete = new HashSet<>();
    SortedMap<String, List<Integer>> all = ledger.allAcknowledged();
    for (LabNode node : lab.nodes()) {
      loop.on(
          node.ask(new Request.Await(all, options.settleMillis()), Reply.Awaited.class),
          (awaited, failure) -> {
            require(awaited, node, failure);
            complete.add(node);
          });
    }
    while (complete.size() < lab.nodes().size()) {
      loop.runQueued(STEP_MILLIS);
      watchOver();
    }
    while (true) {
      SortedMap<String, Reply.Dumped> dumps = dumpAll();
      Set<String> digests = new HashSet<>();
      Set<Object> ownDigests = new HashSet<>();
      dumps.values().forEach(dump -> digests.add(dump.content().digest()));
      dumps.values().forEach(dump -> ownDigests.add(dump.stateDigests()));
      boolean agreed = digests.size() == 1 && ownDigests.size() == 1;
      if (agreed || millisSince(begunNanos) > options.settleMillis()) {
        if (agreed) {
          spectator.event(
              Spectator.Kind.GOOD,
              "all nodes hold the same memory " + Durations.of(millisSince(begunNanos)) + " later");
        } else if (digests.size() == 1) {
          observed.add(
              new Finding(
                  Finding.Kind.DIVERGED,
                  "some node",
                  "some space",
                  "same content, yet the spaces' own digests differ"));
        }
        askStatus();
        awaitStatus();
        Map<String, NodeContent> contents = new TreeMap<>();
        dumps.forEach((node, dump) -> contents.put(node, dump.content()));
        return contents;
      }
      long checkAgainNanos =
          System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AGREEMENT_CHECK_MILLIS);
      while (System.nanoTime() - checkAgainNanos < 0) {
        loop.runQueued(STEP_MILLIS);
        watchOver();
      }
    }
  }

  private SortedMap<String, Reply.Dumped> dumpAll() throws ReplayFailedException {
    SortedMap<String, Reply.Dumped> dumps = new TreeMap<>();
    for (LabNode node : lab.nodes()) {
      loop.on(
          node.ask(new Request.Dump(), Reply.Dumped.class),
          (dumped, failure) -> dumps.put(node.name(), require(dumped, node, failure)));
    }
    while (dumps.size() < lab.nodes().size()) {
      loop.runQueued(STEP_MILLIS);
    }
    return dumps;
  }

  private static <T> T require(@Nullable T answer, LabNode node, @Nullable Throwable failure)
      throws ReplayFailedException {
    if (answer == null) {
      throw new ReplayFailedException(
          node.name() + " did not answer: " + (failure == null ? "" : failure.getMessage()),
          failure == null ? new IllegalStateException("no answer") : failure);
    }
    return answer;
  }

  private void watchOver() {
    if (millisSince(lastStatusNanos) >= STATUS_MILLIS) {
      lastStatusNanos = System.nanoTime();
      askStatus();
      spectator.status(views(), ledger.acknowledged(), recording.messageCount());
    }
  }

  private void askStatus() {
    for (LabNode node : lab.nodes()) {
      if (!isDown(node) && node.isRunning() && statusAsked.add(node)) {
        int acknowledged = ledger.acknowledged();
        loop.on(
            node.ask(new Request.Status(), Reply.Status.class),
            (status, failure) -> {
              statusAsked.remove(node);
              // A node that is killed meanwhile does not answer; its restart is watched elsewhere.
              if (status != null) {
                holds.put(node, status.messages());
                behind.put(node, Math.max(0, acknowledged - status.messages()));
                observed.addAll(status.findings());
              }
            });
      }
    }
  }

  private void awaitStatus() throws ReplayFailedException {
    while (!statusAsked.isEmpty()) {
      loop.runQueued(STEP_MILLIS);
    }
  }

  private List<NodeView> views() {
    List<NodeView> views = new ArrayList<>();
    for (LabNode node : lab.nodes()) {
      NodeView.State state =
          isDown(node)
              ? NodeView.State.DOWN
              : fault instanceof Cut cut && cut.isCutOff(node)
                  ? NodeView.State.CUT_OFF
                  : NodeView.State.UP;
      views.add(
          new NodeView(
              node.name(),
              state,
              agents.writes(node),
              holds.getOrDefault(node, 0),
              behind.getOrDefault(node, 0)));
    }
    return views;
  }

  private boolean isDown(LabNode node) {
    return fault instanceof Kill kill && kill.isDown(node);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
