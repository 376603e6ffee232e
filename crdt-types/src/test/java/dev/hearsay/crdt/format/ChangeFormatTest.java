package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChangeFormatTest {
  /** Of the third change of {@link Sample}; never edit: what stands here is on people's disks. */
  static final String GOLDEN =
      "c1013e27374aa1a2a3a4a5a6a7a803000000000003000003626f62b5a5c84c21a647ed0101020304"
          + "05060708000601000866696e64696e677302020502ceb10101010107020302000101036f6c640002"
          + "0005636f756e740301010107020306030a0101000702030203d70403000003d50401000203000773"
          + "756d6d61727901030909010000000000000000010001040004706c616e0101050473746570080104"
          + "646f6e65020500086d657373616765730202000000000001000001040101040106020102";

  private final Sample sample = new Sample();
  private final byte[] bytes = sample.third.toByteArray();

  @Test
  void theBytesNeverChange() {
    assertEquals(GOLDEN, HexFormat.of().formatHex(bytes));
  }

  @Test
  void decodingIsTheInverseOfEncoding() {
    for (EncodedChange change : new EncodedChange[] {sample.first, sample.second, sample.third}) {
      EncodedChange decoded = ChangeFormat.decode(change.toByteArray());
      assertEquals(change.change(), decoded.change());
      assertEquals(change.hash(), decoded.hash());
    }
  }

  @Test
  void everyPrefixIsRejected() {
    Damage.everyPrefixIsRejected(bytes, ChangeFormat::decode);
  }

  @Test
  void everyChangedByteIsRejected() {
    Damage.everyChangedByteIsRejected(bytes, ChangeFormat::decode);
  }

  @Test
  void everyForgedByteIsRejectedOrMeansSomething() {
    Damage.everyForgedByteIsRejectedOrUsable(bytes, this::use);
  }

  @Property(tries = 2_000)
  void anyBodyIsRejectedOrMeansSomething(@ForAll byte[] body) {
    Damage.rejectedOrUsable(
        Damage.framed(ChangeFormat.KIND, ChangeFormat.VERSION, body), this::use);
  }

  /** What decodes is a change: it encodes to itself, and applying it is all or nothing. */
  private void use(byte[] forged) {
    EncodedChange decoded = ChangeFormat.decode(forged);
    Change again =
        ChangeFormat.decode(ChangeFormat.encode(decoded.change()).toByteArray()).change();
    assertEquals(decoded.change(), again);
    Sample.readAll(sample.beforeThird.apply(decoded));
  }

  @Test
  void unknownPartsAreSkippedIfEvenAndRefusedIfOdd() {
    byte[] even = Damage.resealed(plus(bytes, 4, 2, 9, 9));
    assertEquals(sample.third.change(), ChangeFormat.decode(even).change());
    assertArrayEquals(even, ChangeFormat.decode(even).toByteArray());
    byte[] odd = Damage.resealed(plus(bytes, 5, 2, 9, 9));
    RejectedException refused =
        assertThrows(RejectedException.class, () -> ChangeFormat.decode(odd));
    assertEquals(Reason.UNKNOWN_VERSION, refused.reason());
  }

  @Test
  void anotherVersionIsNamedAsSuch() {
    byte[] next = bytes.clone();
    next[1]++;
    RejectedException refused =
        assertThrows(RejectedException.class, () -> ChangeFormat.decode(Damage.resealed(next)));
    assertEquals(Reason.UNKNOWN_VERSION, refused.reason());
  }

  @Test
  void hugeCountsAllocateNothing() {
    for (long count : new long[] {1 << 20, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1}) {
      ByteWriter body = new ByteWriter();
      body.fixed64(1).varint(1).fixed64(1).text("ada").fixed64(0).varint(0).varint(0);
      body.varint(count).raw(new byte[100]);
      byte[] forged = Damage.framed(ChangeFormat.KIND, ChangeFormat.VERSION, body.toByteArray());
      Damage.rejectedOrUsable(forged, ChangeFormat::decode);
      assertThrows(RejectedException.class, () -> ChangeFormat.decode(forged));
    }
  }

  @Test
  void aChangeBeyondTheLimitIsRefusedBothWays() {
    Draft draft = new Draft(SpaceState.EMPTY, Sample.A, HybridTime.ofMillis(1), "ada");
    LwwRegister.set(
        draft.field(new FieldKey("large", FieldType.LWW_REGISTER)),
        Value.of(new byte[ChangeFormat.CHANGE_BYTES_MAX]));
    Change large = draft.toChange();
    assertEquals(
        Reason.LIMIT_EXCEEDED,
        assertThrows(RejectedException.class, () -> ChangeFormat.encode(large)).reason());
    byte[] bytesTooMany = new byte[ChangeFormat.CHANGE_BYTES_MAX + 1];
    assertEquals(
        Reason.LIMIT_EXCEEDED,
        assertThrows(RejectedException.class, () -> ChangeFormat.decode(bytesTooMany)).reason());
  }

  private static byte[] plus(byte[] bytes, int... more) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
    for (int i = 0; i < more.length; i++) {
      longer[bytes.length + i] = (byte) more[i];
    }
    return longer;
  }
}
