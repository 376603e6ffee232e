package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** The bytes of the journal's indexes: fixed by examples, checked by properties. */
class IndexFormatTest {
  @Test
  void theBytesOfAPlaceUnderATagAreThese() throws JournalFormat.MalformedException {
    byte[] key = IndexFormat.tagKey("t1", 9);
    assertEquals("30000274310000000000000009", hex(key));
    byte[] value = IndexFormat.encodePlace(key, "e|1", 2);
    assertEquals("b19d4e5c" + "0000000000000002" + "657c31", hex(value));
    assertEquals(new IndexFormat.Place("e|1", 2), IndexFormat.decodePlace(key, value));
    assertEquals(9, IndexFormat.ordinal(key));
  }

  @Test
  void theBytesOfAnEntityAreThese() throws JournalFormat.MalformedException {
    byte[] key = IndexFormat.entityKey(9);
    assertEquals("400000000000000009", hex(key));
    byte[] value = IndexFormat.encodeEntity(key, "e|1");
    assertEquals("d737edb7" + "657c31", hex(value));
    assertEquals("e|1", IndexFormat.decodeEntity(key, value));
  }

  @Test
  void theBytesOfTheHighestOrdinalAreThese() throws JournalFormat.MalformedException {
    assertEquals("50", hex(IndexFormat.highestKey()));
    IndexFormat.Highest highest = new IndexFormat.Highest(9, true);
    byte[] value = IndexFormat.encode(highest);
    assertEquals("2fba4b29" + "0000000000000009" + "01", hex(value));
    assertEquals(highest, IndexFormat.decodeHighest(value));
  }

  @Property(tries = 300)
  void oneFlippedBitInKeyOrValueIsNoticed(
      @ForAll @LongRange(min = 1) long ordinal, @ForAll @IntRange(min = 0) int position) {
    byte[] tag = IndexFormat.tagKey("tag", ordinal);
    byte[] place = IndexFormat.encodePlace(tag, "entity", 7);
    flip(tag, place, position);
    assertMalformed(() -> IndexFormat.decodePlace(tag, place));
    byte[] key = IndexFormat.entityKey(ordinal);
    byte[] entity = IndexFormat.encodeEntity(key, "entity");
    flip(key, entity, position);
    assertMalformed(() -> IndexFormat.decodeEntity(key, entity));
    byte[] highest = IndexFormat.encode(new IndexFormat.Highest(ordinal, false));
    flip(highest, new byte[0], position);
    assertMalformed(() -> IndexFormat.decodeHighest(highest));
  }

  @Property(tries = 300)
  void garbageIsMalformedAndNothingElse(@ForAll byte[] garbage) {
    byte[] key = IndexFormat.tagKey("tag", 1);
    assertMalformed(() -> IndexFormat.decodePlace(key, garbage));
    assertMalformed(() -> IndexFormat.decodeEntity(key, garbage));
    assertMalformed(() -> IndexFormat.decodeHighest(garbage));
  }

  @Property(tries = 300)
  void keysSortByTagAndThenByOrdinalBetweenEventsAndTheUpperBound(
      @ForAll @StringLength(max = 4) String tag,
      @ForAll @LongRange(min = 1) long x,
      @ForAll @LongRange(min = 1) long y) {
    if (tag.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
      return;
    }
    byte[] one = IndexFormat.tagKey(tag, x);
    byte[] other = IndexFormat.tagKey(tag, y);
    assertEquals(Long.signum(Long.compare(x, y)), Integer.signum(compare(one, other)));
    assertTrue(IndexFormat.sameIndex(one, other));
    assertTrue(!IndexFormat.sameIndex(one, IndexFormat.tagKey(tag + "x", x)));
    assertTrue(compare(JournalFormat.deletedKey("\uffff"), one) < 0);
    assertTrue(compare(one, IndexFormat.entityKey(1)) < 0);
    assertTrue(compare(IndexFormat.entityKey(x), IndexFormat.highestKey()) < 0);
  }

  @Test
  void tagsThatCannotBeStoredAreRefused() {
    assertRefused(List.of("x".repeat(1025)), "tag of 1025 bytes; at most 1024");
    assertRefused(List.of("\ud83d"), "half a surrogate pair");
    assertRefused(Collections.nCopies(257, "t"), "event with 257 tags; at most 256");
    IndexFormat.checkTags(Collections.nCopies(256, "x".repeat(1024)));
    IndexFormat.checkTags(List.of(""));
  }

  private static void assertRefused(List<String> tags, String reason) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> IndexFormat.checkTags(tags));
    assertTrue(refused.getMessage().contains(reason), refused::getMessage);
  }

  private static void assertMalformed(org.junit.jupiter.api.function.Executable decode) {
    assertThrows(JournalFormat.MalformedException.class, decode);
  }

  private static void flip(byte[] key, byte[] value, int position) {
    int bit = position % ((key.length + value.length) * 8);
    byte[] where = bit / 8 < key.length ? key : value;
    where[bit / 8 < key.length ? bit / 8 : bit / 8 - key.length] ^= (byte) (1 << (bit % 8));
  }

  private static int compare(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
