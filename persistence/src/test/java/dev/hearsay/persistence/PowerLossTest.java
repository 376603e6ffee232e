package dev.hearsay.persistence;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the power below LevelDB, at any write. Writes: {@code -Dhearsay.power.writes}, seed: {@code
 * -Dhearsay.power.seed}.
 */
class PowerLossTest {
  private static final int WRITES = Integer.getInteger("hearsay.power.writes", 400);
  private static final long SEED = Long.getLong("hearsay.power.seed", System.nanoTime());
  private static final int ENTITIES = 3;
  private static final Duration INTERVAL = Duration.ofMillis(5);

  /** A thread may come late on a machine that is busy with more than this test; one loss in ten. */
  private static final Duration LATE = Duration.ofMillis(100);

  /** What a journal could do wrong. */
  enum Fault {
    ACKNOWLEDGES_BEFORE_THE_WRITE,
    SKIPS_THE_FSYNC,
    WRITES_IN_ANOTHER_ORDER,
    INDEXES_AFTER_THE_EVENTS,
    DOES_NOT_FORCE_NAMES,
    FORCES_NOTHING
  }

  private record Write(String id, long first, int count) {}

  @TempDir Path directory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<Write> writes = new ArrayList<>();
  private int acknowledged;
  private int forced;
  private int looks;
  private int images;
  private int refused;

  /** When writes were acknowledged. */
  private final List<Long> acknowledgedAt = new ArrayList<>();

  /** Cuts that could take something acknowledged, and those of them that took what was too old. */
  private int losses;

  private int late;

  @Test
  void whatSyncAcknowledgedIsThereOnceAndInOrder() {
    run(Durability.ON_SYNC, null);
    assertTrue(images >= WRITES / 4, "looked at " + images);
    assertTrue(refused == 0);
  }

  /** A prefix of what was written; or the start is refused. */
  @Test
  void whatOsAcknowledgedIsAPrefixOrTheDamageIsFound() {
    run(new Durability(Durability.Mode.OS, Duration.ZERO), null);
    assertTrue(images - refused > 10, images + " images, " + refused + " refused");
  }

  /** As with {@code os}; and all that was written before the last force began is in it. */
  @Test
  void whatIntervalAcknowledgedIsAPrefixThatLacksTheLastIntervalAtMost() {
    run(new Durability(Durability.Mode.INTERVAL, INTERVAL), null);
    assertTrue(images - refused > 10, images + " images, " + refused + " refused");
    assertTrue(losses > 0, "nothing was ever at risk");
    assertTrue(late <= losses / 10, late + " of " + losses + " losses were too old");
  }

  @Test
  void anIntervalThatIsNotKeptIsFound() {
    run(new Durability(Durability.Mode.INTERVAL, INTERVAL), Fault.FORCES_NOTHING);
    assertTrue(late > losses / 10, late + " of " + losses + " losses were too old");
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "FORCES_NOTHING")
  void aFaultIsFound(Fault fault) {
    Throwable found = assertThrows(Throwable.class, () -> run(Durability.ON_SYNC, fault));
    assertTrue(isVerdict(found), () -> fault + ": " + found);
  }

  private static boolean isVerdict(@Nullable Throwable found) {
    if (found == null) {
      return false;
    }
    return found instanceof CorruptRecordException
        || found instanceof UnusableDirectoryException
        || (found instanceof AssertionError && found.getCause() == null)
        || isVerdict(found.getCause());
  }

  private void run(Durability durability, @Nullable Fault fault) {
    System.out.println(
        "PowerLossTest: -Dhearsay.power.writes=" + WRITES + " -Dhearsay.power.seed=" + SEED);
    LogStore.Opener opener =
        (path, isNew, settings) -> {
          LogStore store =
              PowerLoss.open(
                  path,
                  isNew,
                  settings,
                  fault != Fault.DOES_NOT_FORCE_NAMES,
                  disk -> look(disk, durability));
          return fault == null ? store : new Planted(store, fault);
        };
    try (RawJournal journal = RawJournal.open(directory.resolve("journal"), durability, opener)) {
      long[] last = new long[ENTITIES];
      for (int i = 0; i < WRITES; i++) {
        int entity = random.nextInt(ENTITIES);
        Write write = new Write("entity-" + entity, last[entity] + 1, random.nextInt(1, 4));
        writes.add(write);
        journal.append(write.id(), write.first(), write.count());
        last[entity] += write.count();
        acknowledged = writes.size();
        acknowledgedAt.add(System.nanoTime());
        if (durability.syncsEveryWrite()) {
          forced = acknowledged;
        }
      }
    }
  }

