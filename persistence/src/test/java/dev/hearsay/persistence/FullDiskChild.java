package dev.hearsay.persistence;

import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.pekko.persistence.JournalProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Writes at full speed to a journal on a small file system, which it fills by itself and lets
 * another process fill to the last byte, again and again. Every acknowledged event must stay.
 */
final class FullDiskChild {
  /** False if the journal does not compact on request, so that to delete makes no room at once. */
  static final String COMPACTS = "hearsay.full-disk.compacts";

  private static final int FILLER_BYTES = 150 << 20;
  private static final int ENTITIES = 6;
  private static final int EVENTS_PER_WRITE = 4;
  private static final String FILLER = "x".repeat(12_000);

  private final Path directory;
  private final String settings;
  private final SplittableRandom random;
  private final AtomicLong[] acknowledged = new AtomicLong[ENTITIES];
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong deletedTo = new AtomicLong();
  private volatile boolean stop;
  private volatile @Nullable Throwable wrong;

  private FullDiskChild(Path directory, String settings, long seed) {
    this.directory = directory;
    this.settings = settings;
    this.random = new SplittableRandom(seed);
    for (int i = 0; i < ENTITIES; i++) {
      acknowledged[i] = new AtomicLong();
    }
  }

  /** Directory, rounds, seed, settings, file for what is acknowledged, "fill" or "start". */
  public static void main(String[] args) throws Exception {
    FullDiskChild child = new FullDiskChild(Path.of(args[0]), args[3], Long.parseLong(args[2]));
    Path file = Path.of(args[4]);
    try {
      if (args[5].equals("fill")) {
        child.run(Integer.parseInt(args[1]));
        Files.writeString(file, child.deletedTo + " " + Arrays.toString(child.acknowledged()));
      } else {
        child.take(Files.readString(file));
        child.startOnAFullDisk();
        System.out.println("all is there");
      }
      System.exit(0);
    } catch (Exception | AssertionError e) {
      e.printStackTrace(System.out);
      System.exit(1);
    }
  }

  private void take(String text) {
    String[] numbers = text.split("[^0-9]+", -1);
    deletedTo.set(Long.parseLong(numbers[0]));
    for (int i = 0; i < ENTITIES; i++) {
      acknowledged[i].set(Long.parseLong(numbers[i + 1]));
    }
  }

  private void run(int rounds) throws Exception {
    boolean compacts = !System.getProperty(COMPACTS, "true").equals("false");
    if (!compacts) {
      Files.write(directory.resolve("filler"), new byte[FILLER_BYTES]);
    }
    try (TestSystem system = TestSystem.in(directory, settings)) {
      fillByOwnEvents(system.journal());
      if (compacts) {
        deletingMakesRoom(system.journal());
      } else {
        Files.delete(directory.resolve("filler"));
        resumes(system.journal());
      }
    }
    for (int round = 1; round <= rounds; round++) {
      Files.deleteIfExists(directory.resolve("filler"));
      try (TestSystem system = open()) {
        fillFromOutside(system, round);
      }
    }
  }

  /** A journal that was closed on a full disk is free again a moment after there is room. */
  private TestSystem open() {
    TestSystem[] opened = new TestSystem[1];
    await(
        "journal that opens",
        () -> {
          TestSystem system = TestSystem.in(directory, settings);
          try {
            check(system.journal());
            opened[0] = system;
            return true;
          } catch (JournalClient.ReplayFailed e) {
            system.close();
            if (!(e.getCause() instanceof DirectoryInUseException)) {
              throw e;
            }
            return false;
          }
        });
    return opened[0];
  }

  private void fillByOwnEvents(JournalClient journal) throws InterruptedException {
    List<Thread> writers = write(journal);
    await("a refusal of what fills the disk", () -> refused.get() > 100);
    end(writers);
    check(journal);
    System.out.println("own events: " + refused.get() + " refused");
  }

  private void deletingMakesRoom(JournalClient journal) throws InterruptedException {
    long to = LongStream.of(acknowledged()).min().orElseThrow() - 1;
    deleteTo(journal, to);
    resumes(journal);
    System.out.println("deleted to " + to + ": writing goes on");
  }

  private void fillFromOutside(TestSystem system, int round) throws Exception {
    JournalClient journal = system.journal();
    makeRoom(journal);
    List<Thread> writers = write(journal);
    long before = LongStream.of(acknowledged()).sum();
    long writes = random.nextInt(1, 400);
    await("writes", () -> LongStream.of(acknowledged()).sum() >= before + writes);
    long refusedBefore = refused.get();
    Process dd = fill();
    long limit = system.metrics().spacePauses();
    if (isQuota()) { // which does not stop others
      await("a pause", () -> system.metrics().spacePauses() > limit);
      dd.destroy();
    }
    dd.waitFor();
    await("a refusal", () -> refused.get() > refusedBefore + 100);
    end(writers);
    check(journal); // on a disk without a free byte
    System.out.println("round " + round + ": full with " + LongStream.of(acknowledged()).sum());
    if (round % 2 == 0) {
      Files.delete(directory.resolve("filler"));
      resumes(journal);
    }
  }

  private static boolean isQuota() {
    return System.getProperty("hearsay.test.quota") != null;
  }

