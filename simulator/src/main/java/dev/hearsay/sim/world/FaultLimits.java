package dev.hearsay.sim.world;

import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/**
 * How many nodes a fault can be about, how much of it there can be, and whether it lasts: what
 * would be nothing, or something else than it says, is refused.
 */
final class FaultLimits {
  /** Links come and go no faster. */
  static final double FLAP_SECONDS_MIN = 0.05;

  /** A node sends no slower. */
  static final double NARROW_KILOBYTES_MIN = 1;

  private static final long FLAP_NANOS_MAX = 3_600_000_000_000L;

  /** What a delay or a jump of a clock is at least: a microsecond, a millisecond. */
  private static final double LEAST = 0.001;

  private FaultLimits() {}

  /**
   * Refuses what cannot be, of whatever mesh.
   *
   * @param isTimeSaid whether it says for how long
   * @param isAmountSaid whether it says how much
   * @throws IllegalArgumentException that says why
   */
  static void check(Fault fault, boolean isTimeSaid, boolean isAmountSaid) {
    String why = nodes(fault);
    why = why != null ? why : time(fault, isTimeSaid);
    why = why != null ? why : amount(fault, isAmountSaid);
    if (why != null) {
      throw new IllegalArgumentException(why);
    }
  }

  private static @Nullable String nodes(Fault fault) {
    FaultKind kind = fault.kind();
    int count = fault.nodes().size();
    if (kind.needsNodes() && count == 0) {
      return "which nodes? " + example(kind);
    }
    if (!kind.mayNameNodes() && count > 0) {
      return kind.label() + " is not about nodes that are named";
    }
    if (kind.isOfOne() && count > 1) {
      return kind.label() + " is about one node: a line for each";
    }
    return new HashSet<>(fault.nodes()).size() < count ? "a node is named twice" : null;
  }

  private static @Nullable String time(Fault fault, boolean isSaid) {
    FaultKind kind = fault.kind();
    if (kind.needsTime() && fault.forNanos() == 0) {
      return "for how long? " + example(kind);
    }
    if (isSaid && !kind.lasts()) {
      return kind.label() + " does not last: leave 'for' out";
    }
    return kind == FaultKind.FLAP && fault.forNanos() > FLAP_NANOS_MAX
        ? "links flap for an hour at most"
        : null;
  }

  private static @Nullable String amount(Fault fault, boolean isSaid) {
    FaultKind kind = fault.kind();
    double amount = fault.amount();
    if (kind.needsAmount() && !isSaid) {
      return "how much? " + example(kind);
    }
    if (isSaid && !kind.needsAmount() && kind != FaultKind.MOVE) {
      return kind.label() + " has no amount: leave it out";
    }
    if (amount < 0 && kind != FaultKind.CLOCK) {
      return "an amount of " + kind.label() + " is not negative";
    }
    return switch (kind) {
      case LOSS, DUPLICATE ->
          amount > 0 && amount <= 1
              ? null
              : "a part of the packets is more than 0 and at most 1, not " + amount;
      case FLAP -> atLeast(FLAP_SECONDS_MIN, "seconds", amount);
      case REORDER, SLOW, SLOW_DISK -> atLeast(LEAST, "milliseconds", amount);
      case NARROW -> atLeast(NARROW_KILOBYTES_MIN, "kilobytes a second", amount);
      case CLOCK ->
          Math.abs(amount) >= LEAST
              ? null
              : "a clock jumps by at least " + LEAST + " seconds, not " + amount;
      case MOVE ->
          amount == 0 || amount == 1 ? null : "spaces move with amount 1 or none, not " + amount;
      default -> null;
    };
  }

  private static @Nullable String atLeast(double least, String unit, double amount) {
    return amount >= least ? null : "at least " + least + " " + unit + ", not " + amount;
  }

  private static String example(FaultKind kind) {
    return "As in: 12.5 "
        + kind.label()
        + (kind.needsNodes() ? " n1" : "")
        + " for 8"
        + (kind.needsAmount() ? " amount 0.2" : "");
  }
}
