package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LogStore} on LevelDB, with all of its checksums on.
 *
 * <p>Two entries of its own bound the key space, so that a cursor can step back from any place: the
 * binding cannot step back from behind the last entry.
 */
final class LevelDbLogStore implements LogStore {
  static final String DIRECTORY = "leveldb";
  private static final byte[] FIRST_KEY = {0x00};
  private static final byte[] LAST_KEY = {(byte) 0xFF};
  private static final byte[] BOUND = {};

  private static final WriteOptions SYNC = new WriteOptions().sync(true);
  private static final WriteOptions NO_SYNC = new WriteOptions().sync(false);

  private final Path directory;
  private final Path path;
  private final LevelDbBuild build;
  private final DB db;
  private final LevelDbFiles files;

  /** Null where it does not help. */
  private final @Nullable LogAhead ahead;

  // The native objects crash the JVM when used after they are freed: closing waits for all uses.
  private final Leases leases = new Leases();

  /** Held while LevelDB writes for us; guards {@link #paused}. */
  private final ReentrantLock writing = new ReentrantLock();

  private boolean paused;

  private LevelDbLogStore(
      Path directory,
      Path path,
      LevelDbBuild build,
      DB db,
      LevelDbFiles files,
      @Nullable LogAhead ahead) {
    this.directory = directory;
    this.path = path;
    this.build = build;
    this.db = db;
    this.files = files;
    this.ahead = ahead;
  }

  /** Opens the store in {@code directory}/{@value #DIRECTORY}, see {@link LogStore.Opener}. */
  static LogStore open(Path directory, boolean isNew, JournalSettings settings) {
    return open(directory, isNew, settings, DirectoryFormat::force);
  }

  /** With something else in place of the fsync of its directory. */
  static LevelDbLogStore open(
      Path directory, boolean isNew, JournalSettings settings, LevelDbFiles.NameForce nameForce) {
    LevelDbBuild build = LevelDbBuild.choose(directory, settings.nativeMode());
    Path path = directory.resolve(DIRECTORY);
    LevelDbFiles files = new LevelDbFiles(path, nameForce, settings.writeBufferBytes());
    DB db = null;
    boolean opened = false;
    try {
      Files.createDirectories(path);
      TornTail.cut(path);
      if (build.isNative() && Files.exists(path.resolve("CURRENT"))) {
        PortTables.correct(path);
      }
      db = build.factory().open(path.toFile(), options(settings).createIfMissing(isNew));
      if (db.get(LAST_KEY) == null) {
        bound(db);
      }
      files.forceCurrent();
      files.forceNames();
      DirectoryFormat.force(directory);
      LogAhead ahead = build.isNative() ? logAhead(path, files, settings) : null;
      opened = true;
      return new LevelDbLogStore(directory, path, build, db, files, ahead);
    } catch (IOException | RuntimeException | LevelDbBlock.MalformedException e) {
      throw new UnusableDirectoryException(
          directory, "cannot be opened by LevelDB: " + e.getMessage(), e);
    } finally {
      if (!opened && db != null) {
        close(db);
      }
    }
  }

  private static @Nullable LogAhead logAhead(
      Path path, LevelDbFiles files, JournalSettings settings) throws IOException {
    return settings.durability().syncsEveryWrite() && LogAhead.helps(path)
        ? new LogAhead(path, files, FreeSpace.of(path), settings.freeSpaceMinBytes()).start()
        : null;
  }

  private static Options options(JournalSettings settings) {
    return new Options()
        .paranoidChecks(true)
        .verifyChecksums(true)
        .compressionType(CompressionType.NONE)
        .writeBufferSize(settings.writeBufferBytes())
        .cacheSize(settings.cacheBytes());
  }

  /** Behind every key of the journal. */
  static byte[] lastKey() {
    return LAST_KEY.clone();
  }

  private static void bound(DB db) throws IOException {
    try (WriteBatch batch = db.createWriteBatch()) {
      batch.put(FIRST_KEY, BOUND).put(LAST_KEY, BOUND);
      db.write(batch, SYNC);
    }
  }

