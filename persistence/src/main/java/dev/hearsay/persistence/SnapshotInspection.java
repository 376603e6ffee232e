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
import org.jspecify.annotations.Nullable;

/**
 * What a directory of snapshots holds, and whether it is whole: every chunk of every snapshot is
 * read. Nothing is changed. No store may be using the directory meanwhile: take its {@link
 * DirectoryLock} first.
 *
 * @param snapshots by entity, the newest of each first
 * @param orphans files of the store that no snapshot needs; the next start removes them
 * @param strangers files that are not of the store
 * @since 0.1
 */
public record SnapshotInspection(List<Found> snapshots, List<Path> orphans, List<Path> strangers) {
  public SnapshotInspection {
    snapshots = List.copyOf(snapshots);
    orphans = List.copyOf(orphans);
    strangers = List.copyOf(strangers);
  }

  /**
   * A snapshot.
   *
   * @param persistenceId null if its manifest cannot be read
   * @param stateBytes length of what was saved; 0 if its manifest cannot be read
   * @param damagedFiles numbers of the entity's files in which a chunk of it, or the file itself,
   *     is damaged or lost; if {@code damage} is null, their copies have what is needed
   * @param damage why it cannot be loaded; null if it can
   */
  public record Found(
      Path file,
      @Nullable String persistenceId,
      long sequenceNr,
      long timestampMillis,
      long stateBytes,
      List<Long> damagedFiles,
      @Nullable String damage) {
    public Found {
      damagedFiles = List.copyOf(damagedFiles);
    }
  }

  /**
   * Reads a directory.
   *
   * @throws UnusableDirectoryException if it is none of a snapshot store of this version
   */
  public static SnapshotInspection of(Path directory) throws IOException {
    DirectoryFormat.SNAPSHOTS.check(directory);
    Path entities = directory.resolve("entities");
    if (!Files.isDirectory(entities)) {
      throw new UnusableDirectoryException(directory, "holds no snapshots (entities)");
    }
    List<Found> snapshots = new ArrayList<>();
    List<Path> orphans = new ArrayList<>();
    List<Path> strangers = new ArrayList<>();
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(entities)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    children.sort(null);
    for (Path entity : children) {
      if (!Files.isDirectory(entity)) {
        strangers.add(entity);
        continue;
      }
      EntityFiles files = EntityFiles.list(entity);
      files.strangers().forEach(name -> strangers.add(entity.resolve(name)));
      inspect(files, snapshots, orphans);
    }
    return new SnapshotInspection(snapshots, orphans, strangers);
  }

  private static void inspect(EntityFiles files, List<Found> snapshots, List<Path> orphans) {
    Set<Long> needed = new HashSet<>();
    boolean allKnown = true;
    for (SnapshotFileName name : files.snapshots()) {
      SnapshotManifest manifest = null;
      Set<Long> damaged = new HashSet<>();
      String damage = null;
      try {
        manifest = files.manifest(name);
        manifest.packs().stream().map(Pack::number).forEach(needed::add);
        String persistenceId = manifest.head().persistenceId();
        if (!files.directory().endsWith(SnapshotFileName.directory(persistenceId))) {
          throw new MalformedSnapshotException("it is of entity \"" + persistenceId + "\"");
        }
        damaged(files, manifest, damaged);
      } catch (IOException e) {
        damage = e.getMessage();
        allKnown &= manifest != null;
      }
      snapshots.add(
          new Found(
              files.file(name),
              manifest == null ? null : manifest.head().persistenceId(),
              name.sequenceNr(),
              name.timestampMillis(),
              manifest == null ? 0 : manifest.bytes(),
              damaged.stream().sorted().toList(),
              damage));
    }
    if (allKnown) {
      for (Map<Long, Path> numbered : List.of(files.packs(), files.copies())) {
        numbered.forEach(
            (number, path) -> {
              if (!needed.contains(number)) {
                orphans.add(path);
              }
            });
      }
    }
  }

  private static void damaged(EntityFiles files, SnapshotManifest manifest, Set<Long> damaged)
      throws IOException {
    for (boolean copiesFirst : new boolean[] {false, true}) {
      try (ChunkSource source = new ChunkSource(files, manifest, copiesFirst)) {
        try {
          new ManifestReader(manifest, source).requireWhole();
        } finally {
          damaged.addAll(source.damaged());
        }
      }
    }
  }
}
