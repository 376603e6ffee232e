package dev.hearsay.persistence;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The journal with a disk that a test can fill up or break. */
public final class FailingJournal extends HearsayJournal {
  /** What the file system says it has free. */
  public static final AtomicLong FREE_BYTES = new AtomicLong(Long.MAX_VALUE);

  /** How many of the next writes fail half-way. */
  public static final AtomicInteger WRITES_TO_FAIL = new AtomicInteger();

  /** Nothing is read back before this is done. */
  private static volatile CompletableFuture<Void> readingMayBegin =
      CompletableFuture.completedFuture(null);

  /** Nothing is written before this is done. */
  private static volatile CompletableFuture<Void> writingMayBegin =
      CompletableFuture.completedFuture(null);

  public FailingJournal(Config config) {
    super(config);
  }

  /** Lets readers wait until the disk is repaired. */
  public static void holdReading() {
    readingMayBegin = new CompletableFuture<>();
  }

  /** Lets writers wait until the disk is repaired. */
  public static void holdWriting() {
    writingMayBegin = new CompletableFuture<>();
  }

  /** A disk that works. */
  public static void repair() {
    writingMayBegin.complete(null);
    readingMayBegin.complete(null);
    FREE_BYTES.set(Long.MAX_VALUE);
    WRITES_TO_FAIL.set(0);
  }

  @Override
  FreeSpace.@Nullable Probe freeSpaceProbe() {
    return FREE_BYTES::get;
  }

  @Override
  LogStore openStore(Path directory, boolean isNew, JournalSettings settings) {
    return new Breaking(super.openStore(directory, isNew, settings));
  }

  private record Breaking(LogStore store) implements LogStore {
    @Override
    public void write(LogBatch batch, boolean sync) throws IOException {
      writingMayBegin.join();
      if (WRITES_TO_FAIL.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IOException("the disk is broken");
      }
      store.write(batch, sync);
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
      return store.get(key);
    }

    @Override
    public Cursor cursor() throws IOException {
      readingMayBegin.join();
      return store.cursor();
    }

    @Override
    public void force() throws IOException {
      store.force();
    }

    @Override
    public void compact(byte[] from, byte[] to) throws IOException {
      store.compact(from, to);
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }
}
