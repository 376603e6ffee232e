package dev.hearsay.sim.live;

import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.check.Checkers;
import dev.hearsay.sim.check.IdleFloor;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.LostHistoryException;
import dev.hearsay.sim.history.Operation;
import dev.hearsay.sim.sessions.Plant;
import dev.hearsay.sim.workload.Probes;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a workload on real processes: they start, the load begins, things go wrong for a
 * while, everything heals, and then all nodes must come to hold the same, and do again what agents
 * ask of them. The checkers of the virtual world look on.
 */
public final class LiveRun {
  /** What is said while a replica that is gone stands in it under a hash; counters say no more. */
  private static final String SEALED = "Closed";

  /** Real time after the heal within which all nodes must be equal. */
  static final long SETTLE_NANOS_MAX = 60_000_000_000L;

  private static final long START_NANOS_MAX = 60_000_000_000L;
  private static final long LOOK_NANOS = 20_000_000;

  /** Sessions at each node. */
  public static final int SESSIONS = 2;

  /** Between two calls of a session, on average. */
  public static final Duration PAUSE = Duration.ofMillis(200);

  private static final long CALLS_NANOS_MAX = 30_000_000_000L;

  /** Within which everything must work again, once all nodes are equal. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int TIMELINE_MAX = 1_000;

  /** Is told how it goes on. */
  @FunctionalInterface
  public interface Progress {
    /** Something happens, or time passes. */
    void at(String phase, double seconds);
  }

  private final LiveSettings settings;
  private final long seed;
  private final SplittableRandom random;
  private final Progress progress;
  private final Schedule schedule;
  private final IdleFloor floor;
  private final LiveMesh mesh;
  private final Workload.Run run;
  private final LiveInjector injector;
  private final List<LiveClient> clients = new ArrayList<>();
  private final Set<Long> processes = new TreeSet<>();
  private final List<String> timeline = new ArrayList<>();
  private volatile boolean open = true;

  /** What does not work again after everything has healed. */
  private @Nullable Violation dead;

  private long operations;
  private long relayedBytes;

  private LiveRun(
      LiveSettings settings,
      long seed,
      int number,
      @Nullable History history,
      Progress progress,
      @Nullable Plant plant)
      throws IOException {
    this.settings = settings;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.progress = progress;
    this.schedule = settings.schedule(seed);
    List<Checker> judges = new ArrayList<>();
    int slots = settings.slots(schedule);
    floor = IdleFloor.of(GossipSettings.DEFAULT, slots).with(SEALED);
    judges.addAll(Checkers.all(new Checkers.Bounds(settings.nodes(), floor)));
    judges.addAll(settings.workload().checkers());
    List<History> histories = new ArrayList<>(judges);
    if (history != null) {
      histories.add(history);
    }
    histories.add(this::count);
    List<String> names = IntStream.range(0, settings.nodes()).mapToObj(node -> "n" + node).toList();
    this.run =
        settings
            .workload()
            .begin(new WorkloadOptions(number, names, SESSIONS, PAUSE), History.of(histories));
    this.mesh = new LiveMesh(settings.nodes(), run.spaces(), judges, plant);
    this.injector = new LiveInjector(mesh, seed, schedule, this::note, this::begin);
  }

  /**
   * Runs once. All processes have ended when it returns, and their directories are gone.
   *
   * @param number of the run, for the history
   * @param history takes down what clients do, in nanoseconds of real time since the run began;
   *     null for nobody
   * @param plant what the second node does wrong, to show that it is found; null for nothing
   * @throws LostHistoryException if the history cannot be taken down, which is no finding
   */
  public static LiveResult run(
      LiveSettings settings,
      long seed,
      int number,
      @Nullable History history,
      Progress progress,
      @Nullable Plant plant)
      throws IOException {
    return new LiveRun(settings, seed, number, history, progress, plant).run();
  }

  private void count(List<Operation> ended) {
    operations += ended.size();
  }

  private void note(String what) {
    if (timeline.size() < TIMELINE_MAX) {
      timeline.add(String.format(Locale.ROOT, "%10.3f s  %s", mesh.loop().nanos() / 1e9, what));
    }
  }

  private LiveResult run() {
    Violation failure;
    long settleNanos = -1;
    try {
      settleNanos = play();
      mesh.loop().run(this::look);
      must("the final reads end", CALLS_NANOS_MAX, mesh::areCallsEnded);
      probe();
      rest();
      failure = mesh.loop().call(this::finish);
      requireHistory();
    } catch (EndedException e) {
      failure = e.violation;
    } finally {
      processes.addAll(mesh.processIds());
      mesh.close();
    }
    return new LiveResult(
        seed,
        schedule,
        failure,
        injector.injected(),
        mesh.changes(),
        operations,
        mesh.checkers().stream().mapToLong(Checker::checks).sum(),
        mesh.loop().nanos(),
        settleNanos,
        Math.max(0, relayedBytes),
        List.copyOf(processes),
        timeline);
  }

