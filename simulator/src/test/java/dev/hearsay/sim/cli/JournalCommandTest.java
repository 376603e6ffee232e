package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.persistence.DirectoryLock;
import dev.hearsay.persistence.EventRecord;
import dev.hearsay.persistence.OfflineImport;
import dev.hearsay.persistence.OfflineRecord;
import dev.hearsay.persistence.SerializedValue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hearsay journal}: what it prints, and with which exit status it ends. */
class JournalCommandTest {

  @TempDir private Path directory;
  private Path journal;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void fill() throws IOException {
    journal = directory.resolve("journal");
    try (OfflineImport into = OfflineImport.into(journal, false)) {
      into.record(new OfflineRecord.Deletion("b", 7, 7, OfflineRecord.Place.NOWHERE));
      for (int i = 1; i <= 20; i++) {
        into.record(event("a", i, i - 1));
      }
      into.record(event("large", 1, 0, new byte[4 << 20])); // what follows is another batch
      into.record(event("b", 8, 7));
      into.finish();
    }
  }

  private static OfflineRecord.Event event(String id, long sequenceNr, long previous) {
    return event(
        id, sequenceNr, previous, ("payload " + sequenceNr).getBytes(StandardCharsets.UTF_8));
  }

  private static OfflineRecord.Event event(
      String id, long sequenceNr, long previous, byte[] payload) {
    return new OfflineRecord.Event(
        new EventRecord(
            id,
            sequenceNr,
            "adapter",
            "writer",
            1_700_000_000_000L,
            List.of("tag"),
            new SerializedValue(4, "manifest", payload),
            new SerializedValue(20, "", new byte[] {1})),
        previous,
        false,
        OfflineRecord.Place.NOWHERE);
  }

  @Test
  void aSoundJournal() throws IOException {
    assertEquals(ExitStatus.OK, run("journal", journal.toString()));
    assertTrue(out.toString().contains("22 events of 3 entities, 0 snapshots: sound"), text());
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "verify", "--json"));
    JsonNode summary = lines().get(0);
    assertEquals(22, summary.path("events").asInt());
    assertTrue(summary.path("sound").asBoolean());
  }

  @Test
  void aDamagedJournal() throws IOException {
    Path log = log();
    byte[] bytes = Files.readAllBytes(log);
    int at = indexOf(bytes, "payload 3");
    bytes[at] ^= 1;
    Files.write(log, bytes);
    assertEquals(ExitStatus.FAILED, run("journal", journal.toString(), "verify", "--json"));
    JsonNode damage = lines().get(0);
    assertEquals("leveldb/" + log.getFileName(), damage.path("file").asText());
    assertTrue(damage.path("offset").asLong() <= at, text());
    assertEquals(ExitStatus.FAILED, run("journal", journal.toString()));
    assertTrue(out.toString().contains("leveldb/" + log.getFileName() + " at "), text());
    assertEquals(ExitStatus.FAILED, run("journal", journal.toString(), "stats"));
    assertEquals(ExitStatus.FAILED, run("journal", journal.toString(), "dump"));
    assertEquals(ExitStatus.FAILED, run("journal", journal.toString(), "export"));
    assertTrue(err.toString().contains("leveldb/" + log.getFileName()), text());
    assertEquals(ExitStatus.FAILED, run("journal", journal.toString(), "repair", "--yes"));
    assertTrue(err.toString().contains("import --cut-at-holes"), text());
    assertArrayEquals(bytes, Files.readAllBytes(log));
  }

  @Test
  void aDumpShowsWhereEachRecordLies() throws IOException {
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "dump", "--entity", "b"));
    List<JsonNode> lines = lines();
    assertEquals(2, lines.size(), text());
    assertEquals("deletion", lines.get(0).path("type").asText());
    JsonNode event = lines.get(1);
    assertEquals(8, event.path("seqNr").asInt());
    assertEquals("tag", event.path("tags").get(0).asText());
    assertEquals(4, event.path("serializer").asInt());
    assertEquals("2023-11-14T22:13:20Z", event.path("time").asText());
    assertEquals(8, event.path("crc32c").asText().length());
    assertTrue(event.path("file").asText().startsWith("leveldb/"), text());
  }

  @Test
  void statsCount() throws IOException {
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "stats", "--json"));
    JsonNode stats = lines().get(0);
    assertEquals(3, stats.path("entities").asInt());
    assertEquals("large", stats.path("top").get(0).path("persistenceId").asText());
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "stats"));
    assertTrue(out.toString().contains("20 events  1 to 20  a"), text());
  }

  @Test
  void whatIsExportedIsImportedAsItWas() throws IOException {
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "export"));
    Path export = Files.writeString(directory.resolve("export"), out.toString());
    String again = directory.resolve("again").toString();
    assertEquals(ExitStatus.OK, run("journal", export.toString(), "import", "--to", again));
    assertTrue(out.toString().contains("22 events of 3 entities are in " + again), text());
    assertEquals(ExitStatus.OK, run("journal", again, "export"));
    assertEquals(Files.readString(export), out.toString());
    assertEquals(ExitStatus.OK, run("journal", again, "verify"));
    assertEquals(ExitStatus.BAD_INPUT, run("journal", export.toString(), "import", "--to", again));
    assertTrue(err.toString().contains("not empty"), text());
  }

  @Test
  void anExportThatIsCutOffIsNotImported() throws IOException {
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "export"));
    String whole = out.toString();
    for (String cut :
        List.of(
            whole.substring(0, whole.length() / 2), whole.substring(0, whole.lastIndexOf("{")))) {
      Path export = Files.writeString(directory.resolve("export"), cut);
      Path target = directory.resolve("target");
      assertEquals(
          ExitStatus.BAD_INPUT,
          run("journal", export.toString(), "import", "--to", target.toString()));
      assertFalse(Files.exists(target));
    }
  }

  @Test
  void aTornTailIsCutOnlyWithConsent() throws IOException {
    Path log = log();
    byte[] bytes = Files.readAllBytes(log);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    byte[] torn = Arrays.copyOf(Arrays.copyOf(bytes, end), end + 20);
    Arrays.fill(torn, end, end + 20, (byte) 9);
    Files.write(log, torn);
    assertEquals(ExitStatus.FAILED, run("journal", journal.toString()));
    assertTrue(out.toString().contains("torn tail, which repair cuts"), text());
    assertEquals(ExitStatus.BAD_INPUT, run("journal", journal.toString(), "repair"));
    assertTrue(err.toString().contains("nothing was cut"), text());
    assertArrayEquals(torn, Files.readAllBytes(log));
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "repair", "--yes"));
    assertTrue(out.toString().contains(".torn"), text());
    assertEquals(ExitStatus.OK, run("journal", journal.toString()));
    assertEquals(ExitStatus.OK, run("journal", journal.toString(), "repair"));
    assertTrue(out.toString().contains("nothing to cut"), text());
  }

  @Test
  void aJournalThatIsOpenNamesItsHolder() {
    try (DirectoryLock held = DirectoryLock.acquire(journal, "the node")) {
      assertEquals(ExitStatus.BAD_INPUT, run("journal", held.directory().toString()));
      assertTrue(err.toString().contains("process " + ProcessHandle.current().pid()), this::text);
    }
  }

  private Path log() throws IOException {
    try (Stream<Path> files = Files.list(journal.resolve("leveldb"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .sorted()
          .reduce((first, second) -> second)
          .orElseThrow();
    }
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private String text() {
    return out + "\n" + err;
  }

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
