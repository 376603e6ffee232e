package dev.hearsay.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @Test
  void whatIsPrintedIsParsed() {
    for (HostPort address :
        new HostPort[] {
          new HostPort("127.0.0.1", 7401), new HostPort("[::1]", 1), new HostPort("a.b", 65_535)
        }) {
      assertEquals(address, HostPort.parse(address.toString()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "host",
        "host:",
        ":1",
        " :1",
        "host:x",
        "host:+1",
        "host:-1",
        "host:65536",
        "host:123456",
        "host:99999999999",
        "a b:1",
        "a@b:1",
        "a/b:1",
        "a#b:1",
        "a\"b:1",
        "ä:1",
        "host:\u0661"
      })
  void whatIsNoAddressIsRefused(String text) {
    HearsayException failure = assertThrows(HearsayException.class, () -> HostPort.parse(text));
    assertEquals(ErrorCode.INVALID_ADDRESS, failure.code());
  }

  @Test
  void aHostNameHasALimit() {
    assertThrows(HearsayException.class, () -> new HostPort("h".repeat(256), 1));
  }
}
