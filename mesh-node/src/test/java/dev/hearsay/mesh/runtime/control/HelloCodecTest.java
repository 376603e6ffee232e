package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HelloCodecTest {
  /** The format of version 1, to the byte: nodes of this version are out there. */
  private static final String GOLDEN =
      "48430101010004"
          + "69642d62"
          + "0000000000000016"
          + "00000000000003e8"
          + "0000000000000001"
          + "0000000000000007"
          + "00093132372e302e302e321ce9"
          + "0100093132372e302e302e3263b00000000000000002"
          + "0001"
          + "00093132372e302e302e3263b0000000000000000201";

  private static Hello hello() {
    ControlAddress control = new ControlAddress(new HostPort("127.0.0.2", 25_520), 2);
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    members.put(control, true);
    return new Hello(
        Hello.Kind.HELLO,
        true,
        "id-b",
        22,
        1_000,
        1,
        7,
        new HostPort("127.0.0.2", 7401),
        control,
        members,
        Names.MESH_DEFAULT);
  }

  /** Of any other mesh than the one that version 1 is of. */
  private static final String GOLDEN_OF_MESH =
      "48430201010001" + "6d" + "0004" + GOLDEN.substring(GOLDEN.indexOf("69642d62"));

  private static Hello helloOfMesh() {
    Hello hello = hello();
    return new Hello(
        hello.kind(),
        hello.hearsYou(),
        hello.nodeId(),
        hello.incarnation(),
        hello.generation(),
        hello.epoch(),
        hello.sequence(),
        hello.data(),
        hello.control(),
        hello.members(),
        "m");
  }

  @Test
  void theBytesOfANamedMeshAreThoseOfVersionTwo() throws MalformedFrameException {
    byte[] bytes = HelloCodec.encode(helloOfMesh());
    assertEquals(GOLDEN_OF_MESH, HexFormat.of().formatHex(bytes));
    assertEquals(helloOfMesh(), HelloCodec.decode(bytes));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(MalformedFrameException.class, () -> HelloCodec.decode(cut), "at " + length);
    }
    byte[] defaults =
        HexFormat.of().parseHex(GOLDEN_OF_MESH.replaceFirst("00016d", "00076865617273" + "6179"));
    assertThrows(MalformedFrameException.class, () -> HelloCodec.decode(defaults));
  }

  @Test
  void theBytesAreThoseOfVersionOne() {
    assertEquals(GOLDEN, HexFormat.of().formatHex(HelloCodec.encode(hello())));
  }

  @Test
  void whatIsWrittenIsRead() throws MalformedFrameException {
    assertEquals(hello(), HelloCodec.decode(HelloCodec.encode(hello())));
  }

  @Test
  void everyTruncationIsRejected() {
    byte[] bytes = HelloCodec.encode(hello());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(MalformedFrameException.class, () -> HelloCodec.decode(cut), "at " + length);
    }
  }

  @Test
  void trailingBytesAndUnknownVersionsAreRejected() {
    byte[] bytes = HelloCodec.encode(hello());
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(MalformedFrameException.class, () -> HelloCodec.decode(longer));
    bytes[2] = 2;
    assertThrows(MalformedFrameException.class, () -> HelloCodec.decode(bytes));
  }

  @Property(tries = 2_000)
  void aFlippedByteIsRejectedOrReadsAsAnotherHello(
      @ForAll @IntRange(max = 84) int at, @ForAll byte value) {
    byte[] bytes = HelloCodec.encode(hello());
    bytes[Math.min(at, bytes.length - 1)] = value;
    readOrReject(bytes);
  }

  @Property(tries = 2_000)
  void noiseIsRejected(@ForAll @Size(max = 200) byte[] bytes) {
    readOrReject(bytes);
  }

  @Test
  void aCountBeyondTheEndIsRejectedBeforeAnythingIsAllocated() {
    byte[] bytes = HelloCodec.encode(hello());
    int countAt = bytes.length - 22 - 2;
    assertEquals(1, bytes[countAt + 1]);
    bytes[countAt] = 3;
    MalformedFrameException e =
        assertThrows(MalformedFrameException.class, () -> HelloCodec.decode(bytes));
    assertTrue(String.valueOf(e.getMessage()).contains("count"), e.getMessage());
  }

  /** Either way it ends without any other exception; what was read is written back as it was. */
  private static void readOrReject(byte[] bytes) {
    try {
      assertArrayEquals(bytes, HelloCodec.encode(HelloCodec.decode(bytes)));
    } catch (MalformedFrameException e) {
      assertTrue(e.getMessage() != null);
    }
  }
}
