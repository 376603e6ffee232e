package dev.hearsay.crdt.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Texts are checked and copied in words of eight bytes: none may slip through between them. */
class TextTest {
  private static final int LENGTH_MAX = 40;

  @Test
  void oneByteThatIsNotUtf8IsFoundWhereverItIs() {
    for (int length = 1; length <= LENGTH_MAX; length++) {
      for (int at = 0; at < length; at++) {
        byte[] utf8 = "a".repeat(length).getBytes(StandardCharsets.UTF_8);
        utf8[at] = (byte) 0xff;
        byte[] text = new ByteWriter().bytes(utf8).toByteArray();
        assertThrows(RejectedException.class, () -> new ByteReader(text).text());
        byte[] value = new ByteWriter().u8(5).bytes(utf8).toByteArray();
        assertThrows(RejectedException.class, () -> ValueTest.valueOf(value));
      }
    }
  }

  @Test
  void whatStandsBehindATextDoesNotMatter() {
    byte[] bytes = new ByteWriter().text("abc").raw(new byte[] {-1, -1, -1, -1, -1}).toByteArray();
    assertEquals("abc", new ByteReader(bytes).text());
  }

  @Test
  void everyTextComesBack() {
    for (int length = 0; length <= 300; length++) {
      for (String end : new String[] {"", "z", "é", "ß中", "🎉"}) {
        String text = "x".repeat(length) + end;
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        byte[] written = new ByteWriter().text(text).toByteArray();
        assertArrayEquals(new ByteWriter().bytes(expected).toByteArray(), written);
        assertEquals(text, new ByteReader(written).text());
        Value value = Value.of(text);
        assertEquals(value, ValueTest.valueOf(ValueTest.bytesOf(value)));
        assertEquals(text, ((Value.Text) value).value());
      }
    }
  }

  @Test
  void theHashIsTheSameInEveryRun() {
    assertEquals(0xe8d0a834, new Value.Text("carts/α").hashCode());
    assertEquals(0, new Value.Text("").hashCode());
  }

  /** Names that count up differ in few bits, and the map takes five bits of the hash a level. */
  @Test
  void countedNamesSpreadOverEveryFiveBits() {
    for (int shift = 0; shift < 30; shift += 5) {
      Map<Integer, Integer> counts = new HashMap<>();
      for (int i = 0; i < 3_200; i++) {
        counts.merge(new Value.Text("item-" + i).hashCode() >>> shift & 31, 1, Integer::sum);
      }
      assertEquals(32, counts.size());
      counts.values().forEach(count -> assertTrue(count > 50 && count < 150, counts.toString()));
    }
  }
}
