package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeSettings;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.MessageFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * This build reads what nodes of earlier formats say and left on their disks. The files are those
 * that {@link GoldenFiles} wrote when the format was the newest, and are never written again.
 */
class GoldenFilesTest {
  /** Kinds that states travelled in; what takes their place is in pieces that stand alone. */
  private static final Set<String> RETIRED = Set.of("StatePiece", "WantPieces");

  private static List<String> lines(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  @Test
  void messagesOfVersion1AreReadButForTransfers() throws IOException {
    Set<String> kinds = new TreeSet<>();
    for (String line : lines("wire-1.txt")) {
      String[] kindAndBytes = line.split(" ", -1);
      byte[] bytes = HexFormat.of().parseHex(kindAndBytes[1]);
      kinds.add(kindAndBytes[0]);
      if (RETIRED.contains(kindAndBytes[0])) {
        RejectedException refused =
            assertThrows(RejectedException.class, () -> MessageFormat.decode(bytes));
        assertEquals(RejectedException.Reason.UNKNOWN_VERSION, refused.reason());
        continue;
      }
      assertEquals(kindAndBytes[0], MessageFormat.decode(bytes).getClass().getSimpleName(), line);
    }
    assertEquals(15, kinds.size(), kinds.toString());
  }

  @Test
  void messagesOfANewerVersionOrKindAreRefusedAndNotMisread() throws IOException {
    byte[] newer = HexFormat.of().parseHex(lines("wire-1.txt").get(0).split(" ", -1)[1]);
    newer[1]++;
    for (byte[] message : List.of(newer, new byte[] {'H', 1, (byte) 250, 1, 2, 3})) {
      RejectedException refused =
          assertThrows(RejectedException.class, () -> MessageFormat.decode(message));
      assertEquals(RejectedException.Reason.UNKNOWN_VERSION, refused.reason());
    }
  }

  @Test
  void journaledEventsOfVersion1AreReplayed() throws IOException {
    List<String> lines = lines("events-1.txt");
    SpaceCore core = new SpaceCore(new ReplicaId(9), SpaceLimits.DEFAULT);
    for (String line : lines.subList(0, lines.size() - 1)) {
      assertEquals(0, core.replay(SpaceEvent.decode(HexFormat.of().parseHex(line))));
    }
    assertEquals(
        lines.get(lines.size() - 1), core.durable().frontier() + " " + core.durable().digest());
  }

  @Test
  void journaledEventsOfANewerVersionAreRefusedAndNotMisread() throws IOException {
    byte[] newer = HexFormat.of().parseHex(lines("events-1.txt").get(0));
    newer[0]++;
    RejectedException refused =
        assertThrows(RejectedException.class, () -> SpaceEvent.decode(newer));
    assertEquals(RejectedException.Reason.UNKNOWN_VERSION, refused.reason());
  }

  /** Journal, snapshot, identity, catalogue, and from the second on the name of the mesh. */
  @ParameterizedTest
  @ValueSource(strings = {"node-1.zip", "node-2.zip"})
  void aNodeStartsOnADirectoryThatIsKeptAndWritesOn(String zip, @TempDir Path directory)
      throws IOException {
    String digest = unpack(bytes(zip), directory);
    try (Stream<Path> snapshots = Files.walk(directory.resolve("data/snapshots"))) {
      assertTrue(snapshots.anyMatch(file -> file.toString().endsWith(".snapshot")));
    }
    HostPort address = new HostPort("127.0.0.1", 0);
    NodeSettings settings =
        new NodeSettings("golden", directory.resolve("data"), address, address, 0, List.of());
    try (MeshNode node = PekkoNode.start(settings)) {
      assertEquals(Set.of(GoldenFiles.SPACE), node.spaces());
      Space space = node.agent("author").space(GoldenFiles.SPACE);
      assertEquals(digest, space.digest());
      checkContent(space);
      space.orSet("many", Integer.class).add(2_000);
      digest = space.digest();
    }
    try (MeshNode again = PekkoNode.start(settings)) {
      assertEquals(digest, again.agent("author").space(GoldenFiles.SPACE).digest());
    }
  }

  private static void checkContent(Space space) {
    assertEquals(
        Set.of("pear", "ünï©ode"), plus(space.orSet("set", String.class).values(), "pear"));
    assertEquals(0, space.pnCounter("counter").value());
    assertEquals("second", space.lwwRegister("register", String.class).get().orElseThrow());
    assertEquals(List.of("two"), space.appendLog("log", String.class).entries());
    assertEquals(List.of(1.5), space.mvRegister("mv", Double.class).values());
    assertEquals("likely", space.confidenceRegister("claim", String.class).get().orElseThrow());
    assertTrue(!space.flag("flag").isOn());
    assertEquals(
        IntStream.range(4, 1_010).boxed().toList(),
        space.orSet("many", Integer.class).values().stream().sorted().toList());
  }

  private static Set<String> plus(Set<String> some, String one) {
    Set<String> more = new TreeSet<>(some);
    assertTrue(more.add(one), "removed elements stay away");
    return more;
  }

  private static String unpack(byte[] zip, Path directory) throws IOException {
    String digest = "";
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] content = in.readAllBytes();
        if (entry.getName().equals("digest")) {
          digest = new String(content, StandardCharsets.US_ASCII);
        } else {
          Path file = directory.resolve(entry.getName());
          Files.createDirectories(file.getParent());
          Files.write(file, content);
        }
      }
    }
    return digest;
  }
}
