package dev.hearsay.mesh.gossip;

/** How a {@link VirtualNode} judges clocks wrongly, so that the checks can be seen to find it. */
enum ClockFault {
  NONE,
  /** By the mean of all, which one clock that is far off moves as far as it will. */
  JUDGES_BY_THE_MEAN,
  /** Compares with its own wall clock, so that what others said jumps with it. */
  JUDGES_BY_THE_WALL_CLOCK
}
