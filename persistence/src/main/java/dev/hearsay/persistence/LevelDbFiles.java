package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know and to do about LevelDB's files without LevelDB: how much it may write by
 * itself, and that their names are on the disk. Thread-safe.
 */
final class LevelDbFiles {
  /** Forces the names in a directory to the disk. */
  interface NameForce {
    void force(Path directory) throws IOException;
  }

  // db/dbformat.h and db/version_set.cc of LevelDB: level 0 has up to 12 tables, each as large as
  // the write buffer; a compaction takes them all, and up to 25 tables of 2 MiB, or level 1.
  private static final int LEVEL_0_TABLES_MAX = 12;
  private static final long OTHER_TABLES_BYTES_MAX = 50 << 20;
  private static final long OPENING_BYTES = 1 << 20;

  private static final long LISTING_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A file system's clock may tick this slowly. */
  private static final long TICK_MILLIS = 50;

  private final Path path;
  private final NameForce nameForce;
  private final long compactionBytesMax;

  private final AtomicLong writtenSinceListing = new AtomicLong();
  private long listedBytes;
  private long listedAt;
  private boolean listed;

  /** When the directory had changed last when its names were forced, or null if not known. */
  private volatile @Nullable FileTime forcedNames;

  LevelDbFiles(Path path, NameForce nameForce, long writeBufferBytes) {
    this.path = path;
    this.nameForce = nameForce;
    this.compactionBytesMax = compactionBytesMax(writeBufferBytes);
  }

  void written(long bytes) {
    writtenSinceListing.addAndGet(bytes);
  }

  /** See {@link LogStore#backgroundBytes}: all of the logs, and one compaction. */
  synchronized long backgroundBytes() throws IOException {
    long now = System.nanoTime();
    if (!listed || now - listedAt > LISTING_NANOS) {
      writtenSinceListing.set(0);
      listedBytes = bytes("*.log") + Math.min(bytes("*.{sst,ldb}"), compactionBytesMax);
      listedAt = now;
      listed = true;
    }
    return listedBytes + writtenSinceListing.get();
  }

  /**
   * Bytes that opening LevelDB may write before it frees any: its logs once more, as tables, a
   * compaction that was due, a manifest, a new log and a few small files. An upper bound.
   */
  static long openingBytes(Path path, long writeBufferBytes) throws IOException {
    if (!Files.isDirectory(path)) {
      return OPENING_BYTES;
    }
    return OPENING_BYTES
        + 2 * bytes(path, "*.log")
        + Math.min(bytes(path, "*.{sst,ldb}"), compactionBytesMax(writeBufferBytes));
  }

  private static long compactionBytesMax(long writeBufferBytes) {
    return LEVEL_0_TABLES_MAX * writeBufferBytes + OTHER_TABLES_BYTES_MAX;
  }

  private long bytes(String glob) throws IOException {
    return bytes(path, glob);
  }

  private static long bytes(Path path, String glob) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, glob)) {
      for (Path file : files) {
        bytes += size(file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return bytes;
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException deletedMeanwhile) {
      return 0;
    }
  }

  /**
   * Forces the names if there may be new ones: LevelDB forces a new log, and not that it has a
   * name. Told by the time of the directory's last change, which is cheap, and trusted only if so
   * old that a later change has another.
   */
  void forceNewNames() throws IOException {
    FileTime changed = Files.getLastModifiedTime(path);
    if (!changed.equals(forcedNames)) {
      forceNames();
    }
  }

  void forceNames() throws IOException {
    FileTime changed = Files.getLastModifiedTime(path);
    long age = System.currentTimeMillis() - changed.toMillis();
    nameForce.force(path);
    forcedNames = age > TICK_MILLIS ? changed : null;
  }

  /** Forces which manifest is the current one; the port does not. */
  void forceCurrent() throws IOException {
    try (FileChannel channel =
        FileChannel.open(path.resolve("CURRENT"), StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
