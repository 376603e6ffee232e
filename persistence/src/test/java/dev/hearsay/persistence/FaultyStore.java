package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store in which a test plants faults. Its journal is {@link Journal}. */
final class FaultyStore extends ForwardingStore {
  private static final Map<Path, FaultyStore> OPEN = new ConcurrentHashMap<>();

  static final String SETTINGS =
      "hearsay.journal.class = \"" + FaultyStore.class.getName() + "$Journal\"";

  final AtomicInteger writes = new AtomicInteger();
  final AtomicInteger syncs = new AtomicInteger();
  final AtomicInteger forces = new AtomicInteger();
  final AtomicInteger cursors = new AtomicInteger();
  final AtomicInteger compacting = new AtomicInteger();
  volatile long usableBytes = Long.MAX_VALUE;

  /** What the store may yet write by itself. */
  volatile long backgroundBytes;

  private volatile @Nullable CountDownLatch gate;
  private volatile @Nullable CountDownLatch atGate;
  private volatile boolean shownEarly;
  private volatile @Nullable CountDownLatch compactionGate;
  private volatile @Nullable IOException failure;
  private volatile @Nullable IOException readFailure;
  private volatile @Nullable IOException forceFailure;

  private FaultyStore(LogStore store) {
    super(store);
  }

  /** The store of a journal that is open in {@code directory}/journal. */
  static FaultyStore of(Path directory) {
    FaultyStore open = OPEN.get(directory.resolve("journal").toAbsolutePath());
    if (open == null) {
      throw new AssertionError("no journal is open in " + directory);
    }
    return open;
  }

  /** Lets the next write wait until {@link #release}. */
  void blockNextWrite() {
    atGate = new CountDownLatch(1);
    gate = new CountDownLatch(1);
  }

  /** As {@link #blockNextWrite}, but what is written can be read meanwhile. */
  void showNextWriteEarly() {
    shownEarly = true;
    blockNextWrite();
  }

  /** Lets reads fail from now on. */
  void failReads() {
    readFailure = new IOException("planted: read failed");
  }

  void awaitBlockedWrite() throws InterruptedException {
    CountDownLatch reached = atGate;
    if (reached == null || !reached.await(20, java.util.concurrent.TimeUnit.SECONDS)) {
      throw new AssertionError("no write has come");
    }
  }

  void release() {
    CountDownLatch blocked = gate;
    if (blocked != null) {
      blocked.countDown();
    }
  }

  /** Lets the next write fail after it was stored, as an fsync does. */
  void failNextSync() {
    failure = new IOException("planted: fsync failed");
  }

  /** Lets the next fsync in the background fail. */
  void failNextForce() {
    forceFailure = new IOException("planted: fsync failed");
  }

  /** Flips a bit of a stored value, as a disk might. */
  void damage(byte[] key, int byteIndex) throws IOException {
    byte[] value = store.get(key);
    if (value == null) {
      throw new AssertionError("nothing is stored there");
    }
    value[byteIndex] ^= 0x10;
    LogBatch batch = new LogBatch();
    batch.put(key, value);
    store.write(batch, true);
  }

  void remove(byte[] key) throws IOException {
    LogBatch batch = new LogBatch();
    batch.delete(key);
    store.write(batch, true);
  }

  @Override
  public void write(LogBatch batch, boolean sync) throws IOException {
    CountDownLatch blocked = gate;
    CountDownLatch reached = atGate;
    boolean written = shownEarly;
    if (written) {
      shownEarly = false;
      store.write(batch, sync);
    }
    if (blocked != null && reached != null) {
      reached.countDown();
      try {
        blocked.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      gate = null;
    }
    if (!written) {
      store.write(batch, sync);
    }
    writes.addAndGet(batch.size());
    if (sync) {
      syncs.incrementAndGet();
    }
    IOException planted = failure;
    if (planted != null) {
      failure = null;
      throw planted;
    }
  }

  @Override
  public void force() throws IOException {
    forces.incrementAndGet();
    IOException planted = forceFailure;
    if (planted != null) {
      throw planted;
    }
    store.force();
  }

  @Override
  public Cursor cursor() throws IOException {
    cursors.incrementAndGet();
    IOException planted = readFailure;
    if (planted != null) {
      throw planted;
    }
    return store.cursor();
  }

  /** Lets the next compaction wait until it is counted down. */
  CountDownLatch blockNextCompaction() {
    CountDownLatch latch = new CountDownLatch(1);
    compactionGate = latch;
    return latch;
  }

  @Override
  public void compact(byte[] from, byte[] to) throws IOException {
    compacting.incrementAndGet();
    CountDownLatch latch = compactionGate;
    if (latch != null) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    store.compact(from, to);
  }

  @Override
  public long backgroundBytes() {
    return backgroundBytes;
  }

  @Override
  public void close() throws IOException {
    OPEN.values().remove(this);
    super.close();
  }

  /** The journal plugin over such a store. */
  public static final class Journal extends HearsayJournal {
    private volatile @Nullable FaultyStore faulty;

    public Journal(com.typesafe.config.Config config) {
      super(config);
    }

    @Override
    LogStore openStore(Path directory, boolean isNew, JournalSettings settings) {
      FaultyStore store = new FaultyStore(super.openStore(directory, isNew, settings));
      faulty = store;
      OPEN.put(directory, store);
      return store;
    }

    @Override
    FreeSpace.@Nullable Probe freeSpaceProbe() {
      return () -> {
        FaultyStore store = faulty;
        return store == null ? Long.MAX_VALUE : store.usableBytes;
      };
    }
  }
}
