package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.HexFormat;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DiffFormatTest {
  /** What {@link Sample} lacks after its first change; never edit: it is on people's disks. */
  static final String GOLDEN =
      "c201cbee95dd010102030405060708040201020304050607080400286ad0a5ccc155b7a1a2a3a4a5"
          + "a6a7a80902010203040506070804a1a2a3a4a5a6a7a8029fde2c24d9b5f3b5000000000003000005"
          + "0205636f756e740300a1a2a3a4a5a6a7a8a1a2a3a4a5a6a7a806000000000003000003626f6203d5"
          + "04010102030405060708a1a2a3a4a5a6a7a804000000000003000003626f6207020306030a01a1a2"
          + "a3a4a5a6a7a8a1a2a3a4a5a6a7a805000000000003000003626f620702030203d704010866696e64"
          + "696e6773010702030200a1a2a3a4a5a6a7a803000000000003000003626f620005086d6573736167"
          + "6573010000000000030000a1a2a3a4a5a6a7a809a1a2a3a4a5a6a7a809000000000003000003626f"
          + "62060201020404706c616e01050473746570a1a2a3a4a5a6a7a808000000000003000003626f6208"
          + "0104646f6e6502030773756d6d61727901a1a2a3a4a5a6a7a807000000000003000003626f620909"
          + "010000000000000000010102030405060708010301";

  private final Sample sample = new Sample();
  private final StateDiff diff = sample.afterThird.diff(sample.afterFirst.frontier());
  private final byte[] diffBytes = DiffFormat.encode(diff);
  private final byte[] stateBytes = DiffFormat.encode(sample.beforeThird);

  @Test
  void theBytesNeverChange() {
    assertEquals(GOLDEN, HexFormat.of().formatHex(diffBytes));
    StateDiff decoded = DiffFormat.decode(HexFormat.of().parseHex(GOLDEN));
    assertEquals(sample.afterThird.digest(), sample.afterFirst.join(decoded).digest());
  }

  @Test
  void decodingIsTheInverseOfEncoding() {
    assertArrayEquals(diffBytes, DiffFormat.encode(DiffFormat.decode(diffBytes)));
    assertArrayEquals(stateBytes, DiffFormat.encode(DiffFormat.decode(stateBytes)));
    SpaceState decoded = DiffFormat.decodeState(stateBytes);
    assertEquals(sample.beforeThird.digest(), decoded.digest());
    assertEquals(sample.afterThird.digest(), decoded.apply(sample.third).digest());
  }

  @Test
  void theEmptyStateIsAState() {
    SpaceState decoded = DiffFormat.decodeState(DiffFormat.encode(SpaceState.EMPTY));
    assertEquals(SpaceState.EMPTY.digest(), decoded.digest());
  }

  @Test
  void everyPrefixIsRejected() {
    Damage.everyPrefixIsRejected(diffBytes, DiffFormat::decode);
    Damage.everyPrefixIsRejected(stateBytes, DiffFormat::decode);
  }

  @Test
  void everyChangedByteIsRejected() {
    Damage.everyChangedByteIsRejected(diffBytes, DiffFormat::decode);
  }

  @Test
  void everyForgedByteIsRejectedOrMeansSomething() {
    Damage.everyForgedByteIsRejectedOrUsable(diffBytes, joinedTo(sample.afterFirst));
    Damage.everyForgedByteIsRejectedOrUsable(stateBytes, joinedTo(SpaceState.EMPTY));
    Damage.everyForgedByteIsRejectedOrUsable(stateBytes, joinedTo(sample.afterThird));
  }

  @Property(tries = 2_000)
  void anyBodyIsRejectedOrMeansSomething(@ForAll byte[] body) {
    Damage.rejectedOrUsable(
        Damage.framed(DiffFormat.KIND, DiffFormat.VERSION, body), joinedTo(SpaceState.EMPTY));
  }

  /** What decodes is a diff: it encodes to the same bytes, and joining it is all or nothing. */
  private static Consumer<byte[]> joinedTo(SpaceState state) {
    return forged -> {
      StateDiff decoded = DiffFormat.decode(forged);
      assertArrayEquals(forged, DiffFormat.encode(decoded));
      SpaceState joined = state.join(decoded);
      Sample.readAll(joined);
      assertEquals(joined.digest(), DiffFormat.decodeState(DiffFormat.encode(joined)).digest());
    };
  }

  @Test
  void hugeCountsAllocateNothing() {
    for (long count : new long[] {1 << 20, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1}) {
      byte[] body = new ByteWriter().varint(count).raw(new byte[100]).toByteArray();
      byte[] forged = Damage.framed(DiffFormat.KIND, DiffFormat.VERSION, body);
      Damage.rejectedOrUsable(forged, DiffFormat::decode);
      assertThrows(RejectedException.class, () -> DiffFormat.decode(forged));
    }
  }
}
