package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal looked at while nobody has it open: what is whole, what is damaged, where. */
class OfflineJournalTest {
  /** So small that most events are in tables. */
  private static final String SMALL_BUFFER = "hearsay.journal.leveldb.write-buffer = 64 KiB";

  @TempDir Path directory;
  private Path journal;

  @BeforeEach
  void fill() {
    journal = directory.resolve("journal");
    try (TestSystem system = TestSystem.in(directory, SMALL_BUFFER)) {
      JournalClient client = system.journal();
      for (int i = 1; i <= 60; i++) {
        Object payload = i % 2 == 0 ? "x".repeat(4_000) : new Tagged("t-" + i, Set.of("odd"));
        JournalClient.expectWritten(
            client.send(AtomicWrite.apply(client.event("large", i, payload))), 1);
      }
      client.write("a", 1, 40);
      client.write("b", 1, 3);
      client.delete("a", 20);
      client.delete("b", 3);
    }
  }

  @Test
  void aSoundJournalHasNoFindingsAndLooksTheSameToPekko() throws IOException {
    List<Finding> findings = new ArrayList<>();
    JournalCheck.Summary summary = verify(findings);
    assertEquals(List.of(), findings);
    assertEquals(3, summary.entities());
    assertEquals(80, read().stream().filter(event -> !event.isDeleted()).count());
    try (TestSystem system = TestSystem.in(directory)) {
      JournalClient client = system.journal();
      List<Object> payloads = client.replay("large").payloads();
      assertEquals(60, payloads.size());
      assertEquals("t-59", payloads.get(58));
      assertEquals(3, client.replay("b").highestSequenceNr());
    }
    assertTrue(Files.exists(table()), "some of it is in tables");
  }

  @Test
  void lookingChangesNothing() throws IOException {
    Map<String, String> before = DirectoryBytes.of(journal.resolve("leveldb"));
    verify(new ArrayList<>());
    read();
    try (OfflineJournal offline = OfflineJournal.open(journal)) {
      JournalStats stats = offline.stats(null, 1, finding -> {}, n -> {});
      assertEquals(80, stats.events());
      assertEquals(3, stats.entities());
      assertEquals("large", stats.top().get(0).persistenceId());
      assertTrue(stats.largest().bytes() > 4_000);
      assertEquals(List.of(), offline.tornTails());
    }
    assertEquals(before, DirectoryBytes.of(journal.resolve("leveldb")));
  }

