package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.RemoteAccess;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code hearsay.space}.
 *
 * @param access what becomes of access to spaces that are not held here, and whether others may
 *     reach those that are
 * @param timeout of one access
 * @param watchEvery how often a watched space is asked for news
 * @param bytesMax of the states of such spaces in memory, beside those in use
 */
record RemoteConfig(RemoteAccess access, Duration timeout, Duration watchEvery, long bytesMax) {
  private static final String ACCESS = "hearsay.space.remote-access";
  private static final String TIMEOUT = "hearsay.space.remote-timeout";
  private static final String WATCH_EVERY = "hearsay.space.remote-watch-every";
  private static final String BYTES_MAX = "hearsay.space.remote-bytes-max";
  private static final int HEAP_PARTS = 8;
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration DURATION_MAX = Duration.ofHours(1);

  /** With as much memory as where nothing is said of it. */
  RemoteConfig(RemoteAccess access, Duration timeout, Duration watchEvery) {
    this(access, timeout, watchEvery, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
  }

  /**
   * The defaults, with what the configuration says.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION}
   */
  static RemoteConfig read(Config config) {
    return new RemoteConfig(
        access(config),
        duration(config, TIMEOUT, Duration.ofSeconds(5)),
        duration(config, WATCH_EVERY, Duration.ofMillis(250)),
        bytesMax(config));
  }

  private static RemoteAccess access(Config config) {
    // Absent where the reference.conf files were not merged into one jar: then the default counts.
    if (!config.hasPath(ACCESS)) {
      return RemoteAccess.REFUSE;
    }
    String text = String.valueOf(config.getValue(ACCESS).unwrapped());
    for (RemoteAccess access : RemoteAccess.values()) {
      if (access.name().toLowerCase(Locale.ROOT).equals(text)) {
        return access;
      }
    }
    throw invalid(ACCESS + " is proxy or refuse, not '" + text + "'", null);
  }

  private static Duration duration(Config config, String path, Duration unsaid) {
    if (!config.hasPath(path)) {
      return unsaid;
    }
    try {
      Duration duration = config.getDuration(path);
      if (duration.compareTo(MILLI) >= 0 && duration.compareTo(DURATION_MAX) <= 0) {
        return duration;
      }
      throw invalid(path + " is from 1 ms to 1 h, not " + duration, null);
    } catch (ConfigException e) {
      throw invalid(path + " is a duration such as 5s: " + e.getMessage(), e);
    }
  }

  private static long bytesMax(Config config) {
    try {
      long bytes = config.hasPath(BYTES_MAX) ? config.getBytes(BYTES_MAX) : 0;
      if (bytes < 0) {
        throw invalid(BYTES_MAX + " is a size in bytes, or 0, not " + bytes, null);
      }
      return bytes == 0 ? Runtime.getRuntime().maxMemory() / HEAP_PARTS : bytes;
    } catch (ConfigException e) {
      throw invalid(BYTES_MAX + " is a size such as 64 MiB, or 0: " + e.getMessage(), e);
    }
  }

  private static HearsayException invalid(String why, @Nullable Throwable cause) {
    return new HearsayException(ErrorCode.INVALID_CONFIGURATION, why, cause);
  }
}
