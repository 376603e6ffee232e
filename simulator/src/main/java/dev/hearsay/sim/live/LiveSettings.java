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
 * @param restNanos real time for which nodes are watched when they have nothing to do any more; 0
 *     for none
 */
public record LiveSettings(
    int nodes,
    long nanos,
    Workload workload,
    List<FaultKind> faults,
    @Nullable Schedule schedule,
    long restNanos) {
  private static final int JOINS_DRAWN_MAX = 3;

  public LiveSettings {
    faults = List.copyOf(faults);
    if (schedule != null) {
      LiveFaults.check(schedule, nodes, nanos);
    }
  }

  /** Without a look at nodes that have nothing to do. */
  public LiveSettings(
      int nodes,
      long nanos,
      Workload workload,
      List<FaultKind> faults,
      @Nullable Schedule schedule) {
    this(nodes, nanos, workload, faults, schedule, 0);
  }

  /**
   * The faults of a run with that seed: those of the virtual world, with the same chance, but for
   * what would make more processes than this machine likes, and what befalls those.
   */
  Schedule schedule(long seed) {
    return schedule != null
        ? schedule
        : LiveFaults.without(
            Schedule.drawn(seed, nodes, faults, nanos), nodes, nodes + JOINS_DRAWN_MAX, nanos);
  }

  /** Nodes that there ever are, if none joins in vain. */
  int slots(Schedule chosen) {
    return nodes + (int) chosen.faults().stream().filter(fault -> fault.kind().adds()).count();
  }
}
