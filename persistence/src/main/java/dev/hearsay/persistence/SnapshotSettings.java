package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot store is opened with.
 *
 * @param copies 1, or 2 where what snapshots share is written twice
 * @param reserveBytes the free space below which nothing is saved
 * @param keepNewest snapshots that deletion by criteria leaves, and at the oldest of which the
 *     journal is cut; 0 for as the application says
 * @param probe tells the free space, or null to ask the file system
 */
record SnapshotSettings(
    Path directory,
    int copies,
    long reserveBytes,
    int keepNewest,
    SnapshotDisk disk,
    FreeSpace.@Nullable Probe probe) {

  SnapshotSettings {
    directory = directory.toAbsolutePath().normalize();
  }

  /** A store in the directory, with the usual settings. */
  static SnapshotSettings in(Path directory) {
    return new SnapshotSettings(directory, 2, 0, 0, SnapshotDisk.FILES, null);
  }

  SnapshotSettings withDisk(SnapshotDisk other) {
    return new SnapshotSettings(directory, copies, reserveBytes, keepNewest, other, probe);
  }

  SnapshotSettings withCopies(int other) {
    return new SnapshotSettings(directory, other, reserveBytes, keepNewest, disk, probe);
  }

  /**
   * Reads the settings of a plugin.
   *
   * @throws ConfigException if one is missing or cannot be
   */
  static SnapshotSettings of(Config config) {
    String directory = config.getString("dir");
    if (directory.isBlank()) {
      throw new ConfigException.BadValue(config.origin(), "dir", "must name a directory");
    }
    int copies = config.getInt("copies");
    if (copies < 1 || copies > 2) {
      throw new ConfigException.BadValue(config.origin(), "copies", "is 1 or 2, not " + copies);
    }
    int keepNewest = config.getInt("keep-newest");
    if (keepNewest < 0) {
      throw new ConfigException.BadValue(
          config.origin(), "keep-newest", "is 0 or more, not " + keepNewest);
    }
    return new SnapshotSettings(
        Path.of(directory),
        copies,
        config.getBytes("free-space-min"),
        keepNewest,
        SnapshotDisk.FILES,
        null);
  }
}
