package dev.hearsay.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's name has one limit, and who is beyond it hears of it before anything is done. */
class NodeNamesTest {
  private static final String LONGEST = "ä".repeat(Names.NODE_BYTES_MAX / 2);

  @TempDir Path directory;

  private MeshNodeBuilder named(String name) {
    return MeshNode.builder()
        .name(name)
        .dataDirectory(directory.resolve("data"))
        .listen("127.0.0.1", 0);
  }

  @Test
  void aNodeWithTheLongestNameStarts() {
    assertEquals(Names.NODE_BYTES_MAX, LONGEST.getBytes(StandardCharsets.UTF_8).length);
    try (MeshNode node = named(LONGEST).start()) {
      assertEquals(LONGEST, node.name());
      node.agent("x").space("s").orSet("set", String.class).add("y");
    }
  }

  @Test
  void oneByteMoreIsADefiniteErrorAndNothingIsMade() {
    for (String name : new String[] {LONGEST + "x", "x".repeat(Names.NAME_BYTES_MAX)}) {
      HearsayException refused = assertThrows(HearsayException.class, () -> named(name).start());
      assertEquals(ErrorCode.INVALID_NAME, refused.code());
      int bytes = name.getBytes(StandardCharsets.UTF_8).length;
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains(bytes + " bytes of UTF-8; the limit is 128"), message);
      assertFalse(Files.exists(directory.resolve("data")));
    }
  }

  @Test
  void otherNamesMayBeLonger() {
    assertEquals(256, Names.NAME_BYTES_MAX);
    assertEquals("x".repeat(256), Names.check("space", "x".repeat(256)));
    assertThrows(HearsayException.class, () -> Names.check("space", "x".repeat(257)));
    assertThrows(HearsayException.class, () -> Names.checkMesh("x".repeat(129)));
  }
}
