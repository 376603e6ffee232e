package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.BookSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code hearsay.clock}, and how long a silent node holds something back. */
final class BookConfig {
  private static final String MAX_DRIFT = "hearsay.clock.max-drift";
  private static final String SILENT = "hearsay.gossip.silent-after";
  private static final Duration YEAR = Duration.ofDays(365);

  private BookConfig() {}

  /**
   * The defaults, with what the configuration says.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION}
   */
  static BookSettings read(Config config) {
    BookSettings base = BookSettings.DEFAULT;
    return base.withDriftMillis(
            millis(config, MAX_DRIFT, base.driftMillis(), Duration.ofMillis(100)))
        .withSilentMillis(millis(config, SILENT, base.silentMillis(), Duration.ofSeconds(10)));
  }

  private static long millis(Config config, String path, long otherwise, Duration least) {
    // Absent where the reference.conf files were not merged into one jar: then the default counts.
    if (!config.hasPath(path)) {
      return otherwise;
    }
    try {
      Duration value = config.getDuration(path);
      if (value.compareTo(least) >= 0 && value.compareTo(YEAR) <= 0) {
        return value.toMillis();
      }
      throw invalid(path, least, "it is " + config.getString(path), null);
    } catch (ConfigException e) {
      throw invalid(path, least, e.getMessage(), e);
    }
  }

  private static HearsayException invalid(
      String path, Duration least, @Nullable String why, @Nullable Throwable cause) {
    return new HearsayException(
        ErrorCode.INVALID_CONFIGURATION,
        path + " must be a time from " + least.toMillis() + " ms to 365 days: " + why,
        cause);
  }
}
