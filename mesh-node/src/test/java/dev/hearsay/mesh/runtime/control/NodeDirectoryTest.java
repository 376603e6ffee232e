package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The laws of a delta-CRDT, and those that Pekko's replicator counts on. */
class NodeDirectoryTest {
  private static final int TRIES = 300;
  private final NodeDirectorySerializer serializer = new NodeDirectorySerializer();

  /** Nodes of the build before have rows in these bytes; another format has another version. */
  @Test
  void theBytesAreThoseOfVersionOne() throws MalformedFrameException {
    String hex =
        "010001"
            + "000469642d61"
            + "000161"
            + "0000000000000016"
            + "00000000000003e8"
            + "0000000000000001"
            + "0000000000000007"
            + "00093132372e302e302e321ce9"
            + "0100093132372e302e302e3263b00000000000000002"
            + "02000265750003677075"
            + "0005302e312e30"
            + "ffffffffffffff06"
            + "02ee";
    NodeRow row =
        new NodeRow(
            "id-a",
            "a",
            22,
            1_000,
            1,
            7,
            new HostPort("127.0.0.2", 7401),
            new ControlAddress(new HostPort("127.0.0.2", 25_520), 2),
            Set.of("gpu", "eu"),
            "0.1.0",
            -250,
            750);
    Map<String, NodeRow> rows = Map.of("id-a", row);
    assertEquals(hex, HexFormat.of().formatHex(DirectoryCodec.encode(rows)));
    assertEquals(rows, DirectoryCodec.decode(HexFormat.of().parseHex(hex)));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void joinIsCommutative(
      @ForAll("directories") NodeDirectory a, @ForAll("directories") NodeDirectory b) {
    assertEquals(a.merge(b), b.merge(a));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void joinIsAssociative(
      @ForAll("directories") NodeDirectory a,
      @ForAll("directories") NodeDirectory b,
      @ForAll("directories") NodeDirectory c) {
    assertEquals(a.mergeData(b).mergeData(c), a.mergeData(b.mergeData(c)));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void joinIsIdempotent(@ForAll("directories") NodeDirectory a) {
    assertEquals(a, a.mergeData(a));
  }

  /** With room for two of four nodes. */
  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void joinIsALatticeAlsoWhereThereIsNoRoomForAll(
      @ForAll("directories") NodeDirectory a,
      @ForAll("directories") NodeDirectory b,
      @ForAll("directories") NodeDirectory c) {
    Map<String, NodeRow> ab = joined(a.rows(), b.rows());
    assertEquals(ab, joined(b.rows(), a.rows()));
    assertEquals(ab, joined(ab, ab));
    assertEquals(ab, joined(ab, b.rows()));
    assertEquals(joined(ab, c.rows()), joined(a.rows(), joined(b.rows(), c.rows())));
    assertEquals(
        joined(ab, c.rows()),
        joined(joined(a.rows(), Map.of()), joined(joined(b.rows(), Map.of()), c.rows())));
  }

  private static Map<String, NodeRow> joined(Map<String, NodeRow> a, Map<String, NodeRow> b) {
    return NodeDirectory.join(a, b, 2);
  }

  @Test
  void theOldestProcessesGiveWay() {
    NodeDirectory directory = NodeDirectory.EMPTY;
    for (int i = 0; i < Limits.ROWS_MAX; i++) {
      directory = directory.with(row("pod-" + i, 100 + i, 1, 1));
    }
    assertEquals(directory, directory.with(row("0", 99, 9, 9)), "too old for the room there is");
    directory = directory.with(row("zz", 1_000, 1, 1));
    assertEquals(Limits.ROWS_MAX, directory.rows().size());
    assertTrue(directory.rows().containsKey("zz"));
    assertFalse(directory.rows().containsKey("pod-0"));
    assertTrue(directory.rows().containsKey("pod-1"));
  }

  /** Pekko gossips a value as one message, and gives up at three quarters of a frame. */
  @Test
  void aFullPartFitsAFrame() {
    NodeDirectory directory = NodeDirectory.EMPTY;
    for (int i = 0; i < 2 * Limits.ROWS_MAX; i++) {
      directory = directory.with(largest(i));
    }
    byte[] bytes = serializer.toBinary(directory);
    assertEquals(3 + Limits.ROWS_MAX * Limits.ROW_BYTES_MAX, bytes.length);
    long frameBytes =
        RemoteSettings.control(ControlSettings.ephemeral("127.0.0.1"))
            .getBytes("pekko.remote.artery.advanced.maximum-frame-size");
    assertTrue(bytes.length < frameBytes * 3 / 4, () -> bytes.length + " of " + frameBytes);
  }

  private static NodeRow largest(int number) {
    HostPort data = new HostPort("h".repeat(Limits.HOST_BYTES_MAX), 7401);
    Set<String> roles =
        IntStream.range(0, Limits.ROLES_MAX).mapToObj(i -> padded(i)).collect(Collectors.toSet());
    return new NodeRow(
        padded(number),
        padded(number),
        number,
        number,
        1,
        1,
        data,
        new ControlAddress(data, 1),
        roles,
        padded(1),
        0,
        0);
  }

  private static String padded(int number) {
    return String.format("%0" + Limits.TEXT_BYTES_MAX + "d", number);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void applyingADeltaIsJoiningTheState(
      @ForAll("directories") NodeDirectory before,
      @ForAll @Size(max = 5) List<@From("rows") NodeRow> rows) {
    NodeDirectory after = before;
    for (NodeRow row : rows) {
      after = after.with(row);
    }
    NodeDirectory viaDelta = after.deltaData().map(before::mergeDeltaData).orElse(before);
    assertEquals(after, viaDelta);
    assertEquals(before.mergeData(after), viaDelta);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void deltasJoinInAnyOrder(
      @ForAll @Size(max = 6) List<@From("rows") NodeRow> rows,
      @ForAll @Size(max = 6) List<@From("rows") NodeRow> more) {
    NodeDirectoryDelta one = deltaOf(rows);
    NodeDirectoryDelta other = deltaOf(more);
    assertEquals(one.mergeData(other), other.mergeData(one));
    assertEquals(
        NodeDirectory.EMPTY.mergeDeltaData(one).mergeDeltaData(other),
        NodeDirectory.EMPTY.mergeDeltaData(one.mergeData(other)));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void rowsInAnyOrderGiveTheSameBytes(
      @ForAll @Size(max = 8) List<@From("rows") NodeRow> rows, @ForAll Random random) {
    List<NodeRow> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    NodeDirectory one = NodeDirectory.EMPTY;
    NodeDirectory other = NodeDirectory.EMPTY;
    for (int i = 0; i < rows.size(); i++) {
      one = one.with(rows.get(i));
      other = other.with(shuffled.get(i));
    }
    assertArrayEquals(serializer.toBinary(one), serializer.toBinary(other));
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenIsRead(@ForAll("directories") NodeDirectory directory)
      throws NotSerializableException {
    byte[] bytes = serializer.toBinary(directory);
    Object read = serializer.fromBinary(bytes, serializer.manifest(directory));
    assertEquals(directory, read);
    assertArrayEquals(bytes, serializer.toBinary(read));
    NodeDirectoryDelta delta = new NodeDirectoryDelta(directory.rows());
    assertEquals(
        delta, serializer.fromBinary(serializer.toBinary(delta), serializer.manifest(delta)));
  }

  @Test
  void aJoinedStateCarriesNoDelta() {
    NodeDirectory a = NodeDirectory.EMPTY.with(row("a", 1, 1, 1));
    assertEquals(1, a.deltaData().orElseThrow().deltaSize());
    assertTrue(a.mergeData(NodeDirectory.EMPTY).deltaData().isEmpty());
    assertTrue(a.resetDelta().deltaData().isEmpty());
    assertEquals(a, a.resetDelta());
  }

  @Test
  void theNewerRowStands() {
    NodeRow first = row("a", 1, 9, 9);
    NodeRow restarted = row("a", 2, 1, 1);
    NodeRow replaced = row("a", 2, 2, 1);
    NodeRow loaded = row("a", 2, 2, 2);
    for (List<NodeRow> order :
        List.of(
            List.of(first, restarted, replaced, loaded),
            List.of(loaded, replaced, restarted, first))) {
      NodeDirectory directory = NodeDirectory.EMPTY;
      for (NodeRow row : order) {
        directory = directory.with(row);
      }
      assertEquals(Map.of("a", loaded), directory.rows());
    }
  }

  @Test
  void everyTruncationIsRejected() {
    byte[] bytes = serializer.toBinary(NodeDirectory.EMPTY.with(row("a", 1, 1, 1)));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(NotSerializableException.class, () -> serializer.fromBinary(cut, "D"));
    }
  }

  @Property(tries = 2_000)
  void noiseIsRejectedOrCanonical(@ForAll @Size(max = 120) byte[] noise) {
    byte[] bytes = noise.clone();
    if (bytes.length > 0) {
      bytes[0] = 1;
    }
    try {
      assertArrayEquals(bytes, serializer.toBinary(serializer.fromBinary(bytes, "D")));
    } catch (NotSerializableException e) {
      assertTrue(String.valueOf(e.getMessage()).startsWith("malformed"));
    }
  }

  @Test
  void anUnknownManifestIsRejected() {
    byte[] bytes = serializer.toBinary(NodeDirectory.EMPTY);
    assertThrows(NotSerializableException.class, () -> serializer.fromBinary(bytes, "X"));
  }

  @Provide
  Arbitrary<NodeDirectory> directories() {
    return rows()
        .list()
        .ofMaxSize(6)
        .map(
            rows -> {
              NodeDirectory directory = NodeDirectory.EMPTY;
              for (NodeRow row : rows) {
                directory = directory.with(row);
              }
              return directory.resetDelta();
            });
  }

  /** Few ids and versions, so that rows clash; a load that differs, so that equal versions do. */
  @Provide
  Arbitrary<NodeRow> rows() {
    Arbitrary<Long> small = Arbitraries.longs().between(0, 2);
    return Combinators.combine(
            Arbitraries.of("a", "b", "c", "d"),
            small,
            small,
            small,
            Arbitraries.integers().between(0, 3))
        .as(
            (id, generation, epoch, revision, load) -> {
              NodeRow row = row(id, generation, epoch, revision);
              return new NodeRow(
                  row.nodeId(),
                  row.name(),
                  row.incarnation(),
                  row.generation(),
                  row.epoch(),
                  row.revision(),
                  row.data(),
                  load == 0 ? null : row.control(),
                  row.roles(),
                  row.version(),
                  -load,
                  load);
            });
  }

  private static NodeDirectoryDelta deltaOf(List<NodeRow> rows) {
    NodeDirectory directory = NodeDirectory.EMPTY;
    for (NodeRow row : rows) {
      directory = directory.with(row);
    }
    return new NodeDirectoryDelta(directory.rows());
  }

  private static NodeRow row(String id, long generation, long epoch, long revision) {
    HostPort data = new HostPort("127.0.0.1", 7401);
    return new NodeRow(
        id,
        "näme of " + id,
        generation * 7,
        generation,
        epoch,
        revision,
        data,
        new ControlAddress(data, epoch),
        Set.of("tools", "agent"),
        "0.1.0",
        0,
        0);
  }
}