  /** Called within a write, when it is done and not yet acknowledged. */
  private void look(PowerLoss.Images disk, Durability durability) throws Exception {
    looks++;
    if (!durability.syncsEveryWrite()) {
      forced = Math.max(0, writes.size() - disk.unforced());
    }
    if (forced < acknowledged) {
      losses++;
      long old = System.nanoTime() - acknowledgedAt.get(forced);
      Duration allowed = INTERVAL.plus(LATE).plusNanos(2 * disk.longestForceNanos());
      late += old > allowed.toNanos() ? 1 : 0;
    }
    if (looks % 3 != 0) {
      return;
    }
    for (int i = 0; i < 2; i++) {
      Path image = Files.createTempDirectory(directory, "image");
      disk.write(image, random);
      images++;
      check(image, durability);
      delete(image);
    }
  }

  private void check(Path image, Durability durability) throws Exception {
    String at = "after write " + acknowledged + " of -Dhearsay.power.seed=" + SEED;
    try (RawJournal journal = RawJournal.open(image, Durability.ON_SYNC, LevelDbLogStore::open)) {
      List<List<Long>> found = new ArrayList<>();
      for (int i = 0; i < ENTITIES; i++) {
        found.add(journal.recover("entity-" + i));
      }
      journal.checkIndexes(
          IntStream.range(0, ENTITIES).mapToObj(entity -> "entity-" + entity).toList());
      int at0 = prefix(found);
      assertTrue(at0 >= forced, () -> at + ": " + forced + " writes were forced, there are " + at0);
    } catch (UnusableDirectoryException | CorruptRecordException e) {
      refused++;
      if (durability.syncsEveryWrite()) {
        throw new AssertionError(at, e);
      }
    }
  }

  /** How many writes there are, of which none is missing, halved, doubled or out of order. */
  private int prefix(List<List<Long>> found) {
    for (int count = writes.size(); count >= 0; count--) {
      long[] last = new long[ENTITIES];
      for (Write write : writes.subList(0, count)) {
        last[write.id().charAt(write.id().length() - 1) - '0'] = write.first() + write.count() - 1;
      }
      boolean same = true;
      for (int i = 0; i < ENTITIES; i++) {
        same &= found.get(i).equals(LongStream.rangeClosed(1, last[i]).boxed().toList());
      }
      if (same) {
        return count;
      }
    }
    throw new AssertionError("no prefix of what was written: " + found);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A store that does something wrong. */
  private static final class Planted extends ForwardingStore {
    private final Fault fault;
    private @Nullable LogBatch held;

    Planted(LogStore store, Fault fault) {
      super(store);
      this.fault = fault;
    }

    @Override
    public void write(LogBatch batch, boolean sync) throws IOException {
      switch (fault) {
        case ACKNOWLEDGES_BEFORE_THE_WRITE -> {
          LogBatch earlier = held;
          held = batch;
          if (earlier != null) {
            store.write(earlier, sync);
          }
        }
        case SKIPS_THE_FSYNC -> store.write(batch, false);
        case WRITES_IN_ANOTHER_ORDER -> {
          for (int i = batch.size() - 1; i >= 0; i--) {
            LogBatch one = new LogBatch();
            byte[] value = batch.value(i);
            if (value == null) {
              one.delete(batch.key(i));
            } else {
              one.put(batch.key(i), value);
            }
            store.write(one, sync);
          }
        }
        case INDEXES_AFTER_THE_EVENTS -> {
          LogBatch events = new LogBatch();
          LogBatch indexes = new LogBatch();
          for (int i = 0; i < batch.size(); i++) {
            byte[] value = batch.value(i);
            if (value == null) {
              throw new AssertionError("nothing is deleted here");
            }
            (batch.key(i)[0] < 0x30 ? events : indexes).put(batch.key(i), value);
          }
          store.write(events, sync);
          store.write(indexes, sync);
        }
        case DOES_NOT_FORCE_NAMES, FORCES_NOTHING -> store.write(batch, sync);
      }
    }

    @Override
    public void force() throws IOException {
      if (fault != Fault.FORCES_NOTHING) {
        store.force();
      }
    }
  }
}
