package dev.hearsay.sim.world;

import dev.hearsay.sim.check.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one run.
 *
 * @param failure the first thing that must not be; null if there was none
 * @param traceHash of everything that happened
 * @param faults that came about
 * @param changes that were minted
 * @param checks comparisons that checkers made
 * @param virtualNanos how long it was
 * @param healNanos from the end of the faults until all nodes were equal; -1 if they never were
 * @param messages that were sent
 * @param bytes of them
 * @param closed those of them in which replicas that are gone stood under a hash
 * @param timeline the newest lines of what happened
 */
public record RunResult(
    long seed,
    Schedule schedule,
    @Nullable Violation failure,
    long traceHash,
    long faults,
    long changes,
    long checks,
    long virtualNanos,
    long healNanos,
    long messages,
    long bytes,
    long closed,
    List<String> timeline) {
  public boolean failed() {
    return failure != null;
  }
}
