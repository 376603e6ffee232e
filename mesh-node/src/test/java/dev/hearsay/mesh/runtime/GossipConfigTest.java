package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.GossipSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipConfigTest {
  private static GossipSettings with(String value) {
    return GossipConfig.read(
        ConfigFactory.parseString("hearsay.gossip.direct-holders-max = " + value)
            .withFallback(ConfigFactory.defaultReference()));
  }

  @Test
  void theDefaultIsTheOneOfTheSettings() {
    assertEquals(GossipSettings.DEFAULT, GossipConfig.read(ConfigFactory.defaultReference()));
    assertEquals(GossipSettings.DEFAULT, GossipConfig.read(ConfigFactory.empty()));
    assertEquals(3, with("3").directHoldersMax());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "many"})
  void whatIsNoNumberOfNodesIsRefused(String value) {
    HearsayException refused = assertThrows(HearsayException.class, () -> with(value));
    assertEquals(ErrorCode.INVALID_CONFIGURATION, refused.code());
    assertTrue(refused.getMessage().startsWith("hearsay.gossip.direct-holders-max must be"));
  }
}
