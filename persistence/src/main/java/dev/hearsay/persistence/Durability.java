package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * When a write is acknowledged, and so what a power loss can take; {@code reference.conf} explains
 * it. A process that is killed loses nothing acknowledged in any mode.
 *
 * @param mode what an acknowledgement waits for
 * @param syncInterval the shortest time between two fsyncs in the background; of {@link
 *     Mode#INTERVAL} only
 */
record Durability(Mode mode, Duration syncInterval) {
  enum Mode {
    /** After the fsync. */
    SYNC,
    /** After the write to the operating system; an fsync follows in the background. */
    INTERVAL,
    /** After the write to the operating system; an fsync comes only on close. */
    OS
  }

  static final Durability ON_SYNC = new Durability(Mode.SYNC, Duration.ZERO);
  private static final Duration MIN = Duration.ofMillis(1);
  private static final Duration MAX = Duration.ofHours(1);

  boolean syncsEveryWrite() {
    return mode == Mode.SYNC;
  }

  /**
   * Reads it from the plugin's own configuration.
   *
   * @throws ConfigException if a setting is missing or not one of its values
   */
  static Durability of(Config config) {
    String name = config.getString("durability");
    Mode mode =
        switch (name) {
          case "sync" -> Mode.SYNC;
          case "interval" -> Mode.INTERVAL;
          case "os" -> Mode.OS;
          default ->
              throw new ConfigException.BadValue(
                  config.origin(), "durability", "\"" + name + "\" is not sync, interval or os");
        };
    Duration interval = config.getDuration("sync-interval");
    if (interval.compareTo(MIN) < 0 || interval.compareTo(MAX) > 0) {
      throw new ConfigException.BadValue(
          config.origin(), "sync-interval", interval + " is not between " + MIN + " and " + MAX);
    }
    return new Durability(mode, interval);
  }
}