  /** Every byte of a table that matters is under a checksum, and the events it held are named. */
  @Test
  void damageInATableIsFoundAndNamed() throws IOException {
    Path table = table();
    byte[] bytes = Files.readAllBytes(table);
    int events = 0;
    for (int at = 0; at < bytes.length - 48; at += 997) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Files.write(table, damaged);
      List<Finding> findings = new ArrayList<>();
      verify(findings);
      int offset = at;
      Finding block =
          findings.stream()
              .filter(finding -> finding.file().equals("leveldb/" + table.getFileName()))
              .findFirst()
              .orElseThrow(() -> new AssertionError("byte " + offset + ": " + findings));
      assertTrue(block.offset() <= at, block::toString);
      boolean named =
          findings.stream().anyMatch(f -> f.persistenceId().equals("large") && f.sequenceNr() > 0);
      events += named ? 1 : 0;
      assertTrue(named || !block.problem().contains("between"), findings::toString);
    }
    assertTrue(events > 50, "but for the blocks of indexes, all of them: " + events);
  }

  @Test
  void aMissingOrShortTableIsFoundAndNamed() throws IOException {
    Path table = table();
    byte[] bytes = Files.readAllBytes(table);
    Files.write(table, Arrays.copyOf(bytes, bytes.length / 2));
    assertFalse(findings().isEmpty());
    Files.delete(table);
    Finding missing = findings().get(0);
    assertEquals("leveldb/" + table.getFileName(), missing.file());
    assertTrue(missing.problem().contains("missing"), missing::toString);
  }

  @Test
  void aLostManifestIsFoundAndTheEventsAreReadAllTheSame() throws IOException {
    Files.delete(journal.resolve("leveldb/CURRENT"));
    List<Finding> findings = findings();
    assertEquals(1, findings.size(), findings::toString);
    assertTrue(findings.get(0).problem().contains("CURRENT is missing"), findings::toString);
    assertEquals(80, read().stream().filter(event -> !event.isDeleted()).count());
  }

  @Test
  void aTornTailIsFoundAndCutAndKept() throws IOException {
    Path log = log();
    byte[] bytes = Files.readAllBytes(log);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    byte[] torn = Arrays.copyOf(Arrays.copyOf(bytes, end), end + 40);
    Arrays.fill(torn, end, end + 40, (byte) 7);
    Files.write(log, torn);
    List<Finding> findings = findings();
    assertEquals(1, findings.size(), findings::toString);
    assertTrue(findings.get(0).isTornTail());
    try (OfflineJournal offline = OfflineJournal.open(journal)) {
      assertEquals(1, offline.tornTails().size());
      assertEquals(end + 40, Files.size(log), "looking cuts nothing");
      OfflineJournal.Cut cut = offline.cutTornTails().get(0);
      byte[] kept = Files.readAllBytes(journal.resolve(cut.kept()));
      assertEquals(cut.keptBytes(), kept.length);
      assertEquals(7, kept[kept.length - 1]);
      assertEquals(List.of(), offline.tornTails());
    }
    assertEquals(List.of(), findings());
  }

  @Test
  void damageBeforeTheEndOfALogIsFoundAndNotCut() throws IOException {
    try (TestSystem system = TestSystem.in(directory)) {
      system.journal().write("a", 41, 45); // a log of several records
    }
    Path log = log();
    byte[] bytes = Files.readAllBytes(log);
    bytes[20] ^= 1;
    Files.write(log, bytes);
    List<Finding> findings = findings();
    assertEquals("leveldb/" + log.getFileName(), findings.get(0).file());
    assertEquals(0, findings.get(0).offset());
    try (OfflineJournal offline = OfflineJournal.open(journal)) {
      assertThrows(UnusableDirectoryException.class, offline::cutTornTails);
    }
    assertTrue(Arrays.equals(bytes, Files.readAllBytes(log)));
  }

  /** Damage that LevelDB's own checksums cannot see: what it stored was wrong already. */
  @Test
  void recordsThatDoNotAgreeAreFoundAndNamed() throws IOException {
    change(
        (store, batch) -> {
          batch.delete(JournalFormat.eventKey("a", 30));
          byte[] value = store.get(JournalFormat.eventKey("a", 35));
          assertNotNull(value);
          value[value.length - 1] ^= 1;
          batch.put(JournalFormat.eventKey("a", 35), value);
          batch.delete(JournalFormat.eventKey("b", 3)); // the purge may have come to it, or not
          byte[] key = JournalFormat.deletedKey("b");
          batch.put(key, JournalFormat.encode(key, new JournalFormat.Deleted(2, 3, 2)));
          batch.put(JournalFormat.deletedKey("c"), new byte[28]);
          batch.put(new byte[] {0x77}, new byte[1]);
          batch.put(IndexFormat.highestKey(), new byte[13]);
        });
    List<Finding> findings = new ArrayList<>();
    assertEquals(1, verify(findings).others());
    List<String> named =
        findings.stream().map(f -> f.persistenceId() + " " + f.sequenceNr()).sorted().toList();
    assertEquals(List.of(" 0", "a 30", "a 35", "a 35", "b 3", "c 0"), named, findings::toString);
  }

  @Test
  void indexesThatDoNotAgreeWithTheEventsAreFoundAndMadeAnewByAnImport() throws Exception {
    change(
        (store, batch) -> {
          batch.delete(IndexFormat.tagKey("odd", ordinal(store, 3)));
          byte[] another = IndexFormat.tagKey("odd", 1_000);
          batch.put(another, IndexFormat.encodePlace(another, "large", 6));
          byte[] moved = IndexFormat.tagKey("odd", ordinal(store, 9));
          batch.put(moved, IndexFormat.encodePlace(moved, "large", 8));
          byte[] twice = IndexFormat.entityKey(1_001);
          batch.put(twice, IndexFormat.encodeEntity(twice, "b"));
          byte[] nobody = IndexFormat.entityKey(1_002);
          batch.put(nobody, IndexFormat.encodeEntity(nobody, "nobody"));
          batch.delete(IndexFormat.entityKey(ordinal(store, 1)));
        });
    List<Finding> findings = findings();
    assertEquals(
        List.of(" 0", "b 0", "large 0", "large 3", "large 6", "large 8", "large 9", "nobody 0"),
        findings.stream().map(f -> f.persistenceId() + " " + f.sequenceNr()).sorted().toList(),
        findings::toString);
    assertTrue(findings.stream().allMatch(f -> f.problem().contains("import")));
    assertEquals(findings.size(), findings().size(), "and looking changes nothing");
    Path anew = directory.resolve("anew/journal");
    try (OfflineImport into = OfflineImport.into(anew, false);
        OfflineJournal offline = OfflineJournal.open(journal)) {
      offline.read(into, finding -> {});
      into.finish();
    }
    try (OfflineJournal offline = OfflineJournal.open(anew)) {
      List<Finding> left = new ArrayList<>();
      offline.verify(null, left::add, n -> {});
      assertEquals(List.of(), left);
    }
    try (TestSystem system = TestSystem.in(directory.resolve("anew"))) {
      assertEquals(
          30,
          StreamProbe.all(
                  system.system(), system.queries().currentEventsByTag("odd", Offset.noOffset()))
              .size());
    }
  }

  /** Of an event of "large". */
  private static long ordinal(LogStore store, long sequenceNr) throws IOException {
    byte[] key = JournalFormat.eventKey("large", sequenceNr);
    byte[] value = store.get(key);
    assertNotNull(value);
    try {
      return JournalFormat.decode("large", key, value).ordinal();
    } catch (JournalFormat.MalformedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void damagedSnapshotsAreFoundAndWhatCannotRecoverIsNamed() throws IOException {
    try (TestSystem system = TestSystem.in(directory)) {
      system.snapshots().save(SnapshotMetadata.apply("a", 20, 1), "state");
      system.snapshots().save(SnapshotMetadata.apply("large", 10, 1), "state");
    }
    assertEquals(List.of(), findings());
    try (Stream<Path> files = Files.walk(directory.resolve("snapshots"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".snapshot")).toList()) {
        Files.write(file, new byte[100]);
      }
    }
    List<String> named =
        findings().stream().map(f -> f.persistenceId() + " " + f.sequenceNr()).sorted().toList();
    assertEquals(List.of("a 0", "a 20", "large 10"), named);
  }

  @Test
  void aJournalThatIsOpenIsNotLookedAt() {
    try (TestSystem system = TestSystem.in(directory)) {
      system.journal().replay("a");
      DirectoryInUseException refused =
          assertThrows(DirectoryInUseException.class, () -> OfflineJournal.open(journal));
      assertEquals(ProcessHandle.current().pid(), refused.holderPid());
    }
  }

  @Test
  void whatIsNoJournalIsRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThrows(UnusableDirectoryException.class, () -> OfflineJournal.open(empty));
    Path missing = directory.resolve("missing");
    assertThrows(UnusableDirectoryException.class, () -> OfflineJournal.open(missing));
    assertFalse(Files.exists(missing));
    assertEquals(Map.of(), DirectoryBytes.of(empty));
  }

  private interface Changes {
    void change(LogStore store, LogBatch batch) throws IOException;
  }

  private void change(Changes changes) throws IOException {
    JournalSettings settings =
        new JournalSettings(journal, 0, 1, 4, 100, 1 << 20, 1 << 20, Durability.ON_SYNC);
    try (LogStore store = LevelDbLogStore.open(journal, false, settings)) {
      LogBatch batch = new LogBatch();
      changes.change(store, batch);
      store.write(batch, true);
    }
  }

  private List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    verify(findings);
    return findings;
  }

  private JournalCheck.Summary verify(List<Finding> findings) throws IOException {
    try (OfflineJournal offline = OfflineJournal.open(journal)) {
      JournalCheck.Summary summary =
          offline.verify(directory.resolve("snapshots"), findings::add, n -> {});
      assertEquals(findings.size(), summary.findings());
      return summary;
    }
  }

  private List<OfflineRecord.Event> read() throws IOException {
    List<OfflineRecord.Event> events = new ArrayList<>();
    try (OfflineJournal offline = OfflineJournal.open(journal)) {
      offline.read(
          record -> {
            if (record instanceof OfflineRecord.Event event) {
              events.add(event);
            }
          },
          finding -> {});
    }
    return events;
  }

  private Path table() throws IOException {
    return file("[0-9]+\\.(sst|ldb)");
  }

  private Path log() throws IOException {
    return file("[0-9]+\\.log");
  }

  private Path file(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(journal.resolve("leveldb"))) {
      return files
          .filter(file -> file.getFileName().toString().matches(pattern))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }
}
