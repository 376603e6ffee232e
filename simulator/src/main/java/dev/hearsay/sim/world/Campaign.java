package dev.hearsay.sim.world;

import dev.hearsay.sim.history.History;
import dev.hearsay.sim.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Many runs, each with a seed of its own, and what came of them. For one thread. */
public final class Campaign {
  /** Runs that are made to shrink one failure. */
  private static final int SHRINKING_RUNS_MAX = 60;

  /** Failures after which no more runs are begun. */
  private static final int FAILURES_MAX = 5;

  /** Is told how it goes on. */
  public interface Progress {
    /** So much virtual time has passed in all, with so many runs done. */
    void at(long virtualNanos, long runsDone);

    /** A run has failed; what it was shrunk to. */
    default void failed(Failure failure) {}

    /** A failure is being shrunk. */
    default void shrinking(RunResult failed) {}
  }

  /**
   * A run that failed.
   *
   * @param smallest the same failure with as few faults as were found to be enough
   */
  public record Failure(Workload workload, RunResult run, RunResult smallest) {}

  private final List<SimSettings> settings;
  private final @Nullable History history;
  private final Progress progress;
  private final List<Failure> failures = new ArrayList<>();
  private final List<RunResult> results = new ArrayList<>();
  private long runs;
  private long virtualNanos;
  private long faults;
  private long changes;
  private long checks;
  private long traceHash;

  /**
   * Runs of these settings in turn.
   *
   * @param history takes down what clients do; null for nobody
   */
  public Campaign(List<SimSettings> settings, @Nullable History history, Progress progress) {
    this.settings = List.copyOf(settings);
    this.history = history;
    this.progress = progress;
  }

  /** Runs seeds from the first on, as long as it may go on. */
  public void run(long firstSeed, BooleanSupplier goesOn) {
    long seed = firstSeed;
    while (goesOn.getAsBoolean() && failures.size() < FAILURES_MAX) {
      one(seed++, UnaryOperator.identity());
    }
  }

  /** Runs once. */
  RunResult one(long seed, UnaryOperator<SimSettings> adapt) {
    SimSettings chosen =
        adapt.apply(settings.get((int) Math.floorMod(seed, (long) settings.size())));
    long before = virtualNanos;
    RunResult result =
        Simulation.run(
            chosen, seed, (int) runs, history, nanos -> progress.at(before + nanos, runs));
    runs++;
    virtualNanos += result.virtualNanos();
    faults += result.faults();
    changes += result.changes();
    checks += result.checks();
    traceHash = Long.rotateLeft(traceHash, 7) ^ result.traceHash();
    progress.at(virtualNanos, runs);
    if (result.failed()) {
      progress.shrinking(result);
      Failure failure =
          new Failure(
              chosen.workload(), result, Shrinker.shrink(chosen, result, SHRINKING_RUNS_MAX));
      failures.add(failure);
      progress.failed(failure);
    }
    return result;
  }

  /** Runs that were made; those to shrink a failure do not count. */
  public long runs() {
    return runs;
  }

  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  public long virtualNanos() {
    return virtualNanos;
  }

  /** Faults that came about. */
  public long faults() {
    return faults;
  }

  /** Changes that were minted. */
  public long changes() {
    return changes;
  }

  /** Comparisons that checkers made. */
  public long checks() {
    return checks;
  }

  /** Of all runs, in order. */
  public long traceHash() {
    return traceHash;
  }

  /** The results of {@link #sweep}, in order. */
  public List<RunResult> results() {
    return List.copyOf(results);
  }

  /** Runs so many seeds with a knob set to that value. */
  public List<RunResult> sweep(long firstSeed, long runsEach, String knob, double value) {
    List<RunResult> rows = new ArrayList<>();
    for (long seed = firstSeed; seed < firstSeed + runsEach; seed++) {
      rows.add(one(seed, chosen -> chosen.with(knob, value)));
    }
    results.addAll(rows);
    return rows;
  }
}
