package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UuidTest {
  @Test
  void theHalvesAreThoseOfJavasUuid() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      UUID uuid = new UUID(random.nextLong(), random.nextLong());
      assertEquals(
          new Uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits()),
          Uuid.parse(uuid.toString()));
    }
  }

  /** They would come back in another spelling. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "1-2-3-4-5",
        "6D7A6C7C-6f0f-4f5b-9d0e-2f1b5a0c9d11",
        "6d7a6c7c-6f0f-4f5b-9d0e-2f1b5a0c9d1g",
        "6d7a6c7c06f0f-4f5b-9d0e-2f1b5a0c9d11",
        "6d7a6c7c-6f0f-4f5b-9d0e-2f1b5a0c9d1",
        "6d7a6c7c-6f0f-4f5b-9d0e-2f1b5a0c9d111",
        "6d7a6c7c-6f0f-4f5b-9d0e-2f1b5a0c9d١1"
      })
  void whatIsSpeltOtherwiseIsText(String text) {
    assertNull(Uuid.parse(text));
  }
}
