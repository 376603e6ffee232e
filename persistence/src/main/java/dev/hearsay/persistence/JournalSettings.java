package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;

/**
 * The settings of a journal; {@code reference.conf} explains them.
 *
 * @param directory where it lives
 * @param freeSpaceMinBytes the reserve below which writes are refused
 * @param batchBytesMax the size at which a batch takes no further write; one write may be larger
 * @param callerWritesMax so many writes are written without waking the writer's thread
 * @param headsMax entities whose end the writer remembers
 * @param writeBufferBytes LevelDB's write buffer
 * @param cacheBytes LevelDB's block cache
 * @param durability when a write is acknowledged
 * @param nativeMode whether LevelDB's native library is used
 */
record JournalSettings(
    Path directory,
    long freeSpaceMinBytes,
    long batchBytesMax,
    int callerWritesMax,
    int headsMax,
    int writeBufferBytes,
    long cacheBytes,
    Durability durability,
    NativeMode nativeMode) {

  /** With LevelDB's native library if it loads. */
  JournalSettings(
      Path directory,
      long freeSpaceMinBytes,
      long batchBytesMax,
      int callerWritesMax,
      int headsMax,
      int writeBufferBytes,
      long cacheBytes,
      Durability durability) {
    this(
        directory,
        freeSpaceMinBytes,
        batchBytesMax,
        callerWritesMax,
        headsMax,
        writeBufferBytes,
        cacheBytes,
        durability,
        NativeMode.AUTO);
  }

  /**
   * Reads them from the plugin's own configuration.
   *
   * @throws ConfigException if a setting is missing or out of its range
   */
  static JournalSettings of(Config config) {
    String directory = config.getString("dir");
    if (directory.isBlank()) {
      throw new ConfigException.BadValue(config.origin(), "dir", "must name a directory");
    }
    return new JournalSettings(
        Path.of(directory),
        bytes(config, "free-space-min", 0, Long.MAX_VALUE / 4),
        bytes(config, "batch-bytes-max", 1, 1 << 30),
        (int) between(config, "caller-writes-max", 0, 1 << 24),
        (int) between(config, "remembered-entities", 1, 1 << 24),
        (int) bytes(config, "leveldb.write-buffer", 64 << 10, 1 << 30),
        bytes(config, "leveldb.cache", 0, Long.MAX_VALUE / 4),
        Durability.of(config),
        NativeMode.of(config));
  }

  static long bytes(Config config, String path, long min, long max) {
    return between(config, path, config.getBytes(path), min, max);
  }

  static long between(Config config, String path, long min, long max) {
    return between(config, path, config.getLong(path), min, max);
  }

  private static long between(Config config, String path, long value, long min, long max) {
    if (value < min || value > max) {
      throw new ConfigException.BadValue(
          config.origin(), path, value + " is not between " + min + " and " + max);
    }
    return value;
  }
}
