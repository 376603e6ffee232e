package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpaceEventTest {
  private static SpaceEvent event(long seed) {
    Random random = new Random(seed);
    Changes a = new Changes(1 + random.nextInt(100));
    Changes b = new Changes(101 + random.nextInt(100));
    b.adds("b", 1 + random.nextInt(3));
    byte[] diff = DiffFormat.encode(b.state().diff(VersionVector.EMPTY));
    return new SpaceEvent(
        List.of(
            new SpaceEvent.Applied(a.add("x" + seed)),
            new SpaceEvent.Joined(DiffFormat.decode(diff), new EncodedDiff(diff)),
            new SpaceEvent.Applied(a.add("y")),
            SpaceEvent.Rested.of(a.state())));
  }

  @Property(tries = 50)
  void whatIsReadIsWhatWasWritten(@ForAll long seed) {
    byte[] bytes = event(seed).encode();
    SpaceEvent read = SpaceEvent.decode(bytes);
    assertArrayEquals(bytes, read.encode());
    SpaceCore core = new SpaceCore(new ReplicaId(1000), SpaceLimits.DEFAULT);
    assertEquals(0, core.replay(read));
    assertEquals(event(seed).parts().size(), read.parts().size());
  }

  @Property(tries = 20)
  void aDamagedEventIsRejected(@ForAll long seed) {
    byte[] bytes = event(seed).encode();
    Random random = new Random(seed);
    for (int at = 0; at < bytes.length; at++) {
      byte[] prefix = Arrays.copyOf(bytes, at);
      assertThrows(RejectedException.class, () -> SpaceEvent.decode(prefix));
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      assertThrows(
          RejectedException.class,
          () -> SpaceEvent.decode(damaged),
          () -> HexFormat.of().formatHex(damaged));
    }
    assertThrows(
        RejectedException.class, () -> SpaceEvent.decode(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  @Property(tries = 200)
  void noiseIsRejected(@ForAll byte[] noise) {
    byte[] bytes = new ByteWriter().u8(1).raw(noise).toByteArray();
    if (noise.length == 1 && noise[0] == 0) {
      return; // an event without parts, which is one
    }
    assertThrows(RejectedException.class, () -> SpaceEvent.decode(bytes));
  }

  @Test
  void aNewerVersionAndAnUnknownPartAreNotMisread() {
    for (byte[] newer :
        List.of(
            new byte[] {2, 0}, new ByteWriter().u8(1).varint(1).u8(3).varint(0).toByteArray())) {
      RejectedException refused =
          assertThrows(RejectedException.class, () -> SpaceEvent.decode(newer));
      assertEquals(RejectedException.Reason.UNKNOWN_VERSION, refused.reason());
    }
  }

  @Test
  void theBytesOfARestAreTheOnesWrittenDown() {
    SpaceEvent.Rested rest =
        new SpaceEvent.Rested(
            VersionVector.EMPTY.with(new ReplicaId(7), 5), new Digest(1, 2), new HybridTime(3));
    byte[] event = new SpaceEvent(List.of(rest)).encode();
    String body = "01" + "0000000000000007" + "05" + "0000000000000001" + "0000000000000002";
    assertEquals(
        "0101" + "50" + "26" + "CRC" + body + "0000000000000003",
        HexFormat.of().formatHex(event).replaceFirst("(?<=^01015026).{8}", "CRC"));
    assertEquals(List.of(rest), SpaceEvent.decode(event).parts());
  }

  @Test
  void theBytesAreTheOnesWrittenDown() {
    byte[] change = new Changes(7).add("x").toByteArray();
    byte[] event =
        new SpaceEvent(List.of(new SpaceEvent.Applied(new Changes(7).add("x")))).encode();
    assertEquals(
        "0101"
            + "01"
            + HexFormat.of().toHexDigits((byte) change.length)
            + HexFormat.of().formatHex(change),
        HexFormat.of().formatHex(event));
  }
}
