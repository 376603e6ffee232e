package dev.hearsay.sim.world;

import dev.hearsay.sim.check.AcknowledgedEffects;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.check.Checkers;
import dev.hearsay.sim.check.IdleFloor;
import java.util.ArrayList;
import java.util.List;

/** Who judges every run, whatever its workload. */
final class Judges {
  private Judges() {}

  /**
   * Those of a run with that schedule.
   *
   * @param members nodes that there are at first
   */
  static List<Checker> of(WorldSettings settings, int members, Schedule schedule) {
    IdleFloor floor = IdleFloor.of(settings.gossip(), settings.nodes());
    List<Checker> all = Checkers.all(new Checkers.Bounds(members, floor));
    if (!areForksIn(schedule)) {
      return all;
    }
    List<Checker> judges = new ArrayList<>(all);
    judges.removeIf(Checker::goesByNames);
    // Says less than the others, and says it without them.
    judges.add(new AcknowledgedEffects());
    return judges;
  }

  /** Whether a replica may come to have two branches, so that names of changes say little. */
  static boolean areForksIn(Schedule schedule) {
    return schedule.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.CLONE);
  }
}
