package dev.hearsay.sim.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.world.Campaign;
import dev.hearsay.sim.world.FailureReport;
import dev.hearsay.sim.world.RunResult;
import dev.hearsay.sim.world.Schedule;
import dev.hearsay.sim.world.SimSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the runs of {@code hearsay sim}, and tells how they go on and what came of them. For one
 * thread; when the program is stopped from outside, another one tells what there is so far.
 */
final class SimNarrator implements Campaign.Progress {
  private static final double HOUR_NANOS = 3600e9;
  private static final long LINE_SECONDS = 10;
  private static final long NO_END = Long.MAX_VALUE;

  private final PrintWriter out;
  private final PrintWriter err;
  private final ProgressLine progress;
  private final SimOptions options;
  private final boolean json;
  private final long seed;
  private final long startedNanos = System.nanoTime();
  private final Map<RunResult, String> replays = new ConcurrentHashMap<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile long runsInAll;
  private volatile @Nullable Campaign campaign;

  SimNarrator(PrintWriter out, PrintWriter err, SimOptions options) {
    this.out = out;
    this.err = err;
    this.progress = new ProgressLine(err, LINE_SECONDS);
    this.options = options;
    this.json = options.flags.json;
    this.seed = options.flags.seed;
  }

  /** As many runs as are asked for; the exit status. */
  int run(Campaign begun, List<SimSettings> settings) {
    begin(begun, options.runs());
    begun.run(settings, seed, options.runs(), () -> true);
    return end(begun, null);
  }

  /** Runs until one fails, or the program is stopped from outside; the exit status. */
  int soak(Campaign begun, List<SimSettings> settings) {
    begin(begun, NO_END);
    Thread summary = new Thread(() -> end(begun, null), "hearsay-sim-summary");
    Runtime.getRuntime().addShutdownHook(summary);
    begun.run(settings, seed, NO_END, () -> begun.totals().failures().isEmpty());
    int status = end(begun, null);
    try {
      Runtime.getRuntime().removeShutdownHook(summary);
    } catch (IllegalStateException stopping) {
      // Stopped just now: the hook finds that everything has been told.
      return status;
    }
    return status;
  }

  /** Runs every seed with each value; the exit status. */
  int sweep(Campaign begun, SimSweep sweep) {
    begin(begun, options.runs() * sweep.steps().size());
    if (!json) {
      out.println(sweep.header());
    }
    for (SimSweep.Step step : sweep.steps()) {
      begun.each(
          step.settings(),
          seed,
          options.runs(),
          () -> true,
          (settings, result) -> {
            String row = sweep.add(step.value(), settings.workload().name(), result);
            if (!json) {
              progress.end();
              out.println(row);
            }
          });
    }
    return end(begun, sweep);
  }

  private void begin(Campaign begun, long inAll) {
    campaign = begun;
    runsInAll = inAll;
  }

