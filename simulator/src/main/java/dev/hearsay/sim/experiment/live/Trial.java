package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.experiment.live.Partition.Side;

/**
 * What came of one guarantee, tried from one position during one partition.
 *
 * @param attempts how often it was tried
 * @param worked how often it did what was asked
 * @param refused how often it was refused, or said that it could not tell
 * @param broken how often it did what must not be
 * @param millis of the slowest that worked
 * @param why what was said when it was refused for the first time; empty if it never was
 */
record Trial(
    Partition partition,
    Side side,
    Guarantee guarantee,
    int attempts,
    int worked,
    int refused,
    int broken,
    double millis,
    String why) {
  /** What a user may count on. */
  enum Guarantee {
    WRITE_LOCAL("write LOCAL"),
    READ_LOCAL("read own writes"),
    MONOTONIC("reads never go back"),
    WRITE_QUORUM("write QUORUM"),
    READ_QUORUM("read QUORUM"),
    WRITE_ALL("write ALL"),
    READ_ALL("read ALL"),
    HAND_OVER("hand-over in reach"),
    HAND_OVER_ACROSS("hand-over across"),
    HEAL("after the heal");

    private final String title;

    Guarantee(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** Whether this is what is promised, given who is in reach. */
  boolean isAsPromised() {
    if (broken > 0 || attempts == 0) {
      return broken == 0;
    }
    int reach = partition.reach(side.node());
    return switch (guarantee) {
      case WRITE_LOCAL, READ_LOCAL, MONOTONIC, HAND_OVER, HEAL -> worked == attempts;
      case WRITE_QUORUM, READ_QUORUM ->
          partition.flaps() || (reach > Partition.NODES / 2 ? worked : refused) == attempts;
      case WRITE_ALL, READ_ALL ->
          partition.flaps() || (reach == Partition.NODES ? worked : refused) == attempts;
      // It may come by way of others; what counts is that nothing else than what was asked for is
      // shown.
      case HAND_OVER_ACROSS -> true;
    };
  }
}
