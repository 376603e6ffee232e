package dev.hearsay.sim.replay;

import java.util.Locale;

/** Times for people. */
final class Durations {

  private Durations() {}

  /** Milliseconds up to a second, then seconds with a decimal. */
  static String of(long millis) {
    return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
