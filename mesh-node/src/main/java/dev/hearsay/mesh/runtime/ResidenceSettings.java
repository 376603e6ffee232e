package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.time.Duration;

/**
 * {@code hearsay.space}: which spaces are in memory, and what of them stays in their journals.
 *
 * @param idleAfter a space not used for so long leaves it
 * @param activeMax most spaces in it, beside those in use
 * @param activeBytesMax the same, in bytes of heap as estimated
 * @param journalHeldBytesMax most bytes of a space's events that stay for peers
 */
record ResidenceSettings(
    Duration idleAfter, int activeMax, long activeBytesMax, long journalHeldBytesMax) {
  private static final String PATH = "hearsay.space";
  private static final String HELD = "journal-held-max";
  private static final Duration IDLE_MIN = Duration.ofMillis(10);

  static ResidenceSettings defaults() {
    return new ResidenceSettings(Duration.ofMinutes(2), 10_000, quarterOfTheHeap(), 64L << 20);
  }

  /**
   * The defaults, with what the configuration says.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION}
   */
  static ResidenceSettings read(Config config) {
    // Absent where the reference.conf files were not merged into one jar: then the default counts.
    if (!config.hasPath(PATH)) {
      return defaults();
    }
    try {
      Config section = config.getConfig(PATH);
      ResidenceSettings defaults = defaults();
      Duration idleAfter =
          section.hasPath("idle-after") ? section.getDuration("idle-after") : defaults.idleAfter;
      int activeMax =
          section.hasPath("active-max") ? section.getInt("active-max") : defaults.activeMax;
      long bytesMax =
          section.hasPath("active-bytes-max") ? section.getBytes("active-bytes-max") : 0;
      long heldMax = section.hasPath(HELD) ? section.getBytes(HELD) : defaults.journalHeldBytesMax;
      require(idleAfter.compareTo(IDLE_MIN) >= 0, "idle-after", "at least 10 ms", idleAfter);
      require(activeMax >= 1, "active-max", "at least 1", activeMax);
      require(bytesMax >= 0, "active-bytes-max", "at least 0", bytesMax);
      require(heldMax >= 0, HELD, "at least 0", heldMax);
      return new ResidenceSettings(
          idleAfter, activeMax, bytesMax == 0 ? quarterOfTheHeap() : bytesMax, heldMax);
    } catch (ConfigException e) {
      throw new HearsayException(ErrorCode.INVALID_CONFIGURATION, e.getMessage(), e);
    }
  }

  private static void require(boolean holds, String setting, String rule, Object found) {
    if (!holds) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION,
          PATH + "." + setting + " must be " + rule + ": it is " + found);
    }
  }

  private static long quarterOfTheHeap() {
    return Runtime.getRuntime().maxMemory() / 4;
  }
}
