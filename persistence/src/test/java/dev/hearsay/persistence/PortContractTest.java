package dev.hearsay.persistence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
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
