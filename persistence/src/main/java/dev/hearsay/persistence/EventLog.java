package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable histories of many entities in one directory, of which it is the owner. Thread-safe.
 */
final class EventLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

  private final DirectoryLock lock;
  private final LogStore store;
  private final JournalReader reader;
  private final JournalSpace space;
  private final GroupCommit writer;
  private final Purge purge;
  private final PersistenceMetrics metrics;
  private final CommitFeed feed;

  private EventLog(
      DirectoryLock lock,
      LogStore store,
      JournalSpace space,
      GroupCommit writer,
      Purge purge,
      PersistenceMetrics metrics,
      CommitFeed feed) {
    this.lock = lock;
    this.store = store;
    this.reader = new JournalReader(store);
    this.space = space;
    this.writer = writer;
    this.purge = purge;
    this.metrics = metrics;
    this.feed = feed;
  }

  /**
   * Opens the log in its directory, which is created if it does not exist.
   *
   * @param probe tells the free space, or null to ask the file system
   * @throws DirectoryInUseException if another owner has it
   * @throws UnusableDirectoryException if it cannot serve; nothing in it was changed
   */
  static EventLog open(
      JournalSettings settings,
      LogStore.Opener opener,
      FreeSpace.@Nullable Probe probe,
      PersistenceMetrics metrics) {
    return open(settings, opener, probe, metrics, Runnable::run);
  }

  /** With something that runs what ends the writes of a batch, on any thread. */
  static EventLog open(
      JournalSettings settings,
      LogStore.Opener opener,
      FreeSpace.@Nullable Probe probe,
      PersistenceMetrics metrics,
      Executor answers) {
    Path directory = settings.directory().toAbsolutePath().normalize();
    DirectoryFormat.JOURNAL.check(directory);
    StoreFiles.check(directory); // before anything is written there, be it a lock
    DirectoryLock lock = DirectoryLock.acquire(directory, "Hearsay journal");
    LogStore store = null;
    JournalSpace space = null;
    GroupCommit writer = null;
    Purge purge = null;
    try {
      boolean isNew = DirectoryFormat.JOURNAL.prepare(directory);
      FreeSpace.Probe freeSpace = probe == null ? FreeSpace.of(directory) : probe;
      JournalSpace.requireForOpening(directory, freeSpace, settings);
      store = opener.open(directory, isNew, settings);
      if (isNew) {
        DirectoryFormat.JOURNAL.complete(directory);
      }
      space = new JournalSpace(directory, store, freeSpace, settings, metrics);
      boolean unsynced = !settings.durability().syncsEveryWrite();
      CommitFeed feed = new CommitFeed(Ordinals.open(store, unsynced));
      writer = new GroupCommit(directory, store, space, settings, metrics, feed, answers);
      purge = new Purge(store, writer, space, metrics);
      space.onShort(purge::makeRoom);
      return new EventLog(lock, store, space, writer, purge, metrics, feed);
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be read: " + e, e);
    } finally {
      if (purge == null) {
        close(lock, store, space, writer);
      }
    }
  }

  /** Stores events of one entity, all or none; done when they are durable, after a flush. */
  CompletionStage<Void> append(String persistenceId, List<GroupCommit.Append> events) {
    return writer.append(persistenceId, events);
  }

  /** Writes what was appended; the caller may be the one who writes. */
  void flush() {
    writer.flush();
  }

  /** Deletes the entity's events up to {@code to}; done when that is durable. */
  CompletionStage<Void> deleteTo(String persistenceId, long to) {
    return writer.delete(persistenceId, to).thenRun(() -> purge.schedule(persistenceId));
  }

  /** Done when all writes submitted before are: a read after it sees them. */
  CompletionStage<Void> fence() {
    return writer.fence();
  }

  /**
   * Passes if none of the entity's events from {@code from} on was deleted.
   *
   * @throws CorruptRecordException if one was: what a recovery from there would hand out has a hole
   */
  void requireNotDeleted(String persistenceId, long from) throws IOException {
    if (from <= reader.head(persistenceId).deleted().deletedTo()) {
      metrics.corruptRecords.increment();
      throw new CorruptRecordException(
          persistenceId,
          from,
          "was deleted, and the snapshots that stand for it cannot be read; the one that can is"
              + " older");
    }
  }

  /** The highest sequence number ever stored of the entity, 0 for none. */
  long highestSequenceNr(String persistenceId) throws IOException {
    writer.checkKnown(persistenceId);
    return reader.head(persistenceId).highest();
  }

  /**
   * Hands out the entity's events, as {@link JournalReader#replay} does.
   *
   * @throws CorruptRecordException at the first event that is damaged or missing
   */
  void replay(String persistenceId, long from, long to, long max, Consumer<EventRecord> receiver)
      throws IOException {
    writer.checkKnown(persistenceId);
    try {
      reader.replay(persistenceId, from, to, max, receiver);
    } catch (CorruptRecordException e) {
      metrics.corruptRecords.increment();
      throw e;
    }
  }

  /** Where it lives. */
  Path directory() {
    return lock.directory();
  }

  /** Bytes that LevelDB may yet write by itself; an upper bound. */
  long backgroundBytes() throws IOException {
    return store.backgroundBytes();
  }

  /** What is acknowledged, and news of it. */
  CommitFeed feed() {
    return feed;
  }

  /** A view of the store as it is now, which may show what is not acknowledged. */
  LogStore.Cursor cursor() throws IOException {
    return store.cursor();
  }

  /** Counts a query that met a damaged or missing event. */
  void noteCorrupt() {
    metrics.corruptRecords.increment();
  }

  /**
   * Writes what waits and gives the directory up. On a disk that is full, LevelDB cannot be closed
   * safely: then that comes later, when there is room, or the process ends before.
   */
  @Override
  public void close() {
    if (!space.isPaused()) {
      purge.close();
      close(lock, store, space, writer);
      return;
    }
    writer.close();
    LOG.warn(
        "The file system of journal {} is nearly full: it stays open until there is room",
        lock.directory());
    Thread closer =
        new Thread(
            () -> {
              space.close();
              purge.close(); // it may wait for a compaction that is paused
              close(lock, store, null, null);
            },
            "hearsay-journal-closer");
    closer.setDaemon(true);
    closer.start();
  }

  private static void close(
      DirectoryLock lock,
      @Nullable LogStore store,
      @Nullable JournalSpace space,
      @Nullable GroupCommit writer) {
    try {
      if (writer != null) {
        writer.close();
      }
      if (space != null) {
        space.close();
      }
      if (store != null) {
        store.close();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("closing the journal " + lock.directory(), e);
    } finally {
      lock.close();
    }
  }
}