  /**
   * Another process that writes until there is no byte left, as fast as a disk or, with {@code
   * -Dhearsay.full-disk.at-once}, as memory.
   */
  private Process fill() throws IOException {
    String dd = "dd if=/dev/zero of=filler oflag=append conv=notrunc bs=";
    String command =
        Boolean.getBoolean("hearsay.full-disk.at-once")
            ? dd + "1M"
            : "while " + dd + "1M count=4; do sleep " + random.nextInt(10, 50) / 1000.0 + "; done";
    return new ProcessBuilder("sh", "-c", "exec 2>/dev/null; " + command)
        .directory(directory.toFile())
        .start();
  }

  /** The reserve makes room for it, or it is refused, and nothing is lost by it. */
  private void startOnAFullDisk() throws Exception {
    try (TestSystem system = TestSystem.in(directory, settings)) {
      try {
        check(system.journal());
        System.out.println("starts on a full disk");
      } catch (JournalClient.ReplayFailed e) {
        if (!(e.getCause() instanceof FreeSpaceException)) {
          throw e;
        }
        System.out.println("refuses a full disk");
      }
    }
    Files.deleteIfExists(directory.resolve("filler"));
    try (TestSystem system = open()) {
      makeRoom(system.journal());
      resumes(system.journal());
    }
  }

  private void makeRoom(JournalClient journal) {
    long to = LongStream.of(acknowledged()).min().orElseThrow() - 1;
    deleteTo(journal, to);
  }

  /** Refused only while a compaction takes room. */
  private void deleteTo(JournalClient journal, long to) {
    for (int i = 0; i < ENTITIES; i++) {
      int entity = i;
      await("deletion", () -> journal.tryDelete(id(entity), to));
    }
    deletedTo.set(to);
  }

  private void resumes(JournalClient journal) throws InterruptedException {
    long before = LongStream.of(acknowledged()).sum();
    List<Thread> writers = write(journal);
    await("writing to go on", () -> LongStream.of(acknowledged()).sum() > before + 200);
    end(writers);
    check(journal);
  }

  private List<Thread> write(JournalClient journal) {
    stop = false;
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < ENTITIES; i++) {
      int entity = i;
      Thread writer = new Thread(() -> write(journal, entity));
      writer.start();
      writers.add(writer);
    }
    return writers;
  }

  private void end(List<Thread> writers) throws InterruptedException {
    stop = true;
    for (Thread writer : writers) {
      writer.join();
    }
    Throwable found = wrong;
    if (found != null) {
      throw new AssertionError("a write failed otherwise than for want of space", found);
    }
  }

  private void write(JournalClient journal, int entity) {
    while (!stop && wrong == null) {
      long first = acknowledged[entity].get() + 1;
      Probe probe =
          journal.send(
              JournalClient.atomic(
                  LongStream.range(first, first + EVENTS_PER_WRITE)
                      .mapToObj(nr -> journal.event(id(entity), nr, nr + FILLER))
                      .toArray(org.apache.pekko.persistence.PersistentRepr[]::new)));
      try {
        if (probe.next() instanceof JournalProtocol.WriteMessagesSuccessful$) {
          acknowledged[entity].addAndGet(EVENTS_PER_WRITE);
        } else {
          Throwable cause = probe.expect(JournalProtocol.WriteMessageFailure.class).cause();
          if (!(cause instanceof FreeSpaceException)) {
            throw cause;
          }
          refused.incrementAndGet();
          LockSupport.parkNanos(100_000);
        }
      } catch (Throwable e) {
        wrong = e;
      }
      probe.stop();
    }
  }

  private void check(JournalClient journal) {
    for (int i = 0; i < ENTITIES; i++) {
      JournalClient.Replay replay = journal.replay(id(i));
      long last = acknowledged[i].get();
      List<Long> expected = LongStream.rangeClosed(deletedTo.get() + 1, last).boxed().toList();
      if (!replay.sequenceNrs().equals(expected) || replay.highestSequenceNr() != last) {
        throw new AssertionError(
            id(i) + " lacks some of " + expected + ": " + replay.sequenceNrs());
      }
      for (int at = 0; at < expected.size(); at++) {
        if (!replay.payloads().get(at).equals(expected.get(at) + FILLER)) {
          throw new AssertionError(id(i) + " has another event " + expected.get(at));
        }
      }
    }
  }

  private long[] acknowledged() {
    return Stream.of(acknowledged).mapToLong(AtomicLong::get).toArray();
  }

  private static String id(int entity) {
    return "entity-" + entity;
  }

  private void await(String what, java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + Probe.PATIENCE.toNanos();
    while (!condition.getAsBoolean() && wrong == null) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** A journal whose directory's parent may hold so many bytes, where no file system can be had. */
  public static final class QuotaJournal extends HearsayJournal {
    private final Path parent;

    /** Called by Pekko. */
    public QuotaJournal(Config config) {
      super(config);
      this.parent = Objects.requireNonNull(Path.of(config.getString("dir")).getParent());
    }

    @Override
    FreeSpace.Probe freeSpaceProbe() {
      long quota = Objects.requireNonNull(Long.getLong("hearsay.test.quota"));
      return () -> quota - bytes(parent);
    }

    private static long bytes(Path parent) throws IOException {
      try (Stream<Path> files = Files.walk(parent)) {
        return files.mapToLong(QuotaJournal::size).sum();
      } catch (UncheckedIOException e) {
        return bytes(parent); // a file went away meanwhile
      }
    }

    private static long size(Path file) {
      try {
        return Files.isRegularFile(file) ? Files.size(file) : 0;
      } catch (NoSuchFileException e) {
        return 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