  private static void close(DB db) {
    try {
      db.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void write(LogBatch batch, boolean sync) throws IOException {
    leases.take();
    writing.lock();
    try (WriteBatch writes = db.createWriteBatch()) {
      if (paused) {
        throw new FreeSpaceException(path);
      }
      for (int i = 0; i < batch.size(); i++) {
        byte @Nullable [] value = batch.value(i);
        if (value == null) {
          writes.delete(batch.key(i));
        } else {
          writes.put(batch.key(i), value);
        }
      }
      write(writes, sync);
      files.written(batch.bytes());
      if (ahead != null) {
        ahead.written(batch.bytes());
      }
    } finally {
      writing.unlock();
      leases.giveBack();
    }
  }

  private void write(WriteBatch writes, boolean sync) throws IOException {
    try {
      db.write(writes, sync ? SYNC : NO_SYNC);
    } catch (RuntimeException e) { // the port throws what comes
      throw failure("write", e);
    }
    if (sync) {
      files.forceNewNames();
    }
  }

  /**
   * Forces the logs themselves, the oldest first. A synchronous write to LevelDB would force its
   * newest log only, and lose the end of the one before, which LevelDB closes without an fsync.
   */
  @Override
  public void force() throws IOException {
    leases.take();
    try {
      for (Path log : TornTail.logs(path)) {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
          channel.force(false);
        } catch (NoSuchFileException gone) {
          // LevelDB deletes a log when all of it is in a table, which it has forced.
        }
      }
      files.forceNames();
    } finally {
      leases.giveBack();
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    leases.take();
    try {
      return db.get(key, new ReadOptions().verifyChecksums(true));
    } catch (RuntimeException e) {
      throw failure("read", e);
    } finally {
      leases.giveBack();
    }
  }

  @Override
  public Cursor cursor() throws IOException {
    leases.take();
    boolean opened = false;
    try {
      DBIterator iterator = db.iterator(new ReadOptions().verifyChecksums(true).fillCache(false));
      opened = true;
      return new LevelDbCursor(iterator);
    } catch (RuntimeException e) {
      throw failure("read", e);
    } finally {
      if (!opened) {
        leases.giveBack();
      }
    }
  }

  @Override
  public void compact(byte[] from, byte[] to) throws IOException {
    if (!build.isNative()) {
      return; // the port has no such call; it compacts when it has gathered enough
    }
    leases.take();
    try {
      db.compactRange(from, to);
    } catch (RuntimeException e) {
      throw failure("compaction", e);
    } finally {
      leases.giveBack();
    }
  }

  @Override
  public long backgroundBytes() throws IOException {
    return files.backgroundBytes();
  }

  /**
   * LevelDB JNI has one background thread in a JVM: the compactions of all of its stores pause. A
   * write under way is let finish first, because it may have to wait for a compaction. If the disk
   * is full before that, the journal's {@link Reserve} is given up for it.
   */
  @Override
  public void pause() throws IOException {
    leases.take();
    Rescue rescue = Rescue.watch(directory);
    try {
      writing.lock();
      try {
        if (paused) {
          return;
        }
        paused = true;
      } finally {
        writing.unlock();
      }
      db.suspendCompactions();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while LevelDB ends a compaction", e);
    } finally {
      rescue.close();
      leases.giveBack();
    }
  }

  @Override
  public void resume() {
    writing.lock();
    try {
      if (paused) {
        paused = false;
        db.resumeCompactions();
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    if (leases.end()) {
      resume(); // else LevelDB would wait for its own end for ever
      if (ahead != null) {
        ahead.close();
      }
      db.close();
    }
  }

  private static IOException failure(String what, Throwable e) {
    return new IOException("LevelDB " + what + " failed: " + e.getMessage(), e);
  }

  private final class LevelDbCursor implements Cursor {
    private final DBIterator iterator;
    private boolean closed;

    LevelDbCursor(DBIterator iterator) {
      this.iterator = iterator;
    }

    @Override
    public @Nullable Entry seek(byte[] key) throws IOException {
      leases.check();
      try {
        iterator.seek(key);
        return current();
      } catch (RuntimeException e) { // the binding wraps its errors in plain ones
        throw failure("read", e);
      }
    }

    @Override
    public @Nullable Entry next() throws IOException {
      leases.check();
      try {
        if (!iterator.hasNext()) {
          return null;
        }
        iterator.next();
        return current();
      } catch (RuntimeException e) {
        throw failure("read", e);
      }
    }

    @Override
    public @Nullable Entry before(byte[] key) throws IOException {
      leases.check();
      try {
        iterator.seek(key);
        if (!iterator.hasNext()) {
          throw new IOException("LevelDB lacks its last entry: the store is damaged");
        }
        Map.Entry<byte[], byte[]> entry =
            build.isNative() ? iterator.prev() : ForwardOnly.before(iterator, key);
        return Arrays.equals(entry.getKey(), FIRST_KEY)
            ? null
            : new Entry(entry.getKey(), entry.getValue());
      } catch (RuntimeException e) {
        throw failure("read", e);
      }
    }

    private @Nullable Entry current() {
      while (iterator.hasNext()) {
        Map.Entry<byte[], byte[]> entry = iterator.peekNext();
        if (Arrays.equals(entry.getKey(), LAST_KEY)) {
          return null;
        }
        if (!Arrays.equals(entry.getKey(), FIRST_KEY)) {
          return new Entry(entry.getKey(), entry.getValue());
        }
        iterator.next();
      }
      return null;
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      try {
        iterator.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } finally {
        leases.giveBack();
      }
    }
  }
}
