package dev.hearsay.sim.world;

import dev.hearsay.sim.history.History;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Many runs, each with a seed of its own, and what came of them: made one after the other, or on
 * several threads with the same results in the same order. For one thread; any thread may look at
 * the {@linkplain #totals totals}.
 */
public final class Campaign {
  /** Runs that are made to shrink one failure. */
  private static final int SHRINKING_RUNS_MAX = 60;

  /** Failures after which no more runs are begun, and no more failures are made smaller. */
  private static final int FAILURES_MAX = 5;

  /** Is told how it goes on. */
  public interface Progress {
    /** So much virtual time has passed in all, with so many runs done. */
    void at(long virtualNanos, long runsDone);

    /**
     * A failure is being shrunk.
     *
     * @param smallest that was found so far
     * @param tried how many runs were made for that
     */
    default void shrinking(RunResult failed, RunResult smallest, int tried) {}

    /** A run has failed; what it was shrunk to. */
    default void failed(Failure failure) {}
  }

  /**
   * A run that failed.
   *
   * @param smallest the same failure with as few faults as were found to be enough
   */
  public record Failure(SimSettings settings, RunResult run, RunResult smallest) {}

  /**
   * What came of all runs so far. Those that shrink a failure do not count.
   *
   * @param faults that came about
   * @param changes that were minted
   * @param checks comparisons that checkers made
   * @param traceHash of all runs, in order
   */
  public record Totals(
      long runs,
      List<Failure> failures,
      long virtualNanos,
      long faults,
      long changes,
      long checks,
      long traceHash) {
    static final Totals NONE = new Totals(0, List.of(), 0, 0, 0, 0, 0);

    Totals with(RunResult result) {
      return new Totals(
          runs + 1,
          failures,
          virtualNanos + result.virtualNanos(),
          faults + result.faults(),
          changes + result.changes(),
          checks + result.checks(),
          Long.rotateLeft(traceHash, 7) ^ result.traceHash());
    }

    /** With the failure in the place of the last ones, from that number on. */
    Totals with(Failure failure, int number) {
      List<Failure> all = new ArrayList<>(failures.subList(0, number));
      all.add(failure);
      return new Totals(runs, List.copyOf(all), virtualNanos, faults, changes, checks, traceHash);
    }
  }

  private record Planned(SimSettings settings, long seed) {}

  private final @Nullable History history;
  private final PlantedFault planted;
  private final Progress progress;
  private final int threads;
  private volatile Totals totals = Totals.NONE;

  /**
   * No runs yet.
   *
   * @param history takes down what clients do; null for nobody
   * @param planted what nodes do wrong
   * @param threads runs that are made at the same time; one where a history is taken down, which
   *     has them in their order
   */
  public Campaign(@Nullable History history, PlantedFault planted, Progress progress, int threads) {
    this.history = history;
    this.planted = planted;
    this.progress = progress;
    this.threads = history == null ? threads : 1;
  }

  /**
   * Runs seeds from the first on, as long as it may go on and not too many have failed.
   *
   * @param settings of the runs, in turn: the seed chooses one
   * @param most how many runs
   */
  public void run(List<SimSettings> settings, long firstSeed, long most, BooleanSupplier goesOn) {
    each(
        settings,
        firstSeed,
        most,
        () -> goesOn.getAsBoolean() && totals.failures().size() < FAILURES_MAX,
        (one, result) -> {});
  }

  private static SimSettings chosen(List<SimSettings> settings, long seed) {
    return settings.get((int) Math.floorMod(seed, (long) settings.size()));
  }

  /**
   * The same, however many fail.
   *
   * @param done told of each run and of its settings, in the order of the seeds
   */
  public void each(
      List<SimSettings> settings,
      long firstSeed,
      long most,
      BooleanSupplier goesOn,
      BiConsumer<SimSettings, RunResult> done) {
    Iterator<Planned> all =
        LongStream.range(0, most)
            .map(number -> firstSeed + number)
            .mapToObj(seed -> new Planned(chosen(settings, seed), seed))
            .iterator();
    if (threads == 1 || most == 1) {
      while (goesOn.getAsBoolean() && all.hasNext()) {
        Totals before = totals;
        Planned planned = all.next();
        done.accept(
            planned.settings(),
            taken(
                planned,
                next ->
                    make(
                        next,
                        before.runs(),
                        nanos -> progress.at(before.virtualNanos() + nanos, before.runs()))));
      }
      return;
    }
    Deque<Planned> begun = new ArrayDeque<>();
    try (Ahead ahead = new Ahead(threads)) {
      while (goesOn.getAsBoolean()) {
        while (ahead.hasRoom() && all.hasNext()) {
          Planned next = all.next();
          long number = totals.runs() + begun.size();
          begun.add(next);
          ahead.begin(told -> make(next, number, told));
        }
        if (begun.isEmpty()) {
          return;
        }
        Totals before = totals;
        Planned planned = begun.remove();
        done.accept(
            planned.settings(),
            taken(
                planned,
                next ->
                    ahead.next(
                        nanos -> progress.at(before.virtualNanos() + nanos, before.runs()))));
      }
    }
  }

  private RunResult make(Planned run, long number, LongConsumer told) {
    return Simulation.run(run.settings(), run.seed(), (int) number, history, told, planted);
  }

  /** Takes a run into the totals, and makes it smaller if it failed. */
  private RunResult taken(Planned run, Function<Planned, RunResult> made) {
    Totals before = totals;
    RunResult result = made.apply(run);
    Totals after = before.with(result);
    if (result.failed()) {
      // Whoever is stopped while it gets smaller has it all the same.
      int number = after.failures().size();
      totals = after.with(new Failure(run.settings(), result, result), number);
      Failure failure =
          new Failure(run.settings(), result, smallest(run.settings(), result, number));
      totals = after.with(failure, number);
      progress.failed(failure);
    } else {
      totals = after;
    }
    progress.at(after.virtualNanos(), after.runs());
    return result;
  }

  private RunResult smallest(SimSettings settings, RunResult failed, int number) {
    if (number >= FAILURES_MAX) {
      return failed;
    }
    progress.shrinking(failed, failed, 0);
    return Shrinker.shrink(
        settings,
        failed,
        SHRINKING_RUNS_MAX,
        planted,
        (smallest, tried) -> progress.shrinking(failed, smallest, tried));
  }

  /** What came of all runs so far. */
  public Totals totals() {
    return totals;
  }
}
