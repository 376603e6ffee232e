package dev.hearsay.sim.world;

import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.workload.Workloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Has nodes do something wrong, one thing after the other, and looks who finds it and when. */
public final class PlantedRuns {
  private static final long SECOND = 1_000_000_000L;
  private static final int SEEDS_MAX = 40;
  private static final int NODES = 4;

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
    return new SimSettings(
        NODES,
        20 * SECOND,
        Workloads.find(fault.workload()).orElseThrow(),
        kinds(fault),
        null,
        null,
        fault.knobs());
  }

  private static List<FaultKind> kinds(PlantedFault fault) {
    if (!fault.kinds().isEmpty()) {
      return fault.kinds();
    }
    return Arrays.stream(FaultKind.values()).filter(kind -> kind != FaultKind.CLONE).toList();
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
        Finding finding = find(fault);
        lines.add(
            finding == null
                ? "| " + fault.what() + " | nobody | | | |"
                : String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %d | %.1f |",
                    fault.what(),
                    finding.by().checker(),
                    fault.workload(),
                    finding.seed() + 1,
                    finding.virtualNanos() / 1e9));
      }
    }
    return lines;
  }
}
