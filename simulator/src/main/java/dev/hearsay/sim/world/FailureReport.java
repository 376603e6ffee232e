package dev.hearsay.sim.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run that failed, for people: what was wrong, with how few faults, and what happened. */
public final class FailureReport {
  private static final int TIMELINE_LINES = 40;

  private FailureReport() {}

  /** The lines that say so, but for the first one and how to make the run again. */
  public static List<String> lines(Campaign.Failure failure) {
    RunResult smallest = failure.smallest();
    List<String> told = new ArrayList<>();
    told.add("  " + smallest.failure());
    told.add(
        "  "
            + smallest.schedule().faults().size()
            + " of "
            + failure.run().schedule().faults().size()
            + " faults are enough:");
    smallest.schedule().lines().forEach(line -> told.add("    " + line));
    told.add("  what happened:");
    List<String> lines = smallest.timeline();
    lines.stream()
        .skip(Math.max(0, lines.size() - TIMELINE_LINES))
        .forEach(line -> told.add("    " + line));
    return told;
  }

  /**
   * Writes the schedule of a run that failed into a temporary file of its own.
   *
   * @throws IOException if it cannot be kept
   */
  public static Path save(SimSettings settings, RunResult run) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("# workload " + settings.workload().name() + ", seed " + run.seed());
    String.valueOf(run.failure()).lines().forEach(line -> lines.add("# " + line));
    lines.addAll(run.schedule().lines());
    // A name of its own: other runs of the same seed are about something else.
    return Files.write(Files.createTempFile("hearsay-sim-" + run.seed() + "-", ".schedule"), lines);
  }
}
