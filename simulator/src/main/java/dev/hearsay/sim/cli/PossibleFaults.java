package dev.hearsay.sim.cli;

import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import dev.hearsay.sim.world.SimSettings;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong in runs of {@code hearsay sim}, and what would come to nothing.
 *
 * @param nodes that there are at first
 * @param isRestricted whether a topology says who has a link to whom
 * @param moves whether a workload has spaces that do not live everywhere
 * @param nanos virtual time of the phase in which things go wrong
 */
record PossibleFaults(int nodes, boolean isRestricted, boolean moves, long nanos) {
  private static final int VOTERS = 3;

  /** Why nothing of that kind can be drawn; null if it can. */
  @Nullable String impossible(FaultKind kind) {
    return switch (kind) {
      case CORRUPT, LOST_DISK, OLD_DISK, CLONE ->
          nodes < VOTERS
              ? "it needs three nodes, so that most of the voters keep their disks"
              : null;
      case VOTERS -> nodes <= VOTERS ? "it needs a fourth node, or all vote already" : null;
      default -> impossible(kind, nodes);
    };
  }

  /** Why nothing of that kind can happen, whoever says when; null if it can. */
  private @Nullable String impossible(FaultKind kind, int count) {
    return switch (kind) {
      case CUT, ONE_WAY, FLAP, SWIZZLE -> count < 2 ? "a single node has no links" : null;
      case JOIN -> isRestricted ? "no node can join where --topology says all links" : null;
      case TWIN ->
          isRestricted ? "no node can join where --topology says all links" : beside(count);
      case REPLACE_VOTERS ->
          isRestricted
              ? "no node can leave where --topology says all links"
              : count <= VOTERS ? "it needs a fourth node: two stay" : isLong(0);
      case LEAVE ->
          isRestricted
              ? "no node can leave where --topology says all links"
              : count < 3 ? "it needs a third node: two stay" : null;
      case REPLACE ->
          isRestricted
              ? "no node can join where --topology says all links"
              : count < 2 ? "it needs a second node: two stay" : null;
      case MOVE ->
          isRestricted
              ? "where --topology says all links, spaces live everywhere"
              : moves ? null : "all spaces live everywhere: add a workload like moving";
      default -> null;
    };
  }

  /** Whether it lasts until lost voters may be replaced. */
  private @Nullable String isLong(long fromNanos) {
    return fromNanos + FaultKind.SILENT_NANOS < nanos
        ? null
        : "voters are replaced by force when nobody has heard of them for a minute: faults have "
            + nanos / 1e9
            + " s, see --hours";
  }

  private static @Nullable String beside(int count) {
    return count <= VOTERS ? "it needs a node beside the three that vote" : null;
  }

  /**
   * Refuses a schedule of which something would never happen.
   *
   * @throws IllegalArgumentException that says what, and why
   */
  void check(Schedule schedule) {
    int there = nodes;
    for (Fault fault : schedule.faults()) {
      String why = impossible(fault.kind(), there);
      if (why != null) {
        throw new IllegalArgumentException("'" + fault + "': " + why);
      }
      if (fault.kind() == FaultKind.REPLACE_VOTERS && isLong(fault.atNanos()) != null) {
        throw new IllegalArgumentException("'" + fault + "': " + isLong(fault.atNanos()));
      }
      if (fault.atNanos() >= nanos) {
        throw new IllegalArgumentException(
            "'" + fault + "' is after the end: faults have " + nanos / 1e9 + " s, see --hours");
      }
      for (int node : fault.nodes()) {
        if (node >= there) {
          throw new IllegalArgumentException(
              "'" + fault + "': there is no node n" + node + " among " + there);
        }
      }
      if (fault.kind().adds()) {
        there = Math.min(there + 1, nodes + SimSettings.JOINS_MAX);
      }
    }
  }
}
