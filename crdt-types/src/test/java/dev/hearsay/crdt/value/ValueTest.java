package dev.hearsay.crdt.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ValueTest {
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  static byte[] bytesOf(Value value) {
    ByteWriter out = new ByteWriter();
    ValueFormat.write(out, value);
    return out.toByteArray();
  }

  static Value valueOf(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Value value = ValueFormat.read(in);
    in.end();
    return value;
  }

  private static void golden(String hex, Value value) {
    assertEquals(hex, HexFormat.of().formatHex(bytesOf(value)));
    assertEquals(value, valueOf(HexFormat.of().parseHex(hex)));
  }

  @Test
  void theBytesOfEachKindNeverChange() {
    golden("00", Value.Null.NULL);
    golden("01", Value.of(false));
    golden("02", Value.of(true));
    golden("0300", Value.of(0));
    golden("0301", Value.of(-1));
    golden("0302", Value.of(1));
    golden("03d804", Value.of(300));
    golden("03feffffffffffffffff01", Value.of(Long.MAX_VALUE));
    golden("03ffffffffffffffffff01", Value.of(Long.MIN_VALUE));
    golden("043ff8000000000000", Value.of(1.5));
    golden("048000000000000000", Value.of(-0.0));
    golden("047ff8000000000000", Value.of(Double.NaN));
    golden("0500", Value.of(""));
    golden("0506ceb1f09f8e89", Value.of("α🎉"));
    golden("060200ff", Value.of(new byte[] {0, -1}));
    golden("0702030200", Value.of(List.of(Value.of(1), Value.Null.NULL)));
    golden(
        "08020161020162 01".replace(" ", ""),
        Value.of(Map.of("b", Value.of(false), "a", Value.of(true))));
    golden("0909008000000000000000", Value.of(BigInteger.ONE.shiftLeft(63)));
    golden(
        "0909ff7fffffffffffffff",
        Value.of(BigInteger.ONE.shiftLeft(63).negate().subtract(BigInteger.ONE)));
    golden(
        "09107fffffffffffffffffffffffffffffff",
        Value.of(BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE)));
  }

  @Test
  void bytesThatAreNotCanonicalAreRejected() {
    for (String hex :
        List.of(
            "0a", // no such kind
            "ff",
            "038000", // a number in two bytes that fits one
            "03ffffffffffffffffff02", // 65 bits
            "047ff8000000000001", // another not-a-number
            "04fff8000000000000",
            "0501ff", // not UTF-8
            "0503eda080", // half a surrogate pair
            "0502c080", // a zero in two bytes
            "08020162010161 02".replace(" ", ""), // keys out of order
            "08020161010161 02".replace(" ", ""), // a key twice
            "09080000000000000001", // fits 64 bits
            "0909007fffffffffffffff", // fits 64 bits
            "090a00008000000000000000", // a byte too many
            "09110080000000000000000000000000000000", // 129 bits
            "0300" + "00")) { // more than one value
      assertThrows(
          RejectedException.class, () -> valueOf(HexFormat.of().parseHex(hex)), "accepted " + hex);
    }
  }

  @Test
  void nestingIsBoundedBothWays() {
    Value deepest = Value.of(1);
    for (int i = 0; i < ValueFormat.DEPTH_MAX; i++) {
      deepest = Value.of(List.of(deepest));
    }
    assertEquals(deepest, valueOf(bytesOf(deepest)));
    Value tooDeep = Value.of(List.of(deepest));
    assertEquals(
        RejectedException.Reason.LIMIT_EXCEEDED,
        assertThrows(RejectedException.class, () -> bytesOf(tooDeep)).reason());
    byte[] hostile = new byte[200_000];
    for (int i = 0; i < hostile.length; i += 2) {
      hostile[i] = 7;
      hostile[i + 1] = 1;
    }
    assertThrows(RejectedException.class, () -> valueOf(hostile));
  }

  @Test
  void integersAreCanonicalWhateverTheyWereMadeFrom() {
    assertEquals(Value.of(7), Value.of(BigInteger.valueOf(7)));
    assertEquals(Value.of(Long.MIN_VALUE), Value.of(BigInteger.valueOf(Long.MIN_VALUE)));
    assertThrows(RejectedException.class, () -> new Value.BigInt(BigInteger.TEN));
    assertThrows(RejectedException.class, () -> Value.of(TWO_64.shiftLeft(64)));
    assertNotEquals(Value.of(1), Value.of(1.0));
  }

  @Test
  void allNotANumbersAreOneAndZeroesAreTwo() {
    double odd = Double.longBitsToDouble(0xfff0_0000_0000_0001L);
    assertTrue(Double.isNaN(odd));
    assertEquals(Value.of(Double.NaN), Value.of(odd));
    assertEquals(Value.of(Double.NaN).hashCode(), Value.of(odd).hashCode());
    assertNotEquals(Value.of(0.0), Value.of(-0.0));
  }

  @Test
  void halfASurrogatePairIsNoText() {
    for (String half :
        List.of("\ud83c", "a\ud83c", "\ude89", "\ude89\ud83c", "\ud83c\ud83c\ude89")) {
      assertThrows(RejectedException.class, () -> Value.of(half));
      assertThrows(RejectedException.class, () -> Value.of(Map.of(half, Value.of(1))));
    }
    assertEquals(Value.of("\ud83c\udf89"), Value.of("🎉"));
  }

  @Test
  void valuesDoNotChangeWithWhatTheyWereMadeFrom() {
    byte[] bytes = {1};
    Value.Bytes value = (Value.Bytes) Value.of(bytes);
    bytes[0] = 2;
    value.toByteArray()[0] = 3;
    assertEquals(Value.of(new byte[] {1}), value);
    Map<String, Value> entries = new HashMap<>(Map.of("a", Value.of(1)));
    Value map = Value.of(entries);
    entries.clear();
    assertEquals(Value.of(Map.of("a", Value.of(1))), map);
  }

  @Provide
  Arbitrary<Value> values() {
    return Arbitraries.lazyOf(
        () -> Arbitraries.of(Value.Null.NULL, Value.of(true), Value.of(false)),
        () -> Arbitraries.longs().map(Value::of),
        () -> Arbitraries.integers().between(-2, 2).map(i -> Value.of((long) i)),
        () -> Arbitraries.doubles().map(Value::of),
        () -> Arbitraries.of("", "a", "ab", "é", "\uffff", "🎉").map(Value::of),
        () -> Arbitraries.bytes().array(byte[].class).ofMaxSize(3).map(Value::of),
        () ->
            Arbitraries.bigIntegers()
                .between(
                    TWO_64.negate(), TWO_64.multiply(TWO_64).shiftRight(1).subtract(BigInteger.ONE))
                .map(Value::of),
        () -> values().list().ofMaxSize(3).map(Value::of),
        () ->
            Arbitraries.maps(Arbitraries.of("", "a", "b", "\uffff", "🎉"), values())
                .ofMaxSize(3)
                .map(Value::of));
  }

  @Property
  void valuesAreEqualExactlyIfTheirBytesAre(@ForAll("values") Value a, @ForAll("values") Value b) {
    assertEquals(a.equals(b), Arrays.equals(bytesOf(a), bytesOf(b)));
    Value again = valueOf(bytesOf(a));
    assertEquals(a, again);
    assertEquals(a.hashCode(), again.hashCode());
  }

  @Property
  void everyPrefixOfAValueIsRejected(@ForAll("values") Value value) {
    byte[] bytes = bytesOf(value);
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThrows(RejectedException.class, () -> valueOf(prefix));
    }
  }

  @Property
  void whatDecodesEncodesToTheSameBytes(@ForAll byte[] bytes) {
    try {
      assertTrue(Arrays.equals(bytes, bytesOf(valueOf(bytes))));
    } catch (RejectedException e) {
      assertEquals(RejectedException.Reason.MALFORMED, e.reason());
    }
  }

  /** {@link String#compareTo} puts U+FFFF above the emoji, whose UTF-8 bytes are higher. */
  @Test
  void mapsAreInOrderOfCodePoints() {
    Value.Mapping map =
        (Value.Mapping)
            Value.of(Map.of("🎉", Value.of(1), "\uffff", Value.of(2), "z", Value.of(3)));
    assertEquals(List.of("z", "\uffff", "🎉"), new ArrayList<>(map.entries().keySet()));
  }

  @Property
  void textIsOrderedAsItsBytesAre(@ForAll("texts") String a, @ForAll("texts") String b) {
    int byBytes =
        Arrays.compareUnsigned(
            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    assertEquals(Integer.signum(byBytes), Integer.signum(CodePointOrder.INSTANCE.compare(a, b)));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("a", "é", "\ud7ff", "\ue000", "\uffff", "𐀀", "🎉", "🎊", "\udbff\udfff")
        .list()
        .ofMaxSize(3)
        .map(parts -> String.join("", parts));
  }
}
