package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The bytes and the names of snapshots. */
class SnapshotFormatTest {
  @Test
  void theBytesOfASnapshotAreThese() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotFormat.write(
        new SnapshotFormat.Stored("e", 2, 3, new SerializedValue(4, "m", new byte[] {5, 6}), null),
        out);
    assertEquals(
        "48534e4150534854" // magic
            + "00000027" // length of the header
            + "f52efc48"
            + "00000001"
            + "65" // persistence id
            + "0000000000000002" // sequence number
            + "0000000000000003" // timestamp
            + "00000004" // serializer
            + "00000001"
            + "6d" // its manifest
            + "00" // no metadata
            + "0000000000000002" // length of the payload
            + "0506" // payload
            + "56c639a6",
        HexFormat.of().formatHex(out.toByteArray()));
  }

  @Test
  void namesOfEntitiesAreSafeAndReadable() {
    assertEquals("space%7csession-42", SnapshotFileName.directory("space|session-42"));
    assertEquals("%2e%2e%2fetc%2fpasswd", SnapshotFileName.directory("../etc/passwd"));
    assertEquals("%41", SnapshotFileName.directory("A"));
    assertEquals("%c3%a4%00", SnapshotFileName.directory("ä\0"));
    assertTrue(SnapshotFileName.directory("x".repeat(500)).length() <= 200);
    assertNotEquals(
        SnapshotFileName.directory("x".repeat(500)), SnapshotFileName.directory("x".repeat(501)));
  }

  @Property(tries = 500)
  void differentEntitiesNeverShareADirectory(@ForAll("ids") String a, @ForAll("ids") String b) {
    String one = SnapshotFileName.directory(a);
    String other = SnapshotFileName.directory(b);
    assertEquals(a.equals(b), one.equalsIgnoreCase(other));
    assertEquals(one, one.toLowerCase(Locale.ROOT));
    assertTrue(one.matches("[a-z0-9_%~-]{1,200}"), one);
  }

  @Property(tries = 300)
  void namesOfFilesAreReadBackAndSort(@ForAll("numbers") long nr, @ForAll long time) {
    long timestamp = time == Long.MIN_VALUE ? 0 : time;
    SnapshotFileName name = new SnapshotFileName(nr, timestamp);
    assertEquals(Optional.of(name), SnapshotFileName.parse(name.toString()));
  }

  @Property(tries = 300)
  void whatIsNoNameIsNotParsed(@ForAll String garbage) {
    Optional<SnapshotFileName> parsed = SnapshotFileName.parse(garbage);
    assertTrue(parsed.isEmpty() || parsed.get().toString().equals(garbage));
  }

  @Provide
  Arbitrary<String> ids() {
    return Arbitraries.oneOf(
        Arbitraries.strings().withChars("aA%~/.|é").ofMaxLength(3),
        Arbitraries.strings().withChars("aA").ofMinLength(170).ofMaxLength(185));
  }

  @Provide
  Arbitrary<Long> numbers() {
    return Arbitraries.longs().between(0, Long.MAX_VALUE);
  }
}
