package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes and the names of snapshots. */
class SnapshotFormatTest {
  @TempDir Path directory;

  @Test
  void theBytesOfASnapshotAreThese() throws IOException {
    Path file = save(new byte[] {5, 6});
    assertEquals(
        "48534e4150534832" // magic
            + "0000000000000001" // the file's number
            + "0506" // the only chunk
            + "00000001"
            + "65" // persistence id
            + "0000000000000002" // sequence number
            + "0000000000000003" // timestamp
            + "00000004" // serializer
            + "00000001"
            + "6d" // its manifest
            + "00" // not parted
            + "00" // no metadata
            + "00000001" // one file:
            + "0000000000000001" // this one
            + "0000000000000012" // where its chunks end
            + "00000001" // one part:
            + "00000000" // its name
            + "0000000000000002" // its length
            + "00000001" // one chunk:
            + "c42522128b49193de8cd45d8f7589cd7e085e65f138640d57d4482e5f7189623"
            + "00000000" // in the first file
            + "0000000000000010" // there
            + "00000002" // its length
            + "00000078" // length of the manifest
            + "153f5154" // its checksum
            + "48534e4150454e44", // magic
        HexFormat.of().formatHex(Files.readAllBytes(file)));
  }

  @Test
  void whatAManifestCannotSayIsRefused() throws IOException {
    Path file = save(new byte[] {5, 6});
    byte[] whole = Files.readAllBytes(file);
    Map<Integer, String> places = new TreeMap<>();
    places.put(18, "more bytes"); // length of the persistence id
    places.put(50, "more packs");
    places.put(70, "more parts");
    places.put(86, "more chunks");
    places.put(122, "a chunk that cannot be"); // its pack
    places.put(126, "a chunk that cannot be"); // its offset
    places.put(134, "a chunk that cannot be"); // its length
    places.forEach(
        (at, reason) -> {
          byte[] forged = whole.clone();
          forged[at] = 0x7f;
          MalformedSnapshotException refusal =
              assertThrows(
                  MalformedSnapshotException.class,
                  () -> SnapshotFormat.manifest(Files.write(file, withChecksum(forged))));
          assertTrue(refusal.getMessage().contains(reason), () -> at + ": " + refusal);
        });
  }

  /** With the checksum of the manifest that is in it. */
  private static byte[] withChecksum(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int manifestBytes = bytes.getInt(file.length - 16);
    CRC32C crc = new CRC32C();
    crc.update(file, file.length - 16 - manifestBytes, manifestBytes);
    bytes.putInt(file.length - 12, (int) crc.getValue());
    return file;
  }

  private Path save(byte[] payload) throws IOException {
    try (SnapshotFiles files =
        SnapshotFiles.open(SnapshotSettings.in(directory), new PersistenceMetrics())) {
      files.save(
          new SnapshotManifest.Head("e", 2, 3, 4, "m", false, null),
          out -> out.part("").write(payload));
      return files.file("e", files.list("e").get(0));
    }
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
  void namesOfFilesAreReadBackAndSort(
      @ForAll("numbers") long nr, @ForAll long time, @ForAll("fileNumbers") long number) {
    long timestamp = time == Long.MIN_VALUE ? 0 : time;
    SnapshotFileName name = new SnapshotFileName(nr, timestamp, number);
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
  Arbitrary<Long> fileNumbers() {
    return Arbitraries.longs().between(1, 999_999_999_999_999_999L);
  }

  @Provide
  Arbitrary<Long> numbers() {
    return Arbitraries.longs().between(0, Long.MAX_VALUE);
  }
}
