package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.space.SpaceLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsConfigTest {
  private static Config with(String settings) {
    return ConfigFactory.parseString("hearsay.limits { " + settings + " }")
        .withFallback(ConfigFactory.defaultReference());
  }

  @Test
  void theDefaultsAreThoseOfTheCode() {
    for (Config config : new Config[] {ConfigFactory.defaultReference(), ConfigFactory.empty()}) {
      assertEquals(GossipLimits.DEFAULT, LimitsConfig.gossip(config));
      assertEquals(SpaceLimits.DEFAULT, LimitsConfig.space(config));
    }
  }

  @Test
  void whatIsSetCounts() {
    GossipLimits gossip =
        LimitsConfig.gossip(
            with(
                "transfers-in-max = 7, transfer-bytes-max = 5 MiB, transfer-idle = 9s,"
                    + " forget-gone-after = 2d, frontier-entries-peer-max = 5000,"
                    + " frontier-entries-max = 6000"));
    assertEquals(7, gossip.transfersInMax());
    assertEquals(5 << 20, gossip.bytesMax());
    assertEquals(9_000, gossip.idleMillis());
    assertEquals(5_000, gossip.frontierEntriesPeer());
    assertEquals(6_000, gossip.frontierEntries());
    assertEquals(2L * 24 * 60 * 60 * 1_000, gossip.goneMillis());
    SpaceLimits space = LimitsConfig.space(with("tail-changes-max = 3, held-bytes-max = 2 KiB"));
    assertEquals(3, space.tailChangesMax());
    assertEquals(2_048, space.heldBytesMax());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transfers-in-max = 0",
        "transfers-out-max = many",
        "transfer-credit = 1 KiB",
        "frontier-entries-max = 10",
        "transfer-bytes-max = -1",
        "forget-gone-after = 1s",
        "transfer-idle = soon"
      })
  void whatIsNoLimitIsRefusedWithItsName(String setting) {
    HearsayException refused =
        assertThrows(HearsayException.class, () -> LimitsConfig.gossip(with(setting)));
    assertEquals(ErrorCode.INVALID_CONFIGURATION, refused.code());
    String name = "hearsay.limits." + setting.substring(0, setting.indexOf(' '));
    assertTrue(refused.getMessage().startsWith(name + " must be "), refused.getMessage());
  }

  @Test
  void aTailOfNothingIsRefused() {
    assertThrows(HearsayException.class, () -> LimitsConfig.space(with("tail-changes-max = 0")));
  }
}
