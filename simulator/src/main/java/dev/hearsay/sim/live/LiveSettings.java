package dev.hearsay.sim.live;

import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LiveRun} does.
 *
 * @param nodes that there are
 * @param nanos real time of the phase in which things go wrong
 * @param faults what goes wrong, drawn from each run's seed; not looked at if there is a schedule
 * @param schedule what goes wrong; null to draw it
 */
public record LiveSettings(
    int nodes, long nanos, Workload workload, List<FaultKind> faults, @Nullable Schedule schedule) {
  public LiveSettings {
    faults = List.copyOf(faults);
    if (schedule != null) {
      LiveFaults.check(schedule, nodes, nanos);
    }
  }

  /** The faults of a run with that seed: those of the virtual world, with the same chance. */
  Schedule schedule(long seed) {
    return schedule != null ? schedule : Schedule.drawn(seed, nodes, faults, nanos);
  }
}
