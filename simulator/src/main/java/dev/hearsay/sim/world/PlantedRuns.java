package dev.hearsay.sim.world;

import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Has nodes do something wrong, one thing after the other, and looks who finds it and when. */
public final class PlantedRuns {
  private static final long SECOND = 1_000_000_000L;
  private static final int SEEDS_MAX = 40;
  private static final int NODES = 4;

  private static final List<FaultKind> MANY =
      List.of(
          FaultKind.CUT,
          FaultKind.ONE_WAY,
          FaultKind.FLAP,
          FaultKind.SWIZZLE,
          FaultKind.LOSS,
          FaultKind.DUPLICATE,
          FaultKind.REORDER,
          FaultKind.SLOW,
          FaultKind.NARROW,
          FaultKind.CRASH,
          FaultKind.TORN,
          FaultKind.BLACKOUT,
          FaultKind.ROLLING,
          FaultKind.PAUSE,
          FaultKind.FULL,
          FaultKind.SLOW_DISK,
          FaultKind.CORRUPT,
          FaultKind.LOST_DISK,
          FaultKind.OLD_DISK,
          FaultKind.CLOCK,
          FaultKind.JOIN,
          FaultKind.TWIN,
          FaultKind.LEAVE,
          FaultKind.VOTERS);

  /** What is left of the voters is not in reach when others are put in the place of the lost. */
  private static final Schedule OUT_OF_REACH =
      new Schedule(
          List.of(
              Fault.parse("1 join"),
              Fault.parse("4 cut n3 n4 for 85"),
              Fault.parse("8 replace-voters n0 n1")));

  /**
   * Who found it.
   *
   * @param virtualNanos of all runs until then
   */
  record Finding(PlantedFault fault, long seed, Violation by, long virtualNanos) {}

  private PlantedRuns() {}

  /** The first run in which something is found; null if that is none of many. */
  static @Nullable Finding find(PlantedFault fault) {
    SimSettings settings = settings(fault);
    long virtualNanos = 0;
    for (long seed = 0; seed < SEEDS_MAX; seed++) {
      RunResult result = Simulation.run(settings, seed, fault);
      Violation by = result.failure();
      if (by != null) {
        return new Finding(fault, seed, by, virtualNanos + by.nanos());
      }
      virtualNanos += result.virtualNanos();
    }
    return null;
  }

  static SimSettings settings(PlantedFault fault) {
    boolean isForce = fault == PlantedFault.REPLACES_WITHOUT_ASKING;
    return new SimSettings(
        NODES,
        isForce ? 100 * SECOND : 20 * SECOND,
        Workloads.find(fault.workload()).orElseThrow(),
        kinds(fault),
        isForce ? OUT_OF_REACH : null,
        null,
        fault.knobs());
  }

  /** What may go wrong; a kind that is added later does not change what a seed draws. */
  private static List<FaultKind> kinds(PlantedFault fault) {
    return fault.kinds().isEmpty() ? MANY : fault.kinds();
  }

  /** So many seeds are tried. */
  static int seedsMax() {
    return SEEDS_MAX;
  }

  /** Lines of a table, in Markdown: what is wrong, who finds it, and after how much time. */
  public static List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add("| what nodes do wrong | found by | workload | runs | virtual seconds |");
    lines.add("|---|---|---|---:|---:|");
    for (PlantedFault fault : PlantedFault.values()) {
      if (fault != PlantedFault.NONE) {
        lines.add("| " + String.join(" | ", row(fault, find(fault))) + " |");
      }
    }
    return lines;
  }

  /**
   * The cells of a line.
   *
   * @param finding null if nobody has found it
   */
  static List<String> row(PlantedFault fault, @Nullable Finding finding) {
    return finding == null
        ? List.of(fault.what(), "nobody", "", "", "")
        : List.of(
            fault.what(),
            finding.by().checker(),
            fault.workload(),
            String.valueOf(finding.seed() + 1),
            String.format(Locale.ROOT, "%.1f", finding.virtualNanos() / 1e9));
  }
}
