package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Reads every snapshot of a directory that nobody has open, and says which are damaged. */
final class SnapshotCheck {
  static final Snapshots NONE = new Snapshots(0, 0, Map.of());

  /**
   * What was found.
   *
   * @param files snapshots, also those that are damaged
   * @param bytes of their states, however much of it snapshots share on the disk
   * @param newestReadable for each entity that has snapshots, by the name of its directory, the
   *     sequence number of the newest that can be read; 0 if none can
   */
  record Snapshots(long files, long bytes, Map<String, Long> newestReadable) {}

  private SnapshotCheck() {}

  /**
   * Checks all snapshots.
   *
   * @throws DirectoryInUseException if somebody has the directory open; names who
   * @throws UnusableDirectoryException if it holds no snapshots of a format that is known
   */
  static Snapshots run(Path path, Consumer<Finding> findings) throws IOException {
    Path directory = path.toAbsolutePath().normalize();
    DirectoryFormat.SNAPSHOTS.check(directory);
    Path entities = directory.resolve("entities");
    if (!Files.isDirectory(entities)) {
      return NONE;
    }
    Map<String, Long> newest = new HashMap<>();
    long files = 0;
    long bytes = 0;
    try (DirectoryLock held = DirectoryLock.acquire(directory, "hearsay journal")) {
      SnapshotInspection inspection = SnapshotInspection.of(held.directory());
      for (SnapshotInspection.Found found : inspection.snapshots()) {
        files++;
        bytes += found.stateBytes();
        String folder = found.file().getParent().getFileName().toString();
        newest.merge(folder, found.damage() == null ? found.sequenceNr() : 0L, Math::max);
        check(held.directory(), found, findings);
      }
    }
    return new Snapshots(files, bytes, newest);
  }

  private static void check(
      Path directory, SnapshotInspection.Found found, Consumer<Finding> findings) {
    String relative = directory.getFileName() + "/" + directory.relativize(found.file());
    String id = found.persistenceId();
    String entity =
        id == null
            ? SnapshotFileName.persistenceId(found.file().getParent().getFileName().toString())
            : id;
    String damage = found.damage();
    if (damage != null) {
      findings.accept(
          new Finding(
              relative, 0, entity, found.sequenceNr(), "the snapshot is damaged: " + damage));
    } else if (!found.damagedFiles().isEmpty()) {
      findings.accept(
          new Finding(
              relative,
              0,
              entity,
              found.sequenceNr(),
              "a part of the snapshot is damaged in files "
                  + found.damagedFiles()
                  + ", and its copy is whole"));
    }
  }
}
