package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a real process at any instant of its writing, deleting and compacting, again and again on
 * one directory. Rounds: {@code -Dhearsay.kill.rounds}, seed: {@code -Dhearsay.kill.seed}.
 */
class KillTest {
  private static final int ENTITIES = 4;
  private static final int ROUNDS = Integer.getInteger("hearsay.kill.rounds", 50);
  private static final int KEPT = 150;

  @TempDir Path directory;
  private final Map<String, Long> acknowledged = new HashMap<>();
  private final Map<String, Long> deleted = new HashMap<>();

  @Test
  void whatWasAcknowledgedIsThereOnceAndInOrder() throws Exception {
    long seed = Long.getLong("hearsay.kill.seed", System.nanoTime());
    System.out.println(
        "KillTest: -Dhearsay.kill.rounds=" + ROUNDS + " -Dhearsay.kill.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 1; round <= ROUNDS; round++) {
      String at = "round " + round + " of -Dhearsay.kill.seed=" + seed;
      killWhileWriting(random);
      try (RawJournal journal =
          RawJournal.open(directory, Durability.ON_SYNC, LevelDbLogStore::open)) {
        for (int entity = 0; entity < ENTITIES; entity++) {
          check(journal, "entity-" + entity, at);
        }
        journal.checkIndexes(
            IntStream.range(0, ENTITIES).mapToObj(entity -> "entity-" + entity).toList());
      }
    }
    assertTrue(deleted.values().stream().allMatch(to -> to > 0) && deleted.size() == ENTITIES);
  }

  private void check(RawJournal journal, String id, String at) throws Exception {
    long highest = journal.highest(id);
    assertTrue(highest >= acknowledged.getOrDefault(id, 0L), at);
    List<Long> found = journal.recover(id);
    long first = found.isEmpty() ? 1 : found.get(0);
    assertEquals(LongStream.rangeClosed(first, highest).boxed().toList(), found, at);
    // A deletion that was not acknowledged may have happened; never one that was not asked for.
    assertTrue(first > deleted.getOrDefault(id, 0L), at);
    assertTrue(first == 1 || first <= highest - KEPT + 1, at);
    acknowledged.put(id, highest);
  }

  private void killWhileWriting(SplittableRandom random) throws Exception {
    try (ChildJvm child = ChildJvm.start(Writer.class, directory.toString())) {
      int lines = random.nextInt(1, 1_500);
      String line = child.readLine();
      for (int i = 0; i < lines && line != null; i++) {
        note(line);
        line = child.readLine();
      }
      if (line == null) {
        throw new AssertionError("the writer ended by itself");
      }
      child.kill();
      for (; line != null; line = child.readLine()) {
        note(line);
      }
    }
  }

  private void note(String line) {
    String[] words = line.split(" ", -1);
    if (words.length == 4 && words[3].equals(".")) { // else cut off
      Map<String, Long> noted = words[0].equals("ack") ? acknowledged : deleted;
      noted.merge(words[1], Long.valueOf(words[2]), Math::max);
    }
  }

  /** Writes on and on, deletes what is old, and prints what was acknowledged. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      RawJournal journal =
          RawJournal.open(Path.of(args[0]), Durability.ON_SYNC, LevelDbLogStore::open);
      for (int i = 0; i < ENTITIES; i++) {
        String id = "entity-" + i;
        long last = journal.highest(id);
        new Thread(() -> write(journal, id, last)).start();
      }
    }

    private static void write(RawJournal journal, String id, long from) {
      long last = from;
      for (int writes = 1; ; writes++) {
        int count = 1 + (int) (last % 3);
        journal.append(id, last + 1, count);
        last += count;
        say("ack " + id + " " + last);
        if (writes % 40 == 0 && last > KEPT) {
          journal.delete(id, last - KEPT);
          say("del " + id + " " + (last - KEPT));
        }
      }
    }

    private static void say(String line) {
      synchronized (System.out) {
        System.out.println(line + " .");
        System.out.flush();
      }
    }
  }
}
