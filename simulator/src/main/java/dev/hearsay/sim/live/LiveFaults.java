package dev.hearsay.sim.live;

import dev.hearsay.sim.world.FaultCheck;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import org.jspecify.annotations.Nullable;

/** Which faults of a schedule can be done to real processes on one machine. */
public final class LiveFaults {
  /** That there ever are, with those that have left. */
  private static final int NODES_MAX = 100;

  private LiveFaults() {}

  /** Why a fault cannot be done to processes; null if it can. */
  public static @Nullable String why(FaultKind kind, int nodes) {
    return switch (kind) {
      case CUT, ONE_WAY, FLAP, SWIZZLE -> nodes < 2 ? "a single node has no links" : null;
      case LOST_DISK ->
          nodes < 3 ? "it needs three nodes, so that most of the voters keep their disks" : null;
      case CRASH, BLACKOUT, ROLLING, PAUSE -> null;
      case LOSS, DUPLICATE, REORDER -> "the relays carry connections, not packets";
      case SLOW -> "the relays carry bytes as fast as they come";
      case TORN -> "when a real process is killed nobody chooses how much of a write is done";
      case FULL, SLOW_DISK -> "the disk is that of this machine";
      case CORRUPT, OLD_DISK, CLONE -> "the lab leaves the bytes of directories alone";
      case CLOCK -> "all processes have the clock of this machine";
      case JOIN -> null;
      case LEAVE -> nodes < 3 ? "it needs a third node: two stay" : null;
      case REPLACE -> nodes < 2 ? "it needs a second node: two stay" : null;
      case REPLACE_VOTERS -> "nobody may have heard a lost voter for a minute by then";
      case VOTERS ->
          nodes <= LiveMesh.VOTERS_MAX ? "it needs a fourth node, or all vote already" : null;
      case TWIN -> "the lab leaves the bytes of directories alone";
      case MOVE -> "spaces of the lab live on all of its nodes";
      // A kind that is new in the virtual world has to be taught to the lab first.
      default -> "the lab has no way to do it";
    };
  }

  /**
   * Refuses a schedule that cannot be done.
   *
   * @param nanos how long things go wrong
   * @throws IllegalArgumentException that says which line, and why
   */
  public static void check(Schedule schedule, int nodes, long nanos) {
    inAll(nodes, NODES_MAX, nanos).check(schedule);
  }

  /**
   * The same schedule without what cannot be done, and without nodes that never join.
   *
   * @param most nodes that there may ever be
   */
  static Schedule without(Schedule schedule, int nodes, int most, long nanos) {
    return inAll(nodes, most, nanos).possible(schedule);
  }

  private static FaultCheck inAll(int nodes, int most, long nanos) {
    return new FaultCheck(
        nodes,
        nanos,
        "--seconds",
        (fault, there) -> {
          String why = why(fault.kind(), there);
          if (why != null) {
            return " cannot be done to real processes: " + why;
          }
          return fault.kind().adds() && there >= most
              ? ": the lab has addresses for " + most + " nodes"
              : null;
        });
  }
}
