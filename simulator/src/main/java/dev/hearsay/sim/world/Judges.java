package dev.hearsay.sim.world;

import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.check.Checkers;
import dev.hearsay.sim.check.IdleFloor;
import java.util.List;
import java.util.Set;

/** Who judges every run, whatever its workload. */
final class Judges {
  /** What does not go by the names of changes, of which a fork has two under one. */
  private static final Set<String> OF_FORKS = Set.of("bounded-memory", "quiescence");

  private Judges() {}

  /** Those of a run with that schedule. */
  static List<Checker> of(WorldSettings settings, Schedule schedule) {
    Checkers.Bounds usual = Checkers.Bounds.of(settings.nodes());
    List<Checker> all =
        Checkers.all(
            new Checkers.Bounds(
                settings.nodes(),
                usual.heldBytesMax(),
                IdleFloor.of(settings.gossip(), settings.nodes())));
    return areForksIn(schedule)
        ? all.stream().filter(checker -> OF_FORKS.contains(checker.name())).toList()
        : all;
  }

  /** Whether a replica may come to have two branches, so that names of changes say little. */
  static boolean areForksIn(Schedule schedule) {
    return schedule.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.CLONE);
  }
}
