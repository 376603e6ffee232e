package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.world.Campaign;
import dev.hearsay.sim.world.RunResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells how the runs of {@code hearsay sim} go on, and what came of them. */
final class SimNarrator implements Campaign.Progress {
  private static final double HOUR_NANOS = 3600e9;
  private static final long LIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LINES_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int TIMELINE_LINES = 40;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final boolean soak;
  private final SimOptions options;
  private final boolean live = Terminal.isInteractive();
  private final long startedNanos = System.nanoTime();
  private final Map<Campaign.Failure, String> replays = new LinkedHashMap<>();
  private long shownNanos = startedNanos;
  private @Nullable Campaign campaign;

  SimNarrator(PrintWriter out, PrintWriter err, boolean json, boolean soak, SimOptions options) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.soak = soak;
    this.options = options;
  }

  /** Makes the runs; the exit status. */
  int run(Campaign begun) throws IOException {
    campaign = begun;
    Thread summary = new Thread(this::lastWords, "hearsay-sim-summary");
    if (soak) {
      Runtime.getRuntime().addShutdownHook(summary);
      begun.run(options.seed(), () -> begun.failures().isEmpty());
      Runtime.getRuntime().removeShutdownHook(summary);
    } else {
      begun.run(options.seed(), () -> begun.runs() < options.runs());
    }
    endLine();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(report(begun)));
    } else {
      out.println(summary(begun));
    }
    return begun.failures().isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** A soak is stopped from outside: what it has seen so far. */
  private void lastWords() {
    Campaign stopped = campaign;
    if (stopped != null) {
      endLine();
      out.println(summary(stopped));
    }
  }

  private String summary(Campaign done) {
    return String.format(
        Locale.ROOT,
        "%d run(s), %d failed: %.2f virtual hours in %.1f s (%.0f times real time), %d faults,"
            + " %d changes, %d checks; trace %016x",
        done.runs(),
        done.failures().size(),
        done.virtualNanos() / HOUR_NANOS,
        realSeconds(),
        speedup(done.virtualNanos()),
        done.faults(),
        done.changes(),
        done.checks(),
        done.traceHash());
  }

  private Map<String, Object> report(Campaign done) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("runs", done.runs());
    report.put("failed", done.failures().size());
    List<Long> seeds = new ArrayList<>();
    for (long i = 0; i < done.runs(); i++) {
      seeds.add(options.seed() + i);
    }
    report.put("seeds", seeds);
    report.put("virtualHours", done.virtualNanos() / HOUR_NANOS);
    report.put("realSeconds", realSeconds());
    report.put("speedup", speedup(done.virtualNanos()));
    report.put("faultsInjected", done.faults());
    report.put("changes", done.changes());
    report.put("checks", done.checks());
    report.put("traceHash", String.format("%016x", done.traceHash()));
    report.put("failures", failures());
    return report;
  }

  private List<Map<String, Object>> failures() {
    List<Map<String, Object>> failures = new ArrayList<>();
    replays.forEach(
        (failure, replay) -> {
          Violation violation = failure.run().failure();
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("seed", failure.run().seed());
          row.put("checker", violation == null ? "" : violation.checker());
          row.put("message", violation == null ? "" : violation.message());
          row.put("replay", replay);
          failures.add(row);
        });
    return failures;
  }

  private double realSeconds() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  private double speedup(long virtualNanos) {
    return virtualNanos / (double) Math.max(1, System.nanoTime() - startedNanos);
  }

  @Override
  public void at(long virtualNanos, long runsDone) {
    long now = System.nanoTime();
    if (now - shownNanos < (live ? LIVE_NANOS : LINES_NANOS)) {
      return;
    }
    shownNanos = now;
    Campaign running = campaign;
    String line =
        String.format(
            Locale.ROOT,
            "%.2f virtual hours, %.0f times real time, %d run(s) done%s",
            virtualNanos / HOUR_NANOS,
            speedup(virtualNanos),
            runsDone,
            soak && running != null
                ? String.format(
                    Locale.ROOT,
                    ", %d faults, %d changes checked",
                    running.faults(),
                    running.changes())
                : "");
    if (live) {
      err.print("\r\u001b[2K  " + line);
      err.flush();
    } else {
      err.println("  " + line);
    }
  }

  private void endLine() {
    if (live) {
      err.print("\r\u001b[2K");
      err.flush();
    }
  }

  @Override
  public void shrinking(RunResult failed) {
    endLine();
    err.println("  seed " + failed.seed() + " failed; looking for a smaller schedule …");
  }

  @Override
  public void failed(Campaign.Failure failure) {
    endLine();
    RunResult smallest = failure.smallest();
    Path file = save(smallest);
    String replay = options.replay(smallest.seed(), failure.workload(), file);
    replays.put(failure, replay);
    PrintWriter to = json ? err : out;
    to.println("FAILED  seed " + smallest.seed() + ", workload " + failure.workload().name());
    to.println("  " + smallest.failure());
    to.println(
        "  "
            + smallest.schedule().faults().size()
            + " of "
            + failure.run().schedule().faults().size()
            + " faults are enough:");
    smallest.schedule().lines().forEach(line -> to.println("    " + line));
    to.println("  what happened:");
    List<String> lines = smallest.timeline();
    lines.stream()
        .skip(Math.max(0, lines.size() - TIMELINE_LINES))
        .forEach(line -> to.println("    " + line));
    to.println("  again: " + replay);
    to.println("  all of it: " + options.replay(failure.run().seed(), failure.workload(), null));
  }

  private @Nullable Path save(RunResult result) {
    try {
      Path file =
          Path.of(
              System.getProperty("java.io.tmpdir"), "hearsay-sim-" + result.seed() + ".schedule");
      Files.write(file, result.schedule().lines());
      return file;
    } catch (IOException e) {
      err.println("  the schedule cannot be saved: " + e.getMessage());
      return null;
    }
  }

  /** Runs all values of a knob; the exit status. */
  int swept(Campaign begun, SimOptions.Sweep sweep) throws IOException {
    campaign = begun;
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Map<String, Object>> intervals = new ArrayList<>();
    for (double value : sweep.values()) {
      List<RunResult> results = begun.sweep(options.seed(), options.runs(), sweep.knob(), value);
      results.forEach(result -> rows.add(row(sweep.knob(), value, result)));
      intervals.add(interval(sweep.knob(), value, results));
    }
    endLine();
    if (json) {
      Map<String, Object> report = report(begun);
      report.put("rows", rows);
      report.put("intervals", intervals);
      out.println(new ObjectMapper().writeValueAsString(report));
    } else {
      out.printf(
          Locale.ROOT, "%12s  %22s  %22s%n", sweep.knob(), "seconds until equal", "MiB sent");
      intervals.forEach(row -> out.println(line(sweep.knob(), row)));
      out.println(summary(begun));
    }
    return begun.failures().isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static Map<String, Object> row(String knob, double value, RunResult result) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put(knob, value);
    row.put("seed", result.seed());
    row.put("healSeconds", result.healNanos() < 0 ? null : result.healNanos() / 1e9);
    row.put("messages", result.messages());
    row.put("bytes", result.bytes());
    row.put("changes", result.changes());
    row.put("faults", result.faults());
    row.put("failed", result.failed());
    return row;
  }

  private static Map<String, Object> interval(String knob, double value, List<RunResult> results) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put(knob, value);
    row.put(
        "healSeconds",
        Interval.of(
            results.stream()
                .filter(result -> result.healNanos() >= 0)
                .mapToDouble(result -> result.healNanos() / 1e9)
                .toArray()));
    row.put("bytes", Interval.of(results.stream().mapToDouble(RunResult::bytes).toArray()));
    return row;
  }

  private static String line(String knob, Map<String, Object> row) {
    Interval heal = (Interval) row.get("healSeconds");
    Interval bytes = (Interval) row.get("bytes");
    return String.format(
        Locale.ROOT,
        "%12s  %8.3f (%.3f to %.3f)  %8.2f (%.2f to %.2f)",
        row.get(knob),
        heal.mean(),
        heal.low(),
        heal.high(),
        bytes.mean() / (1 << 20),
        bytes.low() / (1 << 20),
        bytes.high() / (1 << 20));
  }
}
