package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.query.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Journals made of what another one holds; first of all of Pekko's own plugin, as it writes it. */
class OfflineImportTest {
  private static final String PEKKO = "pekko.persistence.journal.leveldb";

  @TempDir Path directory;
  private Path pekko;
  private Path imported;

  @BeforeEach
  void paths() {
    pekko = directory.resolve("pekko");
    imported = directory.resolve("journal");
  }

  private void writeWithPekko() {
    withPekko(
        client -> {
          for (int i = 1; i <= 300; i++) {
            write(client, "tagged", i, new Tagged("payload " + i, Set.of("all", "mod-" + i % 3)));
          }
          client.write("cut", 1, 10);
          client.delete("cut", 4);
          client.write("gone", 1, 5);
          client.delete("gone", 5);
          client.write("größer", 1, 2);
        });
  }

  private void withPekko(Consumer<JournalClient> writes) {
    String settings = PEKKO + " { dir = \"" + pekko + "\", native = on }";
    try (TestSystem system = TestSystem.in(directory.resolve("unused"), settings)) {
      writes.accept(
          new JournalClient(
              system.system(),
              Persistence.get(system.system()).journalFor(PEKKO, ConfigFactory.empty())));
    }
  }

  private static void write(JournalClient client, String id, long nr, Object payload) {
    JournalClient.expectWritten(
        client.send(JournalClient.atomic(client.event(id, nr, payload))), 1);
  }

  @ParameterizedTest
  @EnumSource(NativeMode.class)
  void aJournalOfPekkosPluginIsImportedWhollyAndLeftAsItWas(NativeMode mode) throws IOException {
    writeWithPekko();
    Map<String, String> before = DirectoryBytes.of(pekko);
    OfflineImport.Summary summary;
    try (OfflineImport into = OfflineImport.into(imported, false)) {
      into.readPekko(pekko, mode, into);
      summary = into.finish();
    }
    assertEquals(before, DirectoryBytes.of(pekko));
    assertEquals(new OfflineImport.Summary(4, 308, 0), summary);
    assertEquals(List.of(), leftovers());
    try (OfflineJournal offline = OfflineJournal.open(imported)) {
      assertEquals(0, offline.verify(null, finding -> {}, n -> {}).findings());
      offline.read(
          record -> {
            if (record instanceof OfflineRecord.Event event
                && event.persistenceId().equals("tagged")) {
              assertEquals(
                  Set.of("all", "mod-" + event.event().sequenceNr() % 3),
                  new TreeSet<>(event.event().tags()));
              assertTrue(event.event().timestampMillis() > 0);
            }
          },
          finding -> {});
    }
    try (TestSystem system = TestSystem.in(directory)) {
      JournalClient client = system.journal();
      assertEquals(300, client.replay("tagged").events().size());
      assertEquals("payload 300", client.replay("tagged").payloads().get(299));
      assertFalse(client.replay("tagged").events().get(0).writerUuid().isEmpty());
      assertEquals(List.of(5L, 6L, 7L, 8L, 9L, 10L), client.replay("cut").sequenceNrs());
      assertEquals(List.of(), client.replay("gone").sequenceNrs());
      assertEquals(5, client.replay("gone").highestSequenceNr());
      assertEquals(List.of("a-1", "a-2"), client.replay("größer").payloads());
      assertEquals(
          Set.of("tagged", "cut", "gone", "größer"),
          Set.copyOf(StreamProbe.all(system.system(), system.queries().currentPersistenceIds())));
      assertEquals(
          100,
          StreamProbe.all(
                  system.system(), system.queries().currentEventsByTag("mod-1", Offset.noOffset()))
              .size());
      client.write("gone", 6, 7);
      client.write("cut", 11, 11);
      assertEquals(List.of(6L, 7L), client.replay("gone").sequenceNrs());
    }
  }

  /** Pekko's plugin compresses its tables, with what LevelDB JNI brings along (Snappy). */
  @ParameterizedTest
  @EnumSource(NativeMode.class)
  void compressedTablesAreImportedToo(NativeMode mode) throws IOException {
    withPekko(
        client -> {
          for (int i = 1; i <= 300; i++) {
            write(client, "large", i, i + "x".repeat(40_000));
          }
        });
    long bytes = 0;
    try (Stream<Path> files = Files.list(pekko)) {
      for (Path table : files.filter(f -> f.toString().matches(".*\\.(sst|ldb)")).toList()) {
        bytes += Files.size(table);
      }
    }
    assertTrue(bytes > 0 && bytes < 4 << 20, "tables of 12 MB have " + bytes + " bytes");
    assertTrue(OfflineImport.isPekkoJournal(pekko));
    try (OfflineImport into = OfflineImport.into(imported, false)) {
      into.readPekko(pekko, mode, into);
      assertEquals(new OfflineImport.Summary(1, 300, 0), into.finish());
    }
    try (TestSystem system = TestSystem.in(directory)) {
      assertEquals(
          "300" + "x".repeat(40_000), system.journal().replay("large").payloads().get(299));
    }
  }

  @Test
  void anEventThatCannotBeStoredIsNamedAndNothingIsImported() throws IOException {
    Set<String> many = new TreeSet<>();
    for (int i = 0; i <= IndexFormat.TAGS_MAX; i++) {
      many.add("tag-" + i);
    }
    for (Set<String> tags : List.of(many, Set.of("t".repeat(IndexFormat.TAG_BYTES_MAX + 1)))) {
      pekko = directory.resolve("pekko-" + tags.size());
      withPekko(
          client -> {
            client.write("fine", 1, 3);
            write(client, "tagged", 1, new Tagged("payload", Set.of("one")));
            write(client, "tagged", 2, new Tagged("payload", tags));
          });
      try (OfflineImport into = OfflineImport.into(imported, false)) {
        StorageException refused =
            assertThrows(StorageException.class, () -> into.readPekko(pekko, into));
        assertTrue(
            refused.getMessage().startsWith("event 2 of entity \"tagged\" cannot be stored"),
            refused::getMessage);
        assertTrue(refused.getMessage().contains("at most"), refused::getMessage);
      }
      assertEquals(List.of(), leftovers());
      assertFalse(Files.exists(imported));
    }
  }

