package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The bytes of the journal: fixed by examples, checked by properties. */
class JournalFormatTest {
  private static final EventRecord EXAMPLE =
      new EventRecord(
          "e|1",
          2,
          "em",
          "01234567-89ab-cdef-0123-456789abcdef",
          1_700_000_000_000L,
          List.of("t1", "t2"),
          new SerializedValue(42, "m", new byte[] {1, 2, 3}),
          new SerializedValue(7, "", new byte[] {9}));

  @Test
  void theBytesOfAnEventAreThese() throws JournalFormat.MalformedException {
    byte[] key = JournalFormat.eventKey("e|1", 2);
    assertEquals("100003657c310000000000000002", hex(key));
    byte[] value = JournalFormat.encode(EXAMPLE);
    JournalFormat.seal(key, value, 1, 9);
    assertEquals(
        "90736559" // crc32c
            + "0000000000000001" // previous
            + "07" // flags
            + "0000018bcfe56800" // timestamp
            + "0000000000000009" // ordinal
            + "0123456789abcdef0123456789abcdef" // writer
            + "0000002a" // serializer
            + "016d" // its manifest
            + "02656d" // the event's manifest
            + "02"
            + "027431"
            + "027432" // tags
            + "00000007"
            + "00"
            + "0109" // metadata
            + "010203", // payload
        hex(value));
    assertEquals(
        hex(value), hex(sealed(key, EXAMPLE, JournalFormat.decode("e|1", key, value).previous())));
  }

  @Test
  void theBytesOfADeletionAreThese() throws JournalFormat.MalformedException {
    byte[] key = JournalFormat.deletedKey("e|1");
    assertEquals("200003657c31", hex(key));
    JournalFormat.Deleted deleted = new JournalFormat.Deleted(3, 5, 2);
    byte[] value = JournalFormat.encode(key, deleted);
    assertEquals(
        "61cf6361" + "0000000000000003" + "0000000000000005" + "0000000000000002", hex(value));
    assertEquals(deleted, JournalFormat.decodeDeleted(key, value));
    assertEquals("e|1", JournalFormat.deletedKeyId(key));
  }

  @Property(tries = 300)
  void whatIsWrittenIsRead(@ForAll("events") EventRecord event, @ForAll long previous)
      throws JournalFormat.MalformedException {
    byte[] key = JournalFormat.eventKey(event.persistenceId(), event.sequenceNr());
    JournalFormat.Stored stored =
        JournalFormat.decode(event.persistenceId(), key, sealed(key, event, previous));
    assertEquals(previous, stored.previous());
    assertEquals(event.tags().isEmpty() ? 0 : 9, stored.ordinal());
    assertSame(event, stored.event());
  }

  @Property(tries = 300)
  void oneFlippedBitInKeyOrValueIsNoticed(
      @ForAll("events") EventRecord event, @ForAll @IntRange(min = 0) int position) {
    byte[] key = JournalFormat.eventKey(event.persistenceId(), event.sequenceNr());
    byte[] value = sealed(key, event, 0);
    int bit = position % ((key.length + value.length) * 8);
    byte[] where = bit / 8 < key.length ? key : value;
    where[bit / 8 < key.length ? bit / 8 : bit / 8 - key.length] ^= (byte) (1 << (bit % 8));
    assertThrows(
        JournalFormat.MalformedException.class,
        () -> JournalFormat.decode(event.persistenceId(), key, value));
  }

  @Property(tries = 300)
  void garbageIsMalformedAndNothingElse(@ForAll byte[] garbage, @ForAll boolean withChecksum) {
    byte[] key = JournalFormat.eventKey("e", 1);
    byte[] value = garbage.length < 12 ? Arrays.copyOf(garbage, 12) : garbage;
    if (withChecksum) {
      ByteBuffer.wrap(value).putInt(0, JournalFormat.crc(key, value));
    }
    try {
      JournalFormat.decode("e", key, value);
    } catch (JournalFormat.MalformedException e) {
      assertTrue(!e.getMessage().isEmpty());
    }
  }

  @Property(tries = 300)
  void keysSortByEntityAndThenBySequenceNumber(
      @ForAll("ids") String a,
      @ForAll("ids") String b,
      @ForAll("sequenceNrs") long x,
      @ForAll("sequenceNrs") long y) {
    byte[] one = JournalFormat.eventKey(a, x);
    byte[] other = JournalFormat.eventKey(a, y);
    assertEquals(
        Long.signum(Long.compare(x, y)), Integer.signum(Arrays.compareUnsigned(one, other)));
    assertEquals(a.equals(b), JournalFormat.sameEntity(one, JournalFormat.eventKey(b, y)));
    assertTrue(Arrays.compareUnsigned(one, JournalFormat.deletedKey(b)) < 0);
    assertEquals(x, JournalFormat.sequenceNr(one));
  }

  @Test
  void anIdThatUtf8CannotHoldIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> JournalFormat.eventKey("\ud83d", 1));
    assertThrows(
        IllegalArgumentException.class, () -> JournalFormat.eventKey("x".repeat(70_000), 1));
  }

  @Provide
  Arbitrary<String> ids() {
    return Arbitraries.strings().withChars("ab|é\0").ofMaxLength(4);
  }

  @Provide
  Arbitrary<Long> sequenceNrs() {
    return Arbitraries.longs().between(1, Long.MAX_VALUE);
  }

  @Provide
  Arbitrary<EventRecord> events() {
    Arbitrary<String> text = Arbitraries.strings().alpha().ofMaxLength(200);
    Arbitrary<SerializedValue> values =
        Combinators.combine(
                Arbitraries.integers(),
                text,
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
            .as(SerializedValue::new);
    return Combinators.combine(
            ids(),
            sequenceNrs(),
            text,
            Arbitraries.oneOf(
                text,
                Arbitraries.create(() -> "01234567-89ab-cdef-0123-456789abcdef"),
                Arbitraries.just("01234567-89AB-CDEF-0123-456789ABCDEF"),
                Arbitraries.just("1-1-1-1-1")),
            Arbitraries.longs(),
            text.list().ofMaxSize(3),
            values,
            values.injectNull(0.5))
        .as(EventRecord::new);
  }

  private static void assertSame(EventRecord expected, EventRecord actual) {
    assertEquals(expected.persistenceId(), actual.persistenceId());
    assertEquals(expected.sequenceNr(), actual.sequenceNr());
    assertEquals(expected.manifest(), actual.manifest());
    assertEquals(expected.writerUuid(), actual.writerUuid());
    assertEquals(expected.timestampMillis(), actual.timestampMillis());
    assertEquals(expected.tags(), actual.tags());
    assertSame(expected.payload(), actual.payload());
    SerializedValue metadata = expected.metadata();
    SerializedValue other = actual.metadata();
    assertEquals(metadata == null, other == null);
    if (metadata != null && other != null) {
      assertSame(metadata, other);
    }
  }

  private static void assertSame(SerializedValue expected, SerializedValue actual) {
    assertEquals(expected.serializerId(), actual.serializerId());
    assertEquals(expected.manifest(), actual.manifest());
    assertArrayEquals(expected.bytes(), actual.bytes());
  }

  private static byte[] sealed(byte[] key, EventRecord event, long previous) {
    byte[] value = JournalFormat.encode(event);
    JournalFormat.seal(key, value, previous, 9);
    return value;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
