package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the disk while LevelDB ends what it is writing. If it comes to be full meanwhile, and
 * stays so, LevelDB may be waiting for room (see {@link MappedWrites}): then the reserve is given
 * up, which lets it end. Ends with {@link #close}.
 */
final class Rescue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rescue.class);
  private static final long FULL_BYTES = 64 << 10;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path directory;
  private final Thread thread;
  private volatile boolean closed;

  private Rescue(Path directory) {
    this.directory = directory;
    this.thread = new Thread(this::run, "hearsay-journal-rescue");
    thread.setDaemon(true);
    thread.start();
  }

  /** Begins to watch the file system of a journal's directory. */
  static Rescue watch(Path directory) {
    return new Rescue(directory);
  }

  private void run() {
    try {
      FreeSpace.Probe probe = FreeSpace.of(directory);
      long fullSince = 0;
      while (!closed) {
        boolean full = probe.usableBytes() < FULL_BYTES;
        long now = System.nanoTime();
        if (!full) {
          fullSince = 0;
        } else if (fullSince == 0) {
          fullSince = now;
        } else if (now - fullSince > PATIENCE_NANOS) {
          LOG.warn(
              "The file system of journal {} is full while LevelDB writes to it: the reserve is"
                  + " given up",
              directory);
          new Reserve(directory).release();
          return;
        }
        LockSupport.parkNanos(this, LOOK_NANOS);
      }
    } catch (IOException e) {
      LOG.warn("The reserve of journal {} cannot be given up", directory, e);
    }
  }

  /** Returns when nothing is watched any more. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    Threads.join(thread);
  }
}
