package dev.hearsay.persistence;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Reads every snapshot of a directory that nobody has open, and says which are damaged. */
final class SnapshotCheck {
  static final Snapshots NONE = new Snapshots(0, 0, Map.of());

  /**
   * What was found.
   *
   * @param files snapshots, also those that are damaged
   * @param bytes of their files
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
    try (DirectoryLock held = DirectoryLock.acquire(directory, "hearsay journal");
        Stream<Path> all = Files.walk(held.directory().resolve("entities"))) {
      List<Path> paths = all.filter(Files::isRegularFile).sorted().toList();
      for (Path file : paths) {
        Optional<SnapshotFileName> name = SnapshotFileName.parse(file.getFileName().toString());
        if (name.isPresent()) {
          files++;
          bytes += Files.size(file);
          check(held.directory(), file, name.get(), newest, findings);
        }
      }
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
    return new Snapshots(files, bytes, newest);
  }

  private static void check(
      Path directory,
      Path file,
      SnapshotFileName name,
      Map<String, Long> newest,
      Consumer<Finding> findings)
      throws IOException {
    String relative = directory.getFileName() + "/" + directory.relativize(file);
    String folder = file.getParent().getFileName().toString();
    newest.merge(folder, 0L, Math::max);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      SnapshotFormat.Stored stored = SnapshotFormat.read(in, Files.size(file));
      if (!SnapshotFileName.directory(stored.persistenceId()).equals(folder)
          || stored.sequenceNr() != name.sequenceNr()
          || stored.timestampMillis() != name.timestampMillis()) {
        throw new SnapshotFormat.MalformedException(
            "it is snapshot "
                + stored.sequenceNr()
                + " of entity \""
                + stored.persistenceId()
                + "\" under another's name");
      }
      newest.merge(folder, stored.sequenceNr(), Math::max);
    } catch (SnapshotFormat.MalformedException e) {
      findings.accept(
          new Finding(
              relative,
              0,
              SnapshotFileName.persistenceId(folder),
              name.sequenceNr(),
              "the snapshot is damaged: " + e.getMessage()));
    }
  }
}
