package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of a transfer in the journal. */
class TransferEventTest {
  private static SpaceEvent event() {
    Changes writer = new Changes(2);
    writer.adds("x", 5);
    OutgoingState state = new OutgoingState(writer.state(), VersionVector.EMPTY);
    byte[] piece = state.read(0, 1).get(0).bytes();
    return new SpaceEvent(
        List.of(
            new SpaceEvent.Begun(
                3, true, 5, DiffFormat.decode(state.head()), new EncodedDiff(state.head())),
            new SpaceEvent.Staged(3, DiffFormat.decode(piece), new EncodedDiff(piece)),
            new SpaceEvent.Committed(3)));
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    byte[] bytes = event().encode();
    assertArrayEquals(bytes, SpaceEvent.decode(bytes).encode());
    SpaceEvent.Begun begun = (SpaceEvent.Begun) SpaceEvent.decode(bytes).parts().get(0);
    assertEquals(
        List.of(3L, true, 5L), List.of(begun.transfer(), begun.resumes(), begun.elements()));
  }

  @Test
  void everyPrefixIsRefused() {
    byte[] bytes = event().encode();
    for (int at = 0; at < bytes.length; at++) {
      byte[] prefix = Arrays.copyOf(bytes, at);
      assertThrows(RejectedException.class, () -> SpaceEvent.decode(prefix));
    }
  }

  @Test
  void theBytesAreTheOnesWrittenDown() {
    SpaceEvent commit = new SpaceEvent(List.of(new SpaceEvent.Committed(0x0102030405060708L)));
    assertEquals("0101" + "3408" + "0102030405060708", HexFormat.of().formatHex(commit.encode()));
    String begins = HexFormat.of().formatHex(event().encode()).substring(4, 28);
    // Kind, length, name, goes on, elements, and the head's kind.
    assertEquals("32", begins.substring(0, 2));
    assertEquals("0000000000000003" + "01" + "05", begins.substring(4));
  }
}
