package dev.hearsay.persistence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes records into a new journal. It is made in a directory beside the one asked for, and gets
 * its name in {@link #finish}: a journal of which a part is missing never stands there. Not
 * thread-safe.
 *
 * <p>First come the deletions, then the events, those of one entity in order, as {@link
 * OfflineJournal#read} hands them out.
 *
 * @since 0.1
 */
public final class OfflineImport implements OfflineJournal.Receiver, AutoCloseable {
  private static final long BATCH_BYTES = 4 << 20;
  private static final long FREE_SPACE_MIN = 64 << 20;

  /** LevelDB's default, with which a copy is opened. */
  private static final long PEKKO_WRITE_BUFFER_BYTES = 4 << 20;

  private static final String JOURNAL = "journal";
  private static final String COPY = "copy";

  /**
   * What was imported.
   *
   * @param leftOut events behind a hole, if these are left out
   */
  public record Summary(long entities, long events, long leftOut) {}

  private final Path target;
  private final Path beside;
  private final boolean cutAtHoles;
  private final JournalSettings settings;
  private final FreeSpace.@Nullable Probe space;

  private final Map<String, Long> last = new HashMap<>();
  private final Set<String> cut = new HashSet<>();
  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private LogBatch deletions = new LogBatch();
  private @Nullable EventLog log;
  private long waitingBytes;
  private long entities;
  private long events;
  private long leftOut;

  private OfflineImport(
      Path target, Path beside, boolean cutAtHoles, FreeSpace.@Nullable Probe space) {
    this.target = target;
    this.beside = beside;
    this.space = space;
    this.cutAtHoles = cutAtHoles;
    this.settings =
        new JournalSettings(
            beside.resolve(JOURNAL),
            FREE_SPACE_MIN,
            BATCH_BYTES,
            Integer.MAX_VALUE, // written by the caller: nobody else is here
            1 << 16,
            16 << 20,
            16 << 20,
            new Durability(Durability.Mode.OS, Duration.ZERO)); // forced on close
  }

  /**
   * Prepares an import into a directory that does not exist, or is empty.
   *
   * @param cutAtHoles where an event is missing: true to leave out what follows it, false to fail
   * @throws UnusableDirectoryException if the directory is not empty or cannot be made
   */
  public static OfflineImport into(Path directory, boolean cutAtHoles) {
    return into(directory, cutAtHoles, null);
  }

  /** With what tells the free space, or null to ask the file system. */
  static OfflineImport into(Path directory, boolean cutAtHoles, FreeSpace.@Nullable Probe space) {
    Path target = directory.toAbsolutePath().normalize();
    try {
      if (Files.exists(target)) {
        requireEmpty(target);
      }
      Path parent = target.getParent();
      if (parent == null) {
        throw new UnusableDirectoryException(target, "is not empty");
      }
      Files.createDirectories(parent);
      Path beside = Files.createTempDirectory(parent, target.getFileName() + ".importing-");
      return new OfflineImport(target, beside, cutAtHoles, space);
    } catch (IOException e) {
      throw new UnusableDirectoryException(target, "cannot be made: " + e, e);
    }
  }

  private static void requireEmpty(Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      throw new UnusableDirectoryException(target, "is not a directory");
    }
    try (Stream<Path> files = Files.list(target)) {
      if (files.findAny().isPresent()) {
        throw new UnusableDirectoryException(target, "is not empty; choose a new directory");
      }
    }
  }

  /** True if {@link #readPekko} can read the directory. Reads only. */
  public static boolean isPekkoJournal(Path directory) {
    return Files.exists(directory.resolve("CURRENT")) && PekkoJournal.isOne(directory);
  }

  /**
   * Reads a directory of Pekko's own LevelDB plugin, from a copy, because LevelDB would write to
   * it: the native build, or the port in Java where that does not load. The tags of all events are
   * held in memory.
   *
   * @param receiver gets the records; this import, or one that counts on the way
   * @throws DirectoryInUseException if a process has it open
   * @throws FreeSpaceException if there is no room for the copy; nothing was written
   * @throws StorageException if it is damaged, or not of Pekko's plugin
   */
  public void readPekko(Path directory, OfflineJournal.Receiver receiver) throws IOException {
    readPekko(directory, NativeMode.AUTO, receiver);
  }

  /** With LevelDB's native library or without it. */
  void readPekko(Path directory, NativeMode mode, OfflineJournal.Receiver receiver)
      throws IOException {
    if (!isPekkoJournal(directory)) {
      throw new UnusableDirectoryException(
          directory, "is not a journal of Pekko's own LevelDB plugin");
    }
    Path copy = Files.createDirectories(beside.resolve(COPY));
    Path lock = directory.resolve("LOCK");
    if (Files.isWritable(lock)) {
      try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
          FileLock held = channel.tryLock()) {
        if (held == null) {
          throw new DirectoryInUseException(directory, 0, "LevelDB's LOCK is held");
        }
        copy(directory, copy);
      }
    } else {
      copy(directory, copy);
    }
    PekkoJournal.read(copy, mode, receiver);
  }

  /** For a copy, and for LevelDB to open it: on a full disk that kills the process. */
  private void requireRoomFor(Path directory) throws IOException {
    long bytes = LevelDbFiles.openingBytes(directory, PEKKO_WRITE_BUFFER_BYTES);
    for (Path file : copied(directory)) {
      bytes += Files.size(file);
    }
    requireRoom(bytes);
  }

  private void requireRoom(long bytes) throws IOException {
    new FreeSpace(beside, space == null ? FreeSpace.of(beside) : space, FREE_SPACE_MIN)
        .require(bytes);
  }

  private static List<Path> copied(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file ->
                  file.getFileName()
                      .toString()
                      .matches("CURRENT|MANIFEST-[0-9]+|[0-9]+\\.(log|sst|ldb)"))
          .toList();
    }
  }

  private void copy(Path from, Path to) throws IOException {
    requireRoomFor(from);
    for (Path file : copied(from)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  @Override
  public void record(OfflineRecord record) throws IOException {
    if (record instanceof OfflineRecord.Deletion deletion) {
      record(deletion);
    } else if (record instanceof OfflineRecord.Event event && !event.isDeleted()) {
      record(event);
    }
  }

  private void record(OfflineRecord.Deletion deletion) {
    if (log != null) {
      throw new StorageException("a deletion comes behind events", true, null);
    }
    if (deletion.deletedTo() < 0) {
      throw new StorageException(
          "entity \"" + deletion.persistenceId() + "\" has a deletion below 0", true, null);
    }
    // The highest number counts again with the events that follow: until then it is the deleted
    // one.
    byte[] key;
    try {
      key = JournalFormat.deletedKey(deletion.persistenceId());
    } catch (IllegalArgumentException e) {
      throw notStored("the deletion", deletion.persistenceId(), e);
    }
    long to = deletion.deletedTo();
    deletions.put(key, JournalFormat.encode(key, new JournalFormat.Deleted(to, to, to)));
    if (to > 0 && last.getOrDefault(deletion.persistenceId(), 0L) == 0) {
      // Its first event is gone, with which it would have come into the index of entities.
      entities++;
      byte[] entity = IndexFormat.entityKey(entities);
      deletions.put(entity, IndexFormat.encodeEntity(entity, deletion.persistenceId()));
    }
    last.put(deletion.persistenceId(), to);
  }

  private void record(OfflineRecord.Event event) throws IOException {
    String id = event.persistenceId();
    long before = last.getOrDefault(id, 0L);
    if (cut.contains(id)) {
      leftOut++;
      return;
    }
    if (event.previous() > before) {
      if (!cutAtHoles) {
        throw new CorruptRecordException(
            id,
            event.previous(),
            "is missing: event "
                + event.event().sequenceNr()
                + " follows it; --cut-at-holes leaves out what follows a missing event");
      }
      cut.add(id);
      leftOut++;
      return;
    }
    long sequenceNr = event.event().sequenceNr();
    byte[] key;
    byte[] value;
    try {
      key = JournalFormat.eventKey(id, sequenceNr);
      value = JournalFormat.encode(event.event());
    } catch (IllegalArgumentException e) { // more tags than may be, say
      throw notStored("event " + sequenceNr, id, e);
    }
    waiting.add(
        open()
            .append(
                id, List.of(new GroupCommit.Append(key, value, sequenceNr, event.event().tags())))
            .toCompletableFuture());
    waitingBytes += key.length + (long) value.length;
    last.put(id, sequenceNr);
    events++;
    if (waitingBytes >= BATCH_BYTES) {
      flush();
    }
  }

  private static StorageException notStored(
      String what, String persistenceId, IllegalArgumentException reason) {
    return new StorageException(
        what
            + " of entity \""
            + persistenceId
            + "\" cannot be stored, and nothing is imported: "
            + reason.getMessage(),
        true,
        reason);
  }

  /**
   * Makes the journal durable and gives it its name.
   *
   * @throws StorageException if an event could not be written; then there is no journal
   */
  public Summary finish() throws IOException {
    EventLog written = open();
    flush();
    written.close();
    log = null;
    Files.move(beside.resolve(JOURNAL), target, StandardCopyOption.ATOMIC_MOVE);
    DirectoryFormat.force(target.getParent());
    return new Summary(last.size(), events, leftOut);
  }

  private EventLog open() throws IOException {
    EventLog open = log;
    if (open == null) {
      if (!deletions.isEmpty()) {
        deletions.put(
            IndexFormat.highestKey(), IndexFormat.encode(new IndexFormat.Highest(entities, false)));
        requireRoom(deletions.bytes());
        try (DirectoryLock lock = DirectoryLock.acquire(settings.directory())) {
          DirectoryFormat.JOURNAL.prepare(lock.directory());
          try (LogStore store = LevelDbLogStore.open(lock.directory(), true, settings)) {
            store.write(deletions, true);
          }
        }
        deletions = new LogBatch();
      }
      open = EventLog.open(settings, LevelDbLogStore::open, space, new PersistenceMetrics());
      log = open;
    }
    return open;
  }

  private void flush() throws IOException {
    open().flush();
    try {
      waiting.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new StorageException(
          "the import cannot be written: " + e.getCause().getMessage(), true, e.getCause());
    }
    waiting.clear();
    waitingBytes = 0;
  }

  /** Takes away what {@link #finish} did not name. */
  @Override
  public void close() throws IOException {
    EventLog open = log;
    log = null;
    if (open != null) {
      open.close();
    }
    try (Stream<Path> files = Files.walk(beside)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
