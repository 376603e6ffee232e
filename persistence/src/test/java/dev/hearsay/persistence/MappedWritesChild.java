package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a store without any guard until its small file system is full, and LevelDB with it
 * stands in the middle of a write. Then it makes room, in one of two ways.
 */
final class MappedWritesChild {
  private static final int ROOM_BYTES = 24 << 20;
  private static final int VALUE_BYTES = 100_000;
  private static final int VALUES = 110;

  private final Path directory;
  private final AtomicInteger written = new AtomicInteger();
  private volatile @Nullable Throwable failure;

  private MappedWritesChild(Path directory) {
    this.directory = directory;
  }

  /**
   * Directory, and who makes room: "another" program, or the journal itself, from its "reserve".
   */
  public static void main(String[] args) throws Exception {
    MappedWritesChild child = new MappedWritesChild(Path.of(args[0]));
    boolean reserve = args[1].equals("reserve");
    Path room = child.directory.resolve("filler");
    if (reserve) {
      new Reserve(child.directory).grow(ROOM_BYTES);
    } else {
      Files.write(room, new byte[ROOM_BYTES]);
    }
    try (LogStore store = child.open()) {
      Thread writer = new Thread(() -> child.write(store));
      writer.start();
      child.awaitStandstill();
      System.out.println("waits");
      store.get(key(0)); // reading goes on
      if (reserve) {
        store.pause();
        check(new Reserve(child.directory).bytes() == 0, "the reserve is given up");
        store.resume();
      } else {
        Files.delete(room);
      }
      writer.join();
    }
    Throwable found = child.failure;
    if (found != null && !(reserve && found instanceof FreeSpaceException)) {
      throw new AssertionError(found);
    }
    check(reserve || child.written.get() == VALUES, "all are written");
    try (LogStore store = child.open()) {
      for (int i = 0; i < child.written.get(); i++) {
        byte[] value = store.get(key(i));
        check(
            value != null && java.util.Arrays.equals(value, value(i)), "value " + i + " is there");
      }
    }
    System.out.println("all is there");
    System.exit(0);
  }

  private LogStore open() throws IOException {
    JournalSettings settings =
        new JournalSettings(
            directory, 0, 1, 4, 100, 1 << 20, 1 << 20, Durability.ON_SYNC, NativeMode.REQUIRE);
    boolean isNew = Files.notExists(directory.resolve(LevelDbLogStore.DIRECTORY));
    return LevelDbLogStore.open(directory, isNew, settings);
  }

  private void write(LogStore store) {
    try {
      for (int i = 0; i < VALUES; i++) {
        LogBatch batch = new LogBatch();
        batch.put(key(i), value(i));
        store.write(batch, true);
        written.incrementAndGet();
      }
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
  }

  /** The disk is full, and for a while nothing more was written. */
  private void awaitStandstill() throws IOException {
    FreeSpace.Probe probe = FreeSpace.of(directory);
    int before = -1;
    long since = System.nanoTime();
    while (probe.usableBytes() > 0 || System.nanoTime() - since < 300_000_000L) {
      int now = written.get();
      if (now != before) {
        before = now;
        since = System.nanoTime();
      }
      check(now < VALUES, "the disk comes to be full");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static byte[] key(int i) {
    return new byte[] {0x10, (byte) i};
  }

  private static byte[] value(int i) {
    byte[] value = new byte[VALUE_BYTES];
    new java.util.SplittableRandom(i).nextBytes(value);
    return value;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not so: " + what);
    }
  }
}
