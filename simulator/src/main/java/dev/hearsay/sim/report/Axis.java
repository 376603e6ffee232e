package dev.hearsay.sim.report;

/**
 * An axis of a plot.
 *
 * @param label what it shows, with the unit
 * @param scale how lengths stand for values
 */
public record Axis(String label, Scale scale) {
  /** How lengths stand for values. */
  public enum Scale {
    /** Equal lengths for equal differences, from 0. */
    LINEAR,
    /** Equal lengths for equal ratios; what is not above 0 is drawn at the end. */
    LOG
  }

  public static Axis linear(String label) {
    return new Axis(label, Scale.LINEAR);
  }

  public static Axis log(String label) {
    return new Axis(label, Scale.LOG);
  }
}
