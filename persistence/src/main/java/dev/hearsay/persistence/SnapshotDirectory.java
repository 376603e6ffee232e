package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Pack;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a snapshot store: where things are, and how files go that no snapshot needs. A
 * file that any snapshot names outlives the snapshot that it was; a crash at any instant may leave
 * files that nobody needs, and never takes one that is needed.
 */
final class SnapshotDirectory {
  static final Logger LOG = LoggerFactory.getLogger(HearsaySnapshotStore.class);

  private static final String ENTITIES = "entities";
  private static final String NEW = "new";

  private final Path directory;
  private final Path entities;
  private final Path fresh;
  private final SnapshotDisk disk;

  SnapshotDirectory(Path directory, SnapshotDisk disk) {
    this.directory = directory;
    this.entities = directory.resolve(ENTITIES);
    this.fresh = directory.resolve(NEW);
    this.disk = disk;
  }

  /** Makes it usable, and removes what a crash left. Files that are not ours stay. */
  void prepare(boolean isNew) throws IOException {
    if (!isNew && !Files.isDirectory(entities)) {
      throw new UnusableDirectoryException(
          directory, "lacks its snapshots (" + ENTITIES + "); restore it from a copy");
    }
    disk.createDirectories(entities);
    disk.createDirectories(fresh);
    for (Path file : children(fresh)) {
      if (file.getFileName().toString().matches("[0-9]{1,19}(\\.copy)?")) {
        disk.delete(file);
      } else {
        LOG.warn("{} is not of the snapshot store, and is left alone", file);
      }
    }
    disk.force(directory);
    for (Path entity : children(entities)) {
      removeOrphans(EntityFiles.list(entity));
    }
  }

  private void removeOrphans(EntityFiles files) {
    if (!files.strangers().isEmpty()) {
      LOG.warn(
          "{} holds {} file(s) that are not of the snapshot store and are left alone, the first: {}",
          files.directory(),
          files.strangers().size(),
          files.strangers().get(0));
    }
    if (files.packs().isEmpty() && files.copies().isEmpty()) {
      return;
    }
    try {
      remove(files, name -> false);
    } catch (IOException e) {
      LOG.warn("{} is left as it is, for want of access: {}", files.directory(), e.toString());
    }
  }

  Path entity(String entity) {
    return entities.resolve(entity);
  }

  /** Where a file of that name is written. */
  Path beside(long name) {
    return fresh.resolve(Long.toString(name));
  }

  EntityFiles list(String entity) throws IOException {
    return EntityFiles.list(entity(entity));
  }

  void create(String entity) throws IOException {
    Path path = entity(entity);
    if (!Files.isDirectory(path)) {
      disk.createDirectories(path);
      disk.force(entities);
    }
  }

  /**
   * Removes the snapshots that match, and the files that none of the others names; durable on
   * return. What holds chunks of others stays, as a pack. If the manifest of one that stays cannot
   * be read, nobody knows what it names, and nothing but the names of snapshots goes.
   */
  void remove(EntityFiles files, Predicate<SnapshotFileName> matches) throws IOException {
    List<SnapshotFileName> going = new ArrayList<>();
    List<SnapshotFileName> staying = new ArrayList<>();
    for (SnapshotFileName name : files.snapshots()) {
      (matches.test(name) ? going : staying).add(name);
    }
    Set<Long> needed = needed(files, staying);
    for (SnapshotFileName name : going) {
      if (needed == null || needed.contains(name.number())) {
        disk.move(files.file(name), EntityFiles.pack(files.directory(), name.number()));
      } else {
        disk.delete(files.file(name));
      }
    }
    if (!going.isEmpty()) {
      // Before what they name goes: a power loss must not bring one back without its chunks.
      disk.force(files.directory());
    }
    if (needed == null) {
      return;
    }
    boolean removed = false;
    for (Map.Entry<Long, Path> pack : files.packs().entrySet()) {
      if (!needed.contains(pack.getKey())) {
        disk.delete(pack.getValue());
        removed = true;
      }
    }
    for (Map.Entry<Long, Path> copy : files.copies().entrySet()) {
      if (!needed.contains(copy.getKey())) {
        disk.delete(copy.getValue());
        removed = true;
      }
    }
    if (removed) {
      disk.force(files.directory());
    }
  }

  /** The numbers of the files that snapshots name; null if that cannot be known. */
  private static @Nullable Set<Long> needed(EntityFiles files, List<SnapshotFileName> staying)
      throws IOException {
    Set<Long> needed = new HashSet<>();
    for (SnapshotFileName name : staying) {
      try {
        for (Pack pack : files.manifest(name).packs()) {
          needed.add(pack.number());
        }
      } catch (MalformedSnapshotException e) {
        LOG.warn(
            "Snapshot {} cannot be read, so that nothing that it may need is removed: {}",
            files.file(name),
            e.getMessage());
        return null;
      }
    }
    return needed;
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }
}
