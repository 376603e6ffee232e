package dev.hearsay.sim.live;

import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.world.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one run.
 *
 * @param failure the first thing that must not be; null if there was none
 * @param faults that came about
 * @param changes that were minted
 * @param operations that clients did, reads among them
 * @param checks comparisons that checkers made
 * @param nanos real time, from the first process to the last
 * @param settleNanos from the end of the faults until all nodes were equal; -1 if they never were
 * @param relayedBytes what passed between processes, their membership's too, from when the load
 *     began until all nodes were equal
 * @param processes the ids of all processes there were
 * @param timeline what happened, newest last
 */
public record LiveResult(
    long seed,
    Schedule schedule,
    @Nullable Violation failure,
    long faults,
    long changes,
    long operations,
    long checks,
    long nanos,
    long settleNanos,
    long relayedBytes,
    List<Long> processes,
    List<String> timeline) {
  public LiveResult {
    processes = List.copyOf(processes);
    timeline = List.copyOf(timeline);
  }

  public boolean failed() {
    return failure != null;
  }
}
