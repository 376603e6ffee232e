package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Head;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of many entities in one directory, of which it is the owner. Thread-safe; what is
 * done for one entity is done one after the other.
 */
final class SnapshotFiles implements AutoCloseable {
  /** Entities of which it is remembered what was last read or written. */
  private static final int REMEMBERED_MAX = 65_536;

  private final DirectoryLock lock;
  private final SnapshotDirectory directory;
  private final SnapshotSettings settings;
  private final SnapshotDisk disk;
  private final FreeSpace freeSpace;
  private final PersistenceMetrics metrics;
  private final EntityLocks locks = new EntityLocks();
  private final AtomicLong names = new AtomicLong();
  private final Map<String, Whole> whole = new Remembered();

  private SnapshotFiles(
      DirectoryLock lock,
      SnapshotDirectory directory,
      SnapshotSettings settings,
      FreeSpace freeSpace,
      PersistenceMetrics metrics) {
    this.lock = lock;
    this.directory = directory;
    this.settings = settings;
    this.disk = settings.disk();
    this.freeSpace = freeSpace;
    this.metrics = metrics;
  }

  /** A snapshot of which every byte was read, and the files in which it met damage. */
  private record Whole(SnapshotFileName name, Set<Long> damaged) {}

  /** What a snapshot holds, written when it is asked for. */
  interface Content {
    void writeTo(SnapshotPartsWriter out) throws IOException;
  }

  /** Makes of a snapshot's parts what is wanted of them. */
  interface Decoder<T> {
    T decode(Head head, SnapshotPartsReader parts) throws IOException;
  }

  /**
   * Opens the directory, which is created if it does not exist.
   *
   * @throws DirectoryInUseException if another owner has it
   * @throws UnusableDirectoryException if it cannot serve; nothing in it was changed
   */
  static SnapshotFiles open(SnapshotSettings settings, PersistenceMetrics metrics) {
    return open(settings, metrics, null);
  }

