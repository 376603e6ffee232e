package dev.hearsay.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds a small schedule under which a run still fails in the same way: delta debugging over its
 * faults (Zeller and Hildebrandt 2002), as far as the number of runs allows.
 */
final class Shrinker {
  private final SimSettings settings;
  private final PlantedFault planted;
  private final int runsMax;
  private final ObjIntConsumer<RunResult> tried;
  private int runs;

  private Shrinker(
      SimSettings settings, PlantedFault planted, int runsMax, ObjIntConsumer<RunResult> tried) {
    this.settings = settings;
    this.planted = planted;
    this.runsMax = runsMax;
    this.tried = tried;
  }

  /**
   * The result of the smallest schedule that was found.
   *
   * @param failed a run that failed
   * @param runsMax how many runs may be made to find it
   * @param planted what nodes do wrong
   */
  static RunResult shrink(
      SimSettings settings, RunResult failed, int runsMax, PlantedFault planted) {
    return shrink(settings, failed, runsMax, planted, (smallest, runs) -> {});
  }

  /**
   * The same.
   *
   * @param tried told of the smallest so far and of how many runs have been made, after each
   */
  static RunResult shrink(
      SimSettings settings,
      RunResult failed,
      int runsMax,
      PlantedFault planted,
      ObjIntConsumer<RunResult> tried) {
    return new Shrinker(settings, planted, runsMax, tried).shrink(failed);
  }

  private RunResult shrink(RunResult failed) {
    RunResult smallest = failed;
    int chunks = 1;
    List<Fault> faults = failed.schedule().faults();
    while (!faults.isEmpty() && runs < runsMax) {
      RunResult smaller = without(smallest, faults, chunks);
      if (smaller != null) {
        smallest = smaller;
        faults = smaller.schedule().faults();
        chunks = Math.max(1, chunks - 1);
      } else if (chunks >= faults.size()) {
        break;
      } else {
        chunks = Math.min(faults.size(), 2 * chunks);
      }
    }
    return smallest;
  }

  /** Leaves out one of so many parts at a time; null if the run fails without none of them. */
  private @Nullable RunResult without(RunResult failed, List<Fault> faults, int chunks) {
    for (int i = 0; i < chunks && runs < runsMax; i++) {
      // The last ones first: what came after the failure had no part in it.
      int part = chunks - 1 - i;
      int from = faults.size() * part / chunks;
      int to = faults.size() * (part + 1) / chunks;
      List<Fault> rest = new ArrayList<>(faults.subList(0, from));
      rest.addAll(faults.subList(to, faults.size()));
      runs++;
      RunResult result = Simulation.run(settings.with(new Schedule(rest)), failed.seed(), planted);
      boolean same = isSame(result, failed);
      tried.accept(same ? result : failed, runs);
      if (same) {
        return result;
      }
    }
    return null;
  }

  private static boolean isSame(RunResult some, RunResult other) {
    return some.failure() != null
        && other.failure() != null
        && some.failure().checker().equals(other.failure().checker());
  }
}
