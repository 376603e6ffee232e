package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.Gossip;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong in runs of a virtual mesh, and what would come to nothing.
 *
 * @param nodes that there are at first
 * @param isRestricted whether a topology says who has a link to whom
 * @param moves whether a workload has spaces that do not live everywhere
 * @param nanos virtual time of the phase in which things go wrong
 */
public record PossibleFaults(int nodes, boolean isRestricted, boolean moves, long nanos) {
  private static final int VOTERS = 3;

  /** What can go wrong in runs with these settings. */
  public static PossibleFaults of(SimSettings settings) {
    return new PossibleFaults(
        settings.nodes(),
        settings.topology() != null,
        !settings.workload().restricted().isEmpty(),
        settings.nanos());
  }

  /** Why nothing of that kind can be drawn; null if it can. */
  public @Nullable String impossible(FaultKind kind) {
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
      case CUT, ONE_WAY, FLAP, SWIZZLE, LOSS, DUPLICATE, REORDER, SLOW, NARROW ->
          count < 2 ? "a single node has no links" : null;
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

  /** How many nodes may join a mesh of so many. */
  static int joinsMax(int nodes) {
    return Math.max(0, Math.min(SimSettings.JOINS_MAX, Gossip.PEERS_MAX + 1 - nodes));
  }

  private @Nullable String why(Fault fault, int there) {
    String why = impossible(fault.kind(), there);
    if (why == null && fault.kind() == FaultKind.REPLACE_VOTERS) {
      why = isLong(fault.atNanos());
    }
    if (why == null && fault.kind().adds() && there - nodes >= joinsMax(nodes)) {
      why = "at most " + joinsMax(nodes) + " nodes join in a run";
    }
    return why == null ? null : ": " + why;
  }

  private FaultCheck inAll() {
    return new FaultCheck(nodes, nanos, "--hours", this::why);
  }

  /**
   * Refuses a schedule of which something would never happen.
   *
   * @throws IllegalArgumentException that says what, and why
   */
  public void check(Schedule schedule) {
    inAll().check(schedule);
  }

  /** The same schedule without what would never happen: a run under it is the same. */
  Schedule without(Schedule schedule) {
    return inAll().possible(schedule);
  }
}
