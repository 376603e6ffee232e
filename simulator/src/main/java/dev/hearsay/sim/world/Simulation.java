package dev.hearsay.sim.world;

import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.LostHistoryException;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.Probes;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: the load begins, things go wrong for a while, everything heals, and then all nodes must
 * come to hold the same, do again what agents ask of them, and fall silent. Checkers look on all
 * the time.
 */
public final class Simulation {
  private static final String LIVENESS = "liveness";
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long WARM_UP_NANOS = 2 * SECOND;
  private static final long STEP_NANOS = 50 * MILLI;
  private static final int STEPS_PER_HELD = 20;

  /** Virtual time after the heal within which all nodes must be equal. */
  static final long SETTLE_NANOS_MAX = 120 * SECOND;

  /** After which everything must work again, once all nodes are equal. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * The same where replicas have had two branches: whose own was written anew is taken for one that
   * has lost data, and is silent as a voter for a minute.
   */
  private static final Duration PATIENCE_WITH_FORKS = Duration.ofSeconds(80);

  private static final long FINISH_NANOS = 5 * SECOND;
  private static final long QUIET_NANOS = 10 * SECOND;

  private final SimSettings settings;
  private final long seed;
  private final LongConsumer progress;
  private final World world;
  private final Workload.Run run;
  private final List<Checker> checkers = new ArrayList<>();
  private final List<VirtualClient> clients = new ArrayList<>();
  private final Injector injector;
  private final VotersThere voters;
  private final Schedule schedule;
  private boolean open = true;
  private long steps;

  private Simulation(
      SimSettings settings,
      WorldSettings made,
      int number,
      @Nullable History history,
      LongConsumer progress,
      PlantedFault planted) {
    this.settings = settings;
    this.progress = progress;
    this.seed = made.seed();
    this.world = new World(made, settings.nodes(), planted);
    this.schedule = settings.schedule(seed);
    checkers.addAll(Judges.of(world.settings(), settings.nodes(), schedule));
    for (Checker checker : settings.workload().checkers()) {
      if (!Judges.areForksIn(schedule) || !checker.goesByNames()) {
        checkers.add(checker);
      }
    }
    List<History> histories = new ArrayList<>(checkers);
    if (history != null) {
      histories.add(history);
    }
    List<String> names =
        world.nodes().stream().filter(VirtualNode::isMember).map(VirtualNode::name).toList();
    this.run =
        settings
            .workload()
            .begin(
                new WorkloadOptions(
                    number,
                    names,
                    settings.sessions(),
                    Duration.ofNanos((long) (settings.pauseMillis() * MILLI))),
                History.of(histories));
    run.spaces().forEach(world::addSpace);
    if (settings.topology() == null) {
      settings.workload().restricted().forEach(world::restrict);
    }
    checkers.forEach(world::observe);
    this.voters = new VotersThere(world);
    world.observe(voters);
    this.injector = new Injector(world, this::joined);
  }

  /**
   * Runs once.
   *
   * @param number of the run, for the history
   * @param history takes down what clients do; null for nobody
   * @throws LostHistoryException if that fails, which is no finding
   */
  public static RunResult run(
      SimSettings settings, long seed, int number, @Nullable History history) {
    return run(settings, seed, number, history, nanos -> {}, PlantedFault.NONE);
  }

  /**
   * The same.
   *
   * @param progress told of the virtual time, every virtual second
   * @param planted what nodes do wrong
   */
  static RunResult run(
      SimSettings settings,
      long seed,
      int number,
      @Nullable History history,
      LongConsumer progress,
      PlantedFault planted) {
    return new Simulation(settings, settings.world(seed), number, history, progress, planted).run();
  }

  /**
   * Runs once, in that world and not in one that is drawn from the seed.
   *
   * @param world with a node for each that is there at first, and for each that may join
   */
  public static RunResult run(SimSettings settings, WorldSettings world) {
    return new Simulation(settings, world, 0, null, nanos -> {}, PlantedFault.NONE).run();
  }

  /** Runs once, with nodes that do something wrong. */
  static RunResult run(SimSettings settings, long seed, PlantedFault planted) {
    return run(settings, seed, 0, null, nanos -> {}, planted);
  }

  private void joined(VirtualNode node) {
    begin(node);
  }

  private void begin(VirtualNode node) {
    VirtualClient client = new VirtualClient(world, node, () -> open);
    clients.add(client);
    run.start(client);
  }

