package dev.hearsay.persistence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.pekko.persistence.PersistentRepr;
import org.junit.jupiter.api.Test;

/** LevelDB's port in Java keeps the same contract, over the same files. */
class PortContractTest extends JournalContractTest {
  @Override
  String settings() {
    return "hearsay.journal.native = off";
  }

  @Test
  void whatOneBuildWroteTheOtherReadsAndContinues() {
    String[] modes = {"require", "off", "require", "off"};
    for (int i = 0; i < modes.length; i++) {
      try (TestSystem system =
          TestSystem.in(directory.resolve("both"), "hearsay.journal.native = " + modes[i])) {
        JournalClient journal = system.journal();
        assertEquals(100L * i, journal.replay("entity").events().size());
        journal.write("entity", 100L * i + 1, 100L * i + 100);
        assertEquals(100L * i + 100, journal.replay("entity").highestSequenceNr());
      }
    }
  }

  /** The port says of the tables that it compacts that they are longer than they are. */
  @Test
  void whatThePortCompactedIsOpenedByBoth() throws Exception {
    String small = "hearsay.journal.leveldb.write-buffer = 64 KiB\nhearsay.journal.native = ";
    Path journal = directory.resolve("compacted");
    try (TestSystem system = TestSystem.in(journal, small + "off")) {
      for (int i = 1; i <= 400; i++) {
        String payload = i + "x".repeat(10_000);
        JournalClient client = system.journal();
        String id = "entity-" + i % 4;
        PersistentRepr event = client.event(id, (i + 3) / 4, payload);
        JournalClient.expectWritten(client.send(JournalClient.atomic(event)), 1);
      }
    }
    Path store = journal.resolve("journal/leveldb");
    long wrong = 0;
    for (LevelDbManifest.Table table : LevelDbManifest.read(store).tables()) {
      wrong += PortTables.isOne(LevelDbManifest.file(store, table), table) ? 1 : 0;
    }
    assertTrue(wrong > 0, "nothing was compacted, or the port is mended");
    for (String mode : List.of("off", "require", "off", "require")) {
      try (TestSystem system = TestSystem.in(journal, small + mode)) {
        for (int i = 0; i < 4; i++) {
          assertEquals(100, system.journal().replay("entity-" + i).events().size(), mode);
        }
      }
    }
    try (OfflineJournal offline = OfflineJournal.open(journal.resolve("journal"))) {
      assertEquals(0, offline.verify(null, finding -> {}, n -> {}).findings());
    }
  }

  /** Its iterators only go forward. */
  @Test
  void stepsBackFromAnyPlace() throws IOException {
    JournalSettings settings =
        new JournalSettings(
            directory, 0, 1, 4, 100, 64 << 10, 1 << 20, Durability.ON_SYNC, NativeMode.OFF);
    SplittableRandom random = new SplittableRandom(5);
    TreeMap<byte[], byte[]> model = new TreeMap<>(java.util.Arrays::compareUnsigned);
    try (LogStore store = LevelDbLogStore.open(directory.resolve("store"), true, settings)) {
      for (int i = 0; i < 300; i++) {
        LogBatch batch = new LogBatch();
        byte[] key = key(random);
        model.put(key, Integer.toString(i).getBytes(US_ASCII));
        batch.put(key, Integer.toString(i).getBytes(US_ASCII));
        store.write(batch, false);
      }
      try (LogStore.Cursor cursor = store.cursor()) {
        for (int i = 0; i < 1_000; i++) {
          byte[] key = key(random);
          Map.Entry<byte[], byte[]> expected = model.lowerEntry(key);
          LogStore.Entry found = cursor.before(key);
          if (expected == null || found == null) {
            assertNull(found);
            assertNull(expected);
          } else {
            assertArrayEquals(expected.getKey(), found.key());
            assertArrayEquals(expected.getValue(), found.value());
          }
        }
      }
    }
  }

  /** Few letters, so that many keys are prefixes of others; between the bounds of the store. */
  private static byte[] key(SplittableRandom random) {
    byte[] key = new byte[random.nextInt(1, 7)];
    byte[] letters = {0, 1, 'a', (byte) 0x80, (byte) 0xFE, (byte) 0xFF};
    for (int i = 0; i < key.length; i++) {
      key[i] = letters[random.nextInt(i == 0 ? 1 : 0, i == 0 ? 5 : letters.length)];
    }
    return key;
  }
}
