package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes zeros where LevelDB's log will go next, so that a small synchronous write costs the file
 * system one write and not two: a page of a file that has no place on the disk yet, or was never
 * written, takes a commit of the file system's own journal besides.
 *
 * <pre>
 * log  | written | mapped by LevelDB, 64 KiB to 1 MiB | zeros: what it will map next, and a page |
 *                                                     ^ the size that LevelDB gave the file
 * </pre>
 *
 * <p>LevelDB (util/env_posix.cc, PosixMmapFile) first sets the file's size to the end of what it
 * maps. So nothing that it maps lies behind the end of the file, and zeros are only ever appended
 * there, by the file system itself ({@code O_APPEND}): they cannot meet what LevelDB writes,
 * whatever it does at the time. When it goes on it sets the size again, which cuts the last page
 * off: that shows that it went on. When it closes the log it cuts all of them off; after a crash
 * they are the zeros that a mapped log ends with anyway.
 *
 * <p>Page by page: in larger pieces they made each msync slower than none at all, as if it wrote
 * the whole piece that the page cache keeps as one.
 *
 * <p>On file systems that write over what they have; those that copy gain nothing by it.
 */
final class LogAhead implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogAhead.class);
  private static final Set<String> FILE_SYSTEMS = Set.of("ext4", "xfs");

  /** LevelDB maps as much at first, then twice as much each time, up to a limit. */
  private static final int MAPPED_BYTES_MIN = 64 << 10;

  private static final int MAPPED_BYTES_MAX = 1 << 20;
  private static final int PAGE_BYTES = 4096;

  /** It is looked after so many bytes: before LevelDB is half through what it has mapped. */
  private static final int LOOK_BYTES = MAPPED_BYTES_MIN / 2;

  private final Path path;
  private final LevelDbFiles files;
  private final FreeSpace.Probe probe;
  private final long freeSpaceMinBytes;
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(PAGE_BYTES);
  private final Thread thread;

  private long writtenBytes;
  private volatile boolean due;
  private volatile boolean closed;

  /** Used by the thread only, as what follows: the log that has zeros, and its size with them. */
  private @Nullable Path log;

  private long end;

  /** Its thread is to be started with {@link #start}. */
  LogAhead(Path path, LevelDbFiles files, FreeSpace.Probe probe, long freeSpaceMinBytes) {
    this.path = path;
    this.files = files;
    this.probe = probe;
    this.freeSpaceMinBytes = freeSpaceMinBytes;
    this.thread = new Thread(this::run, "hearsay-journal-log");
    thread.setDaemon(true);
  }

  /** True if small writes to files in the directory become faster by it. */
  static boolean helps(Path path) throws IOException {
    return FILE_SYSTEMS.contains(Files.getFileStore(path).type());
  }

  LogAhead start() {
    thread.start();
    return this;
  }

  /** Takes a synchronous write to the log. One thread at a time. */
  void written(long bytes) {
    if (bytes >= LOOK_BYTES) {
      return; // of a large write, the commit is the smaller part
    }
    writtenBytes += bytes;
    if (writtenBytes >= LOOK_BYTES) {
      writtenBytes = 0;
      due = true;
      LockSupport.unpark(thread);
    }
  }

  /** Ends its thread; to be called before LevelDB is closed. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    Threads.join(thread);
  }

  private void run() {
    try {
      while (!closed) {
        if (due) {
          due = false;
          look();
        } else {
          LockSupport.park(this);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("The log in {} is not written ahead any more; small writes take longer", path, e);
    }
  }

  /** Puts zeros behind the newest log, unless they are there, or there is too little room. */
  void look() throws IOException {
    try {
      Path known = log;
      if (known != null && Files.size(known) == end) {
        return;
      }
      List<Path> logs = TornTail.logs(path);
      if (!logs.isEmpty()) {
        append(logs.get(logs.size() - 1));
      }
    } catch (NoSuchFileException deletedMeanwhile) {
      log = null;
      due = true;
    }
  }

  private void append(Path newest) throws IOException {
    try (FileChannel channel =
        FileChannel.open(newest, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      long mapped = channel.size();
      int bytes = (int) Math.min(mapped + MAPPED_BYTES_MIN, MAPPED_BYTES_MAX) + PAGE_BYTES;
      if (probe.usableBytes() - bytes < freeSpaceMinBytes + files.backgroundBytes()) {
        return; // the room is for events
      }
      for (long at = mapped; at < mapped + bytes; at += zeros.limit()) {
        if (channel.size() != at) {
          return; // LevelDB went on meanwhile
        }
        zeros.clear().limit((int) Math.min(PAGE_BYTES, mapped + bytes - at));
        while (zeros.hasRemaining()) {
          channel.write(zeros);
        }
      }
      channel.force(false);
      log = newest;
      end = mapped + bytes;
    }
  }
}