  private RunResult run() {
    long healNanos = -1;
    try {
      healNanos = play();
      if (failure() == null) {
        world.tellHoldings();
        checkers.forEach(checker -> checker.finish(world.nowNanos()));
      }
    } catch (LostHistoryException e) {
      throw e; // of this machine's disk
    } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
      // Of a node, a workload or a checker: a finding like any other, with a seed and a replay.
      world.violated("exception", "", described(e));
    }
    return new RunResult(
        seed,
        schedule,
        failure(),
        world.trace().hash(),
        injector.injected(),
        world.changesMinted(),
        checkers.stream().mapToLong(Checker::checks).sum(),
        world.nowNanos(),
        healNanos,
        world.tally().messages(),
        world.tally().bytes(),
        world.tally().messagesByKind().getOrDefault("Closed", 0L),
        world.trace().lines());
  }

  private long play() {
    world.begin();
    if (advance(WARM_UP_NANOS)) {
      world.nodes().stream().filter(VirtualNode::isMember).forEach(this::begin);
      injector.schedule(schedule);
      if (advance(WARM_UP_NANOS + settings.nanos())) {
        return settle();
      }
    }
    return -1;
  }

  private static String described(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return failure + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  /** The liveness phase: how long it took until all nodes were equal; -1 if they never were. */
  private long settle() {
    injector.heal();
    clients.forEach(run::healed);
    open = false;
    long healed = world.nowNanos();
    if (!becomeEqual("the heal")) {
      return -1;
    }
    long took = world.nowNanos() - healed;
    world.note("all nodes are equal");
    world.settled();
    if (voters.areMissing()) {
      world.observers().forEach(each -> each.votersMissing(world.nowNanos()));
    }
    clients.forEach(run::finish);
    if (!worksAgain()) {
      return -1;
    }
    advance(world.nowNanos() + FINISH_NANOS + QUIET_NANOS);
    return took;
  }

  /** Whether they do in time, and nothing else is found; what clients still wait for ends, too. */
  private boolean becomeEqual(String after) {
    long since = world.nowNanos();
    while (world.nowNanos() < since + SETTLE_NANOS_MAX) {
      if (!advance(world.nowNanos() + STEP_NANOS)) {
        return false;
      }
      if (run.isDone() && world.pendingCalls() == 0 && world.isConverged()) {
        return true;
      }
    }
    world.violated(
        LIVENESS, "", SETTLE_NANOS_MAX / SECOND + " s after " + after + ": " + whyNotSettled());
    return false;
  }

  /** Whether every node does what its agents ask, and all are equal again after it. */
  private boolean worksAgain() {
    Set<String> spaces = new LinkedHashSet<>(run.spaces());
    spaces.addAll(world.places().restricted());
    Probes probes =
        Probes.begin(
            clients,
            List.copyOf(spaces),
            Judges.areForksIn(schedule) ? PATIENCE_WITH_FORKS : PATIENCE,
            (client, space) -> world.places().belongs(space, nodeOf(client)),
            (client, space) -> voters.areMost(nodeOf(client), space),
            (node, message) -> world.violated(LIVENESS, node, message));
    while (!probes.areDone()) {
      if (!advance(world.nowNanos() + STEP_NANOS)) {
        return false;
      }
    }
    world.note("all nodes work again");
    return becomeEqual("the last probe");
  }

  private VirtualNode nodeOf(MeshClient client) {
    return world.nodes().stream()
        .filter(node -> node.name().equals(client.node()))
        .findFirst()
        .orElseThrow();
  }

  private String whyNotSettled() {
    String why = world.whyNotConverged();
    return why == null ? world.pendingCalls() + " calls have not ended" : why;
  }

  /** Goes on until that time; false if something was found before. */
  private boolean advance(long untilNanos) {
    while (world.nowNanos() < untilNanos) {
      world.run(Math.min(untilNanos, world.nowNanos() + STEP_NANOS));
      if (++steps % STEPS_PER_HELD == 0) {
        world.tellHeld();
        progress.accept(world.nowNanos());
      }
      if (failure() != null) {
        return false;
      }
    }
    return true;
  }

  /** What was found first. */
  private @Nullable Violation failure() {
    Violation first = world.violations().isEmpty() ? null : world.violations().get(0);
    for (Checker checker : checkers) {
      if (checker.hasViolations()) {
        Violation found = checker.violations().get(0);
        first = first == null || found.nanos() < first.nanos() ? found : first;
      }
    }
    return first;
  }
}
