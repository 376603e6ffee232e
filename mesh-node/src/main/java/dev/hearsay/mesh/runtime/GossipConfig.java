package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.gossip.GossipSettings;
import org.jspecify.annotations.Nullable;

/** Reads {@code hearsay.gossip}. */
final class GossipConfig {
  private static final String DIRECT_HOLDERS_MAX = "hearsay.gossip.direct-holders-max";

  private GossipConfig() {}

  /**
   * The defaults, with what the configuration says.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION}
   */
  static GossipSettings read(Config config) {
    // Absent where the reference.conf files were not merged into one jar: then the default counts.
    if (!config.hasPath(DIRECT_HOLDERS_MAX)) {
      return GossipSettings.DEFAULT;
    }
    try {
      int holders = config.getInt(DIRECT_HOLDERS_MAX);
      if (holders >= 1 && holders <= Gossip.PEERS_MAX) {
        return GossipSettings.DEFAULT.withDirectHoldersMax(holders);
      }
      throw invalid("it is " + holders, null);
    } catch (ConfigException e) {
      throw invalid(e.getMessage(), e);
    }
  }

  private static HearsayException invalid(@Nullable String why, @Nullable Throwable cause) {
    return new HearsayException(
        ErrorCode.INVALID_CONFIGURATION,
        DIRECT_HOLDERS_MAX + " must be a number from 1 to " + Gossip.PEERS_MAX + ": " + why,
        cause);
  }
}