  /** Beside journals, whose room it leaves free; null if there are none. */
  static SnapshotFiles open(
      SnapshotSettings settings, PersistenceMetrics metrics, @Nullable JournalRoom journals) {
    Path path = settings.directory();
    DirectoryFormat.SNAPSHOTS.check(path);
    DirectoryLock lock = DirectoryLock.acquire(path, "Hearsay snapshot store");
    boolean opened = false;
    try {
      SnapshotDirectory directory = new SnapshotDirectory(path, settings.disk());
      boolean isNew = DirectoryFormat.SNAPSHOTS.prepare(path);
      directory.prepare(isNew);
      if (isNew) {
        DirectoryFormat.SNAPSHOTS.complete(path);
      }
      FreeSpace.Probe probe = settings.probe();
      if (probe == null) {
        probe = FreeSpace.of(path);
      }
      if (journals != null) {
        probe = journals.besides(path, probe);
      }
      FreeSpace freeSpace = new FreeSpace(path, probe, settings.reserveBytes());
      opened = true;
      return new SnapshotFiles(lock, directory, settings, freeSpace, metrics);
    } catch (IOException e) {
      throw new UnusableDirectoryException(path, "cannot be prepared: " + e, e);
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  /**
   * Stores a snapshot; durable and verified on return. One of the same sequence number and time is
   * replaced. If it throws, nothing was stored, or (where the rename itself failed) it may have
   * been.
   *
   * @throws FreeSpaceException if there is not enough space; nothing was stored
   */
  void save(Head head, Content content) throws IOException {
    String entity = SnapshotFileName.directory(head.persistenceId());
    locks.locked(
        entity,
        () -> {
          save(entity, head, content);
          return null;
        });
  }

  private void save(String entity, Head head, Content content) throws IOException {
    directory.create(entity);
    EntityFiles files = directory.list(entity);
    KnownSnapshot base = base(entity, head.persistenceId(), files);
    SnapshotManifest saved;
    try {
      saved = write(head, content, files, base);
    } catch (MalformedSnapshotException e) {
      if (base == null) {
        throw e;
      }
      SnapshotDirectory.LOG.warn(
          "What the next snapshot of entity {} was to be built on is damaged; it is written whole:"
              + " {}",
          head.persistenceId(),
          e.getMessage());
      saved = write(head, content, files, null);
    }
    remember(entity, new Whole(saved.name(), Set.of()));
    metrics.snapshotStateBytes.add(saved.bytes());
    SnapshotFileName newest = saved.name();
    Predicate<SnapshotFileName> replaced =
        name -> name.isSameSnapshot(newest) && !name.equals(newest);
    if (files.snapshots().stream().anyMatch(replaced)) {
      directory.remove(directory.list(entity), replaced);
    }
  }

  private SnapshotManifest write(
      Head head, Content content, EntityFiles files, @Nullable KnownSnapshot base)
      throws IOException {
    Path beside = directory.beside(names.incrementAndGet());
    try (PackWriter pack = new PackWriter(disk, freeSpace, beside, settings.copies());
        ChunkSource source = base == null ? null : new ChunkSource(files, base.manifest())) {
      SnapshotWriter writer = new SnapshotWriter(head, files.nextNumber(), pack, base, source);
      content.writeTo(writer);
      SnapshotManifest manifest = writer.finish();
      pack.move(
          files.file(manifest.name()), EntityFiles.copy(files.directory(), manifest.number()));
      disk.force(files.directory());
      metrics.snapshotBytes.add(pack.writtenBytes());
      return manifest;
    }
  }

  /**
   * The snapshot to build on: the last that this process wrote or read whole, else the newest that
   * is whole, which is found by reading it.
   */
  private @Nullable KnownSnapshot base(String entity, String persistenceId, EntityFiles files) {
    Whole known = whole(entity);
    if (known != null && !files.snapshots().contains(known.name())) {
      known = null;
    }
    for (SnapshotFileName name : known == null ? files.snapshots() : List.of(known.name())) {
      try {
        SnapshotManifest manifest = files.manifest(name);
        if (!manifest.head().persistenceId().equals(persistenceId)) {
          continue;
        }
        try (ChunkSource source = new ChunkSource(files, manifest)) {
          if (known == null) {
            new ManifestReader(manifest, source).requireWhole();
          } else {
            source.requireFiles();
            source.damaged().addAll(known.damaged());
          }
          return new KnownSnapshot(manifest, source.damaged());
        }
      } catch (IOException e) {
        SnapshotDirectory.LOG.warn(
            "Snapshot {} of entity {} cannot be read, and the next is not built on it: {}",
            files.file(name),
            persistenceId,
            e.toString());
      }
    }
    return null;
  }

  /** The snapshots of an entity, newest first. Files with other names are left alone. */
  List<SnapshotFileName> list(String persistenceId) throws IOException {
    return directory.list(SnapshotFileName.directory(persistenceId)).snapshots();
  }

  /**
   * Reads a snapshot; whatever the decoder is given has been checked.
   *
   * @throws NoSuchFileException if there is none, or no longer
   * @throws MalformedSnapshotException if it is damaged
   */
  <T> T load(String persistenceId, SnapshotFileName name, Decoder<T> decoder) throws IOException {
    String entity = SnapshotFileName.directory(persistenceId);
    return locks.locked(entity, () -> load(entity, persistenceId, name, decoder));
  }

  private <T> T load(String entity, String persistenceId, SnapshotFileName name, Decoder<T> decoder)
      throws IOException {
    EntityFiles files = directory.list(entity);
    SnapshotManifest manifest = files.manifest(name);
    if (!manifest.head().persistenceId().equals(persistenceId)) {
      throw new MalformedSnapshotException(
          "it is a snapshot of entity \"" + manifest.head().persistenceId() + "\"");
    }
    try (ChunkSource source = new ChunkSource(files, manifest)) {
      ManifestReader reader = new ManifestReader(manifest, source);
      T decoded = decoder.decode(manifest.head(), reader);
      reader.requireWhole();
      if (source.mended() > 0) {
        metrics.mendedChunks.add(source.mended());
        SnapshotDirectory.LOG.warn(
            "{} damaged chunk(s) of snapshot {} of entity {} were read from a copy; the next"
                + " snapshot writes them again",
            source.mended(),
            files.file(name),
            persistenceId);
      }
      remember(entity, new Whole(name, Set.copyOf(source.damaged())));
      return decoded;
    }
  }

  /** Deletes the snapshots of an entity that match; durable on return. */
  void delete(String persistenceId, Predicate<SnapshotFileName> matches) throws IOException {
    String entity = SnapshotFileName.directory(persistenceId);
    locks.locked(
        entity,
        () -> {
          directory.remove(directory.list(entity), matches);
          return null;
        });
  }

  /** The file of a snapshot. */
  Path file(String persistenceId, SnapshotFileName name) {
    return directory.entity(SnapshotFileName.directory(persistenceId)).resolve(name.toString());
  }

  /** Gives the directory up. */
  @Override
  public void close() {
    lock.close();
  }

  private @Nullable Whole whole(String entity) {
    synchronized (whole) {
      return whole.get(entity);
    }
  }

  private void remember(String entity, Whole known) {
    synchronized (whole) {
      whole.put(entity, known);
    }
  }

  private static final class Remembered extends LinkedHashMap<String, Whole> {
    private static final long serialVersionUID = 1L;

    Remembered() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Whole> eldest) {
      return size() > REMEMBERED_MAX;
    }
  }
}
