package dev.hearsay.persistence;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of many entities, a file each, in one directory, of which it is the owner.
 * Thread-safe.
 */
final class SnapshotFiles implements AutoCloseable {
  private static final String ENTITIES = "entities";
  private static final String NEW = "new";
  private static final int BUFFER_BYTES = 64 << 10;

  private final DirectoryLock lock;
  private final FreeSpace freeSpace;
  private final Path directory;
  private final Path entities;
  private final Path fresh;
  private final AtomicLong names = new AtomicLong();

  private SnapshotFiles(DirectoryLock lock, Path directory, FreeSpace freeSpace) {
    this.lock = lock;
    this.freeSpace = freeSpace;
    this.directory = directory;
    this.entities = directory.resolve(ENTITIES);
    this.fresh = directory.resolve(NEW);
  }

  /**
   * Opens the directory, which is created if it does not exist.
   *
   * @param probe tells the free space, or null to ask the file system
   * @param reserveBytes the free space below which nothing is saved
   * @throws DirectoryInUseException if another owner has it
   * @throws UnusableDirectoryException if it cannot serve; nothing in it was changed
   */
  static SnapshotFiles open(Path path, FreeSpace.@Nullable Probe probe, long reserveBytes) {
    Path directory = path.toAbsolutePath().normalize();
    DirectoryFormat.SNAPSHOTS.check(directory);
    DirectoryLock lock = DirectoryLock.acquire(directory, "Hearsay snapshot store");
    boolean opened = false;
    try {
      boolean isNew = DirectoryFormat.SNAPSHOTS.prepare(directory);
      FreeSpace freeSpace =
          new FreeSpace(directory, probe == null ? FreeSpace.of(directory) : probe, reserveBytes);
      SnapshotFiles files = new SnapshotFiles(lock, directory, freeSpace);
      files.prepare(isNew);
      if (isNew) {
        DirectoryFormat.SNAPSHOTS.complete(directory);
      }
      opened = true;
      return files;
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be prepared: " + e, e);
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  /**
   * Stores a snapshot; durable and verified on return. One of the same name is replaced.
   *
   * @throws FreeSpaceException if there is not enough space; nothing was written
   */
  void save(SnapshotFormat.Stored snapshot) throws IOException {
    freeSpace.require(snapshot.payload().bytes().length);
    Path beside = fresh.resolve(Long.toString(names.incrementAndGet()));
    boolean saved = false;
    try {
      write(snapshot, beside);
      SnapshotFormat.Stored readBack = read(beside);
      if (!sameFrame(snapshot, readBack)) {
        throw new IOException("the snapshot read back from " + beside + " is another one");
      }
      Path entity = entity(snapshot.persistenceId());
      createDurably(entity);
      Files.move(
          beside,
          entity.resolve(name(snapshot).toString()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      DirectoryFormat.force(entity);
      saved = true;
    } finally {
      if (!saved) {
        Files.deleteIfExists(beside);
      }
    }
  }

  /** The snapshots of an entity, newest first. Files with other names are left alone. */
  List<SnapshotFileName> list(String persistenceId) throws IOException {
    List<SnapshotFileName> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(entity(persistenceId))) {
      for (Path file : files) {
        SnapshotFileName.parse(file.getFileName().toString()).ifPresent(names::add);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(Collections.reverseOrder());
    return names;
  }

  /**
   * Reads a snapshot and checks it.
   *
   * @throws NoSuchFileException if there is none, or no longer
   * @throws SnapshotFormat.MalformedException if it is damaged
   */
  SnapshotFormat.Stored load(String persistenceId, SnapshotFileName name) throws IOException {
    SnapshotFormat.Stored stored = read(file(persistenceId, name));
    if (!stored.persistenceId().equals(persistenceId) || !name(stored).equals(name)) {
      throw new SnapshotFormat.MalformedException(
          "it is snapshot "
              + stored.sequenceNr()
              + " of entity \""
              + stored.persistenceId()
              + "\" under another's name");
    }
    return stored;
  }

  /** Deletes the snapshots of an entity that match; durable on return. */
  void delete(String persistenceId, Predicate<SnapshotFileName> matches) throws IOException {
    boolean deleted = false;
    for (SnapshotFileName name : list(persistenceId)) {
      if (matches.test(name)) {
        deleted |= Files.deleteIfExists(file(persistenceId, name));
      }
    }
    if (deleted) {
      DirectoryFormat.force(entity(persistenceId));
    }
  }

  /** The file of a snapshot. */
  Path file(String persistenceId, SnapshotFileName name) {
    return entity(persistenceId).resolve(name.toString());
  }

  /** Gives the directory up. */
  @Override
  public void close() {
    lock.close();
  }

  private void prepare(boolean isNew) throws IOException {
    if (!isNew && !Files.isDirectory(entities)) {
      throw new UnusableDirectoryException(
          directory, "lacks its snapshots (" + ENTITIES + "); restore it from a copy");
    }
    Files.createDirectories(entities);
    Files.createDirectories(fresh);
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(fresh)) {
      for (Path file : leftovers) {
        Files.delete(file);
      }
    } catch (java.nio.file.DirectoryIteratorException | UncheckedIOException e) {
      throw new IOException(e);
    }
    DirectoryFormat.force(directory);
  }

  private void createDurably(Path entity) throws IOException {
    if (!Files.isDirectory(entity)) {
      Files.createDirectories(entity);
      DirectoryFormat.force(entities);
    }
  }

  private Path entity(String persistenceId) {
    return entities.resolve(SnapshotFileName.directory(persistenceId));
  }

  private static SnapshotFileName name(SnapshotFormat.Stored snapshot) {
    return new SnapshotFileName(snapshot.sequenceNr(), snapshot.timestampMillis());
  }

  private static boolean sameFrame(SnapshotFormat.Stored a, SnapshotFormat.Stored b) {
    return name(a).equals(name(b))
        && a.persistenceId().equals(b.persistenceId())
        && java.util.Arrays.equals(a.payload().bytes(), b.payload().bytes());
  }

  private static void write(SnapshotFormat.Stored snapshot, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      SnapshotFormat.write(snapshot, out);
      out.flush();
      channel.force(true);
    }
  }

  private static SnapshotFormat.Stored read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      return SnapshotFormat.read(in, Files.size(file));
    }
  }
}