  /** The run cannot go on: something is wrong. */
  private static final class EndedException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // it never leaves this class
    private final Violation violation;

    EndedException(Violation violation) {
      super(violation.toString());
      this.violation = violation;
    }
  }

  private interface Condition {
    boolean holds();
  }

  /** Waits for it on the loop; false if it did not come about in time. */
  private boolean await(String phase, long nanosMax, Condition condition) throws EndedException {
    long begin = mesh.loop().nanos();
    while (true) {
      boolean holds = mesh.loop().call(condition::holds);
      requireHistory();
      Violation wrong = mesh.loop().call(this::failure);
      if (wrong != null) {
        throw new EndedException(wrong);
      }
      processes.addAll(mesh.processIds());
      progress.at(phase, mesh.loop().nanos() / 1e9);
      if (holds) {
        return true;
      }
      if (mesh.loop().nanos() - begin > nanosMax) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private void must(String what, long nanosMax, Condition condition) throws EndedException {
    if (!await(what, nanosMax, condition)) {
      String why = mesh.loop().call(() -> String.valueOf(mesh.whyNotSettled()));
      throw new EndedException(
          violation(
              "liveness", what + ": not within " + nanosMax / 1_000_000_000 + " s: " + why, ""));
    }
  }

  /** All phases; how long it took until all nodes were equal after the faults. */
  private long play() throws EndedException {
    mesh.loop().run(mesh::found);
    must("processes start", START_NANOS_MAX, mesh::areAllUp);
    mesh.loop().run(this::begin);
    await("things go wrong", settings.nanos(), () -> false);
    mesh.loop().run(this::heal);
    long healed = mesh.loop().nanos();
    must("all nodes become equal", SETTLE_NANOS_MAX, this::isSettled);
    return mesh.loop().nanos() - healed;
  }

  private boolean isSettled() {
    return run.isDone() && injector.isDone() && mesh.isSettled();
  }

  /** Every node does what its agents ask, and all are equal again after it. */
  private void probe() throws EndedException {
    Probes probes =
        mesh.loop()
            .call(
                () ->
                    Probes.begin(
                        clients,
                        mesh.spaces(),
                        PATIENCE,
                        (client, space) -> true,
                        (client, space) -> mesh.areMostVotersWhole(),
                        (node, message) -> dead = violation("liveness", message, node)));
    must("all nodes work again", 2 * PATIENCE.toNanos(), probes::areDone);
    note("all nodes work again");
    must("all nodes become equal again", SETTLE_NANOS_MAX, mesh::isSettled);
  }

  private Violation violation(String checker, String message, String node) {
    return new Violation(checker, message, mesh.loop().nanos(), node);
  }

  /** Nodes that have nothing to do are watched. */
  private void rest() throws EndedException {
    if (settings.restNanos() > 0) {
      await("nodes fall silent", floor.settle().toNanos(), () -> false);
      mesh.loop().run(mesh::tellTraffic);
      await("nodes are at rest", settings.restNanos(), () -> false);
      mesh.loop().run(mesh::tellTraffic);
    }
  }

  private void begin() {
    mesh.tellTraffic();
    relayedBytes = -mesh.relays().bytesPassed();
    note("the load begins");
    mesh.tellHeld();
    mesh.nodes().forEach(this::begin);
    injector.schedule(schedule);
  }

  private void begin(LiveNode node) {
    LiveClient client = new LiveClient(mesh, node, random.split(), () -> open);
    clients.add(client);
    run.start(client);
  }

  private void heal() {
    mesh.tellTraffic();
    injector.heal();
    clients.forEach(run::healed);
    open = false;
  }

  private void look() {
    note("all nodes are equal");
    relayedBytes += mesh.relays().bytesPassed();
    mesh.tellTraffic();
    mesh.settled();
    clients.forEach(run::finish);
  }

  private @Nullable Violation finish() {
    try {
      mesh.tellHoldings();
      mesh.checkers().forEach(checker -> checker.finish(mesh.loop().nanos()));
    } catch (RuntimeException | AssertionError e) {
      mesh.loop().failed(e);
    }
    return failure();
  }

  private @Nullable Violation failure() {
    for (Checker checker : mesh.checkers()) {
      if (checker.hasViolations()) {
        return checker.violations().get(0);
      }
    }
    Throwable thrown = mesh.loop().failure();
    if (thrown == null) {
      return dead;
    }
    Throwable cause = thrown.getCause();
    return violation("exception", thrown + (cause == null ? "" : ", because: " + cause), "");
  }

  /** That this machine's disk takes no history is no finding. */
  private void requireHistory() {
    if (mesh.loop().failure() instanceof LostHistoryException lost) {
      throw lost;
    }
  }
}
