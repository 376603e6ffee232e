package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a journal's file system from running full under LevelDB JNI, which maps the files it
 * writes: a mapped page that finds no room kills the whole JVM (SIGBUS). With {@code min} the
 * setting {@code free-space-min}, and {@code background} what LevelDB may yet write by itself,
 *
 * <pre>
 *   free &lt; min + background      no event is taken; deletions are, and what they freed is compacted
 *   free &lt; min / 2 or background  no deletion is taken, and LevelDB's compactions pause
 * </pre>
 *
 * <p>A {@link Reserve} is kept for the next start: to open LevelDB takes room.
 *
 * <p>Other programs write too, so while the journal is written a thread looks every few
 * milliseconds. What it cannot outrun is a program that takes all of the rest while a table is
 * being written. Thread-safe.
 */
final class JournalSpace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalSpace.class);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long LOOK_WHILE_PAUSED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long WARNING_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CARE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** LevelDB's compactions have come to an end so long after the last write. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Path directory;
  private final LogStore store;
  private final FreeSpace.Probe probe;
  private final long minBytes;
  private final long writeBufferBytes;
  private final Reserve reserve;
  private final PersistenceMetrics metrics;
  private final Thread thread;

  private volatile long lastWriteNanos = System.nanoTime();
  private volatile Runnable onShort = () -> {};
  private volatile boolean idle;
  private volatile boolean closed;

  private volatile boolean paused;

  /** Used by the thread only, as what follows. */
  private long pausedNanos;

  private boolean warned;
  private boolean looked;
  private long dueNanos;

  /** Starts its thread. A setting {@code free-space-min} of 0 switches all of it off. */
  JournalSpace(
      Path directory,
      LogStore store,
      FreeSpace.Probe probe,
      JournalSettings settings,
      PersistenceMetrics metrics) {
    this.directory = directory;
    this.store = store;
    this.probe = probe;
    this.minBytes = settings.freeSpaceMinBytes();
    this.writeBufferBytes = settings.writeBufferBytes();
    this.reserve = new Reserve(directory);
    this.metrics = metrics;
    this.thread = new Thread(this::run, "hearsay-journal-space");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Passes if LevelDB can be opened on what a directory holds; to make room, gives the reserve up.
   *
   * @throws FreeSpaceException if there is no room; nothing else was changed
   */
  static void requireForOpening(Path directory, FreeSpace.Probe probe, JournalSettings settings)
      throws IOException {
    if (settings.freeSpaceMinBytes() == 0) {
      return;
    }
    long needed = openingBytes(directory, settings.writeBufferBytes());
    if (probe.usableBytes() < needed) {
      new Reserve(directory).release();
    }
    new FreeSpace(directory, probe, 0).require(needed);
  }

  private static long openingBytes(Path directory, long writeBufferBytes) throws IOException {
    return LevelDbFiles.openingBytes(
        directory.resolve(LevelDbLogStore.DIRECTORY), writeBufferBytes);
  }

  /**
   * Asks the file system for the writes of one batch, once: with hundreds of small writes in a
   * batch, asking for each would take a sixth of the writer's time.
   */
  Answer ask() {
    return new Answer();
  }

  /**
   * Passes if a deletion can be noted: it may use half of {@code free-space-min}, because it makes
   * room.
   *
   * @throws FreeSpaceException if not
   */
  void requireForDeletion(long bytes) throws IOException {
    ask().requireForDeletion(bytes);
  }

  private long lowBytes(long background) {
    return Math.max(minBytes / 2, background);
  }

  /** What the file system said when it was first asked for a batch. For one thread. */
  final class Answer {
    private long usable;
    private long background;
    private boolean known;

    private Answer() {}

    /**
     * Passes if so much can be written.
     *
     * @param bytes of the whole batch so far, with what is asked for
     * @throws FreeSpaceException if not
     */
    void require(long bytes) throws IOException {
      if (minBytes > 0) {
        look();
        require(minBytes + background, bytes);
      }
    }

    /** As {@link JournalSpace#requireForDeletion}. */
    void requireForDeletion(long bytes) throws IOException {
      if (minBytes > 0) {
        look();
        require(lowBytes(background), bytes);
      }
    }

    private void look() throws IOException {
      if (!known) {
        usable = probe.usableBytes();
        background = store.backgroundBytes();
        known = true;
      }
    }

    private void require(long keep, long bytes) throws IOException {
      if (usable - bytes >= keep) {
        return;
      }
      try {
        new FreeSpace(directory, () -> usable, keep).require(bytes);
      } catch (FreeSpaceException e) {
        written(); // it is worth looking at
        throw e;
      }
    }
  }

  /** True if no event would be taken. */
  boolean isShort() throws IOException {
    return minBytes > 0 && probe.usableBytes() < minBytes + store.backgroundBytes();
  }

  /** What is run, now and then, while there is too little room, and when a pause ends. */
  void onShort(Runnable action) {
    onShort = action;
  }

  /** To be called after each write. */
  void written() {
    lastWriteNanos = System.nanoTime();
    if (idle) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Waits for the room that closing takes: LevelDB ends a pause to end itself. Does not wait if
   * there is room.
   */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    Threads.join(thread);
  }

  /** True if {@link #close} would have to wait now. */
  boolean isPaused() {
    return paused;
  }

  private void run() {
    boolean failed = false;
    while ((!closed || paused) && minBytes > 0) {
      try {
        look();
        failed = false;
      } catch (IOException | RuntimeException e) {
        if (!failed) {
          LOG.warn("The free space of journal {} is not known, or not kept free", directory, e);
        }
        failed = true;
      }
      await();
    }
  }

  private void await() {
    if (paused) {
      LockSupport.parkNanos(this, LOOK_WHILE_PAUSED_NANOS);
    } else if (System.nanoTime() - lastWriteNanos < IDLE_NANOS) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    } else {
      idle = true;
      while (!closed && System.nanoTime() - lastWriteNanos >= IDLE_NANOS) {
        LockSupport.park(this);
      }
      idle = false;
    }
  }

  private void look() throws IOException {
    long background = store.backgroundBytes();
    long low = lowBytes(background);
    if (paused) {
      lookWhilePaused(low + minBytes / 8);
    } else if (probe.usableBytes() < low) {
      paused = true;
      pausedNanos = System.nanoTime();
      metrics.spacePauses.increment();
      store.pause();
    } else if (isDue()) {
      if (isShort()) {
        onShort.run();
      } else {
        growReserve(background);
      }
    }
  }

  /** A compaction takes room for a while and gives it back: not every pause is worth a word. */
  private void lookWhilePaused(long enough) throws IOException {
    if (probe.usableBytes() >= enough) {
      store.resume();
      paused = false;
      onShort.run();
      if (warned) {
        LOG.info("There is room for journal {} again", directory);
        warned = false;
      }
    } else if (!warned && System.nanoTime() - pausedNanos > WARNING_NANOS) {
      LOG.warn(
          "The file system of journal {} is nearly full ({} bytes are free): nothing is written,"
              + " deletions neither, until there are {}",
          directory,
          probe.usableBytes(),
          enough);
      warned = true;
    }
  }

  private boolean isDue() {
    long now = System.nanoTime();
    boolean due = !looked || now - dueNanos > CARE_NANOS;
    if (due) {
      looked = true;
      dueNanos = now;
    }
    return due;
  }

  private void growReserve(long background) throws IOException {
    long wanted = Math.min(minBytes, openingBytes(directory, writeBufferBytes));
    if (reserve.bytes() < wanted && probe.usableBytes() >= minBytes + background + wanted) {
      reserve.grow(wanted);
    }
  }
}
