package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.history.HistoryFile;
import dev.hearsay.sim.live.LiveResult;
import dev.hearsay.sim.live.LiveRun;
import dev.hearsay.sim.live.LiveSettings;
import dev.hearsay.sim.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the runs of {@code hearsay lab}, tells how they go on, and what came of them. */
final class LabNarrator {
  private static final long LINE_SECONDS = 5;
  private static final int TIMELINE_LINES = 40;

  private final PrintWriter out;
  private final PrintWriter err;
  private final ProgressLine progress;
  private final LabOptions options;
  private final boolean json;
  private final long seed;
  private final long startedNanos = System.nanoTime();
  private final List<LiveResult> results = new ArrayList<>();
  private final List<Map<String, Object>> failures = new ArrayList<>();

  LabNarrator(PrintWriter out, PrintWriter err, LabOptions options) {
    this.out = out;
    this.err = err;
    this.progress = new ProgressLine(err, LINE_SECONDS);
    this.options = options;
    this.json = options.flags.json;
    this.seed = options.flags.seed;
  }

  /** The exit status. */
  int run(List<LiveSettings> settings, @Nullable HistoryFile history) throws IOException {
    int runs = options.runCount();
    for (int i = 0; i < runs; i++) {
      LiveSettings chosen = settings.get((int) Math.floorMod(seed - 1 + i, (long) settings.size()));
      int number = i;
      String which = chosen.workload().name() + ", run " + (i + 1) + " of " + runs;
      LiveResult result =
          LiveRun.run(
              chosen,
              seed + i,
              number,
              history,
              (phase, seconds) -> at(which, phase, seconds),
              options.plant());
      results.add(result);
      progress.end();
      if (result.failure() != null) {
        failed(chosen.workload(), result, result.failure());
      } else if (!json) {
        out.println(line(chosen.workload(), result));
      }
    }
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(report()));
    } else {
      out.println(summary());
    }
    return failures.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private void at(String which, String phase, double seconds) {
    if (progress.isDue()) {
      progress.show(String.format(Locale.ROOT, "%s: %.0f s, %s", which, seconds, phase));
    }
  }

  private static String line(Workload workload, LiveResult result) {
    return String.format(
        Locale.ROOT,
        "ok      %-12s seed %d: %d faults, %d changes, %d operations, %d checks; equal %.1f s after"
            + " the faults",
        workload.name(),
        result.seed(),
        result.faults(),
        result.changes(),
        result.operations(),
        result.checks(),
        result.settleNanos() / 1e9);
  }

  private void failed(Workload workload, LiveResult result, Violation violation) {
    Path file = save(result);
    String again = file == null ? "" : options.again(workload, result.seed(), file);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("seed", result.seed());
    row.put("checker", violation.checker());
    row.put("message", violation.message());
    row.put("replay", again);
    failures.add(row);
    PrintWriter to = json ? err : out;
    to.println("FAILED  seed " + result.seed() + ", workload " + workload.name());
    to.println("  " + violation);
    to.println("  what was to go wrong:");
    result.schedule().lines().forEach(line -> to.println("    " + line));
    to.println("  what happened:");
    result.timeline().stream()
        .skip(Math.max(0, result.timeline().size() - TIMELINE_LINES))
        .forEach(line -> to.println("    " + line));
    if (file != null) {
      to.println("  again, as far as real processes do the same again: " + again);
      to.println("  in virtual time: " + options.inVirtualTime(workload, result.seed(), file));
    }
  }

  private @Nullable Path save(LiveResult result) {
    try {
      // A name of its own: other runs of the same seed are about something else.
      return Files.write(
          Files.createTempFile("hearsay-lab-" + result.seed() + "-", ".schedule"),
          result.schedule().lines());
    } catch (IOException e) {
      err.println("  the schedule cannot be saved: " + e.getMessage());
      return null;
    }
  }

  private double realSeconds() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  private String summary() {
    return String.format(
        Locale.ROOT,
        "%d run(s), %d failed, in %.1f s: %d faults, %d changes, %d operations, %d checks",
        results.size(),
        failures.size(),
        realSeconds(),
        results.stream().mapToLong(LiveResult::faults).sum(),
        results.stream().mapToLong(LiveResult::changes).sum(),
        results.stream().mapToLong(LiveResult::operations).sum(),
        results.stream().mapToLong(LiveResult::checks).sum());
  }

  private Map<String, Object> report() {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("runs", results.size());
    report.put("failed", failures.size());
    report.put("seeds", results.stream().map(LiveResult::seed).toList());
    report.put("realSeconds", realSeconds());
    report.put(
        "settleSeconds",
        results.stream().map(r -> r.settleNanos() < 0 ? null : r.settleNanos() / 1e9).toList());
    report.put("faultsInjected", results.stream().mapToLong(LiveResult::faults).sum());
    report.put("changes", results.stream().mapToLong(LiveResult::changes).sum());
    report.put("operations", results.stream().mapToLong(LiveResult::operations).sum());
    report.put("checks", results.stream().mapToLong(LiveResult::checks).sum());
    report.put("failures", failures);
    return report;
  }
}