  /** Tells once what came of all runs so far; the exit status. */
  private int end(Campaign begun, @Nullable SimSweep sweep) {
    Campaign.Totals totals = begun.totals();
    if (told.compareAndSet(false, true)) {
      progress.end();
      if (json) {
        out.println(json(report(totals, sweep)));
      } else {
        if (sweep != null) {
          out.println();
          sweep.table().forEach(out::println);
        }
        out.println(summary(totals));
      }
    }
    return totals.failures().isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static String json(Map<String, Object> report) {
    try {
      return new ObjectMapper().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String summary(Campaign.Totals totals) {
    return String.format(
        Locale.ROOT,
        "%d run(s), %d failed: %.2f virtual hours in %.1f s (%.0f times real time), %d faults,"
            + " %d changes, %d checks; trace %016x",
        totals.runs(),
        totals.failures().size(),
        totals.virtualNanos() / HOUR_NANOS,
        realSeconds(),
        speedup(totals.virtualNanos()),
        totals.faults(),
        totals.changes(),
        totals.checks(),
        totals.traceHash());
  }

  private Map<String, Object> report(Campaign.Totals totals, @Nullable SimSweep sweep) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("runs", totals.runs());
    report.put("failed", totals.failures().size());
    // A sweep runs the same seeds with every value.
    long seeds = sweep == null ? totals.runs() : Math.min(totals.runs(), options.runs());
    report.put("seeds", LongStream.range(0, seeds).map(i -> seed + i).toArray());
    report.put("virtualHours", totals.virtualNanos() / HOUR_NANOS);
    report.put("realSeconds", realSeconds());
    report.put("speedup", speedup(totals.virtualNanos()));
    report.put("faultsInjected", totals.faults());
    report.put("changes", totals.changes());
    report.put("checks", totals.checks());
    report.put("traceHash", String.format("%016x", totals.traceHash()));
    report.put("failures", totals.failures().stream().map(this::row).toList());
    if (sweep != null) {
      report.put("rows", sweep.rows());
      report.put("intervals", sweep.intervals());
    }
    return report;
  }

  private Map<String, Object> row(Campaign.Failure failure) {
    Violation violation = failure.smallest().failure();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("seed", failure.run().seed());
    row.put("checker", violation == null ? "" : violation.checker());
    row.put("message", violation == null ? "" : violation.message());
    String replay = replays.get(failure.smallest());
    row.put("replay", replay == null ? wholeReplay(failure) : replay);
    return row;
  }

  private String wholeReplay(Campaign.Failure failure) {
    // Of a schedule for several workloads, what comes to nothing with this one would be refused.
    Schedule asked = failure.settings().schedule();
    boolean isOther = asked != null && !asked.equals(failure.run().schedule());
    return options.replay(
        failure.run().seed(),
        failure.settings(),
        isOther ? save(failure.settings(), failure.run()) : null);
  }

  private double realSeconds() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  private double speedup(long virtualNanos) {
    return virtualNanos / (double) Math.max(1, System.nanoTime() - startedNanos);
  }

  @Override
  public void at(long virtualNanos, long runsDone) {
    Campaign running = campaign;
    if (running == null || !isTime()) {
      return;
    }
    Campaign.Totals totals = running.totals();
    progress.show(
        String.format(
            Locale.ROOT,
            "%.2f virtual hours, %.0f times real time, %d%s run(s) done, %d faults, %d changes"
                + " checked",
            virtualNanos / HOUR_NANOS,
            speedup(virtualNanos),
            runsDone,
            runsInAll == NO_END ? "" : " of " + runsInAll,
            totals.faults(),
            totals.changes()));
  }

  private boolean isTime() {
    return !told.get() && progress.isDue();
  }

  @Override
  public void shrinking(RunResult failed, RunResult smallest, int tried) {
    String what = "seed " + failed.seed() + " failed; looking for a smaller schedule";
    if (tried == 0) {
      progress.end();
      err.println("  " + what + " …");
    } else if (isTime()) {
      progress.show(
          what
              + ": "
              + smallest.schedule().faults().size()
              + " of "
              + failed.schedule().faults().size()
              + " faults after "
              + tried
              + " run(s)");
    }
  }

  @Override
  public void failed(Campaign.Failure failure) {
    progress.end();
    RunResult smallest = failure.smallest();
    String replay =
        options.replay(smallest.seed(), failure.settings(), save(failure.settings(), smallest));
    replays.put(smallest, replay);
    PrintWriter to = json ? err : out;
    to.println(
        "FAILED  seed " + smallest.seed() + ", workload " + failure.settings().workload().name());
    FailureReport.lines(failure).forEach(to::println);
    to.println("  again: " + replay);
    to.println("  all of it: " + wholeReplay(failure));
  }

  /** Where its schedule is; null if it cannot be kept. */
  private @Nullable Path save(SimSettings settings, RunResult run) {
    try {
      return FailureReport.save(settings, run);
    } catch (IOException e) {
      err.println("  the schedule cannot be saved: " + e.getMessage());
      return null;
    }
  }
}
