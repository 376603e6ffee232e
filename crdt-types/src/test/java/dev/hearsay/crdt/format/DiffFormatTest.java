package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.DotSet;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DiffFormatTest {
  /** What {@link Sample} lacks after its first change; never edit: it is on people's disks. */
  static final String GOLDEN =
      "c2037c6cce73020102030405060708a1a2a3a4a5a6a7a804000012286ad0a5ccc155b79fde2c24d9"
          + "b5f3b50907000000000003000001000403070100050305010866696e64696e67730205636f756e74"
          + "030773756d6d6172790404706c616e05086d657373616765730103626f620e000001010000000200"
          + "0d0102070d0007020302000107020306030a020702030203d7040003d50409090100000000000000"
          + "00050473746570080104646f6e650206020102";

  /** The same in version 2, which journals and snapshots hold too. */
  static final String GOLDEN_2 = "c202325d5514" + GOLDEN.substring(12);

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
  void whatVersion2WroteIsStillRead() {
    StateDiff decoded = DiffFormat.decode(HexFormat.of().parseHex(GOLDEN_2));
    assertEquals(GOLDEN, HexFormat.of().formatHex(DiffFormat.encode(decoded)));
    assertEquals(sample.afterThird.digest(), sample.afterFirst.join(decoded).digest());
  }

  @Test
  void theHashAtTheBaseTravelsAndIsCompared() {
    StateDiff base = sample.afterThird.diff(sample.beforeThird.frontier());
    long hash = sample.second.hash();
    StateDiff known = base.withBaseHashes(new TreeMap<>(Map.of(Sample.A, hash)));
    StateDiff other = base.withBaseHashes(new TreeMap<>(Map.of(Sample.A, hash ^ 1)));
    byte[] bytes = DiffFormat.encode(known);
    assertEquals(DiffFormat.encode(base).length, bytes.length);
    assertEquals(known.baseHashes(), DiffFormat.decode(bytes).baseHashes());
    assertEquals(
        sample.afterThird.digest(), sample.beforeThird.join(DiffFormat.decode(bytes)).digest());
    RejectedException refused =
        assertThrows(
            RejectedException.class,
            () -> sample.beforeThird.join(DiffFormat.decode(DiffFormat.encode(other))));
    assertEquals(RejectedException.Reason.FORKED, refused.reason());
    Damage.everyForgedByteIsRejectedOrUsable(bytes, joinedTo(sample.beforeThird));
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

  /** No honest writer leaves so many; joining them takes a second, where it took many minutes. */
  @Test
  @Timeout(30)
  void siblingsWithoutEndAreJoinedInOneGo() {
    int count = 300_000;
    FieldKey register = new FieldKey("register", FieldType.LWW_REGISTER);
    List<KeyedAtom> atoms = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Atom atom = Atom.of(Sample.A, i, HybridTime.ofMillis(1), "ada", Value.of(true));
      atoms.add(new KeyedAtom(Value.Null.NULL, atom));
    }
    SortedMap<ReplicaId, ReplicaHead> heads =
        new TreeMap<>(Map.of(Sample.A, new ReplicaHead(count, VersionVector.EMPTY, 1)));
    byte[] bytes =
        DiffFormat.encode(
            new StateDiff(
                VersionVector.EMPTY,
                heads,
                HybridTime.ofMillis(1),
                List.of(new FieldAtoms(register, atoms)),
                DotSet.EMPTY));
    SpaceState joined = DiffFormat.decodeState(bytes);
    assertEquals(count, LwwRegister.siblings(joined.field(register)).size());
    assertArrayEquals(bytes, DiffFormat.encode(joined));
  }
}