  @Test
  void ourPluginOffersToImportADirectoryOfPekkosAndLeavesItAsItWas() throws IOException {
    writeWithPekko();
    Map<String, String> before = DirectoryBytes.of(pekko);
    try (TestSystem system = TestSystem.in(directory, "hearsay.journal.durability = sync")) {
      assertTrue(Files.notExists(imported));
      JournalSettings settings =
          new JournalSettings(pekko, 0, 1 << 20, 4, 100, 1 << 20, 1 << 20, Durability.ON_SYNC);
      UnusableDirectoryException refused =
          assertThrows(
              UnusableDirectoryException.class,
              () -> EventLog.open(settings, LevelDbLogStore::open, null, system.metrics()));
      assertTrue(
          refused.getMessage().contains("./hearsay journal " + pekko + " import"),
          refused::getMessage);
    }
    assertEquals(before, DirectoryBytes.of(pekko));
  }

  /** LevelDB on a full disk would kill the process. */
  @Test
  void anImportWithoutRoomForItIsRefusedBeforeItBegins() throws IOException {
    writeWithPekko();
    Map<String, String> before = DirectoryBytes.of(pekko);
    try (OfflineImport into = OfflineImport.into(imported, false, () -> 65L << 20)) {
      assertThrows(FreeSpaceException.class, () -> into.readPekko(pekko, into));
    }
    try (OfflineImport into = OfflineImport.into(imported, false, () -> 64L << 20)) {
      into.record(new OfflineRecord.Deletion("gone", 5, 5, OfflineRecord.Place.NOWHERE));
      assertThrows(FreeSpaceException.class, into::finish);
    }
    assertEquals(before, DirectoryBytes.of(pekko));
    assertEquals(List.of(), leftovers());
    assertFalse(Files.exists(imported));
  }

  @Test
  void aForeignDirectoryIsNotImported() throws IOException {
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("CURRENT"), "MANIFEST-000001\n");
    try (OfflineImport into = OfflineImport.into(imported, false)) {
      assertThrows(UnusableDirectoryException.class, () -> into.readPekko(foreign, into));
    }
    assertEquals(List.of(), leftovers());
    assertFalse(Files.exists(imported));
  }

  @Test
  void aDamagedDirectoryOfPekkosIsNotImportedByHalves() throws IOException {
    writeWithPekko();
    try (Stream<Path> files = Files.list(pekko)) {
      Path log = files.filter(f -> f.toString().endsWith(".log")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(log);
      bytes[bytes.length / 2] ^= 1;
      Files.write(log, bytes);
    }
    try (OfflineImport into = OfflineImport.into(imported, false)) {
      assertThrows(StorageException.class, () -> into.readPekko(pekko, into));
    }
    assertFalse(Files.exists(imported));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void aDirectoryThatIsNotEmptyIsNotImportedInto() throws IOException {
    Files.createDirectory(imported);
    Files.writeString(imported.resolve("mine"), "x");
    assertThrows(UnusableDirectoryException.class, () -> OfflineImport.into(imported, false));
    assertEquals(Map.of("mine", "78"), DirectoryBytes.of(imported));
  }

  /** A hole must not be hidden by writing what is around it anew. */
  @Test
  void aHoleEndsTheImportOrTheEntity() throws IOException {
    for (boolean cutAtHoles : List.of(false, true)) {
      try (OfflineImport into = OfflineImport.into(imported, cutAtHoles)) {
        into.record(event("holed", 1, 0));
        into.record(event("holed", 2, 1));
        if (cutAtHoles) {
          into.record(event("holed", 4, 3));
          into.record(event("holed", 5, 4));
          into.record(event("whole", 1, 0));
          assertEquals(new OfflineImport.Summary(2, 3, 2), into.finish());
        } else {
          CorruptRecordException hole =
              assertThrows(CorruptRecordException.class, () -> into.record(event("holed", 4, 3)));
          assertEquals(3, hole.sequenceNr());
        }
      }
      assertEquals(cutAtHoles, Files.exists(imported));
      assertEquals(List.of(), leftovers());
    }
    try (TestSystem system = TestSystem.in(directory)) {
      assertEquals(List.of(1L, 2L), system.journal().replay("holed").sequenceNrs());
    }
  }

  @Test
  void eventsOutOfOrderEndTheImport() throws IOException {
    try (OfflineImport into = OfflineImport.into(imported, false)) {
      into.record(event("a", 2, 0));
      into.record(event("a", 2, 0));
      StorageException failed = assertThrows(StorageException.class, into::finish);
      assertInstanceOf(JournalFailedException.class, failed.getCause());
    }
    assertFalse(Files.exists(imported));
  }

  private static OfflineRecord.Event event(String id, long sequenceNr, long previous) {
    EventRecord event =
        new EventRecord(
            id, sequenceNr, "", "", 0, List.of(), new SerializedValue(4, "", new byte[3]), null);
    return new OfflineRecord.Event(event, previous, false, OfflineRecord.Place.NOWHERE);
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("importing"))
          .toList();
    }
  }
}
