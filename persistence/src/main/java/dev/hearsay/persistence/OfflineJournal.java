package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A journal's directory, looked at while nobody has it open. It is read from LevelDB's files
 * without LevelDB, so that looking changes nothing but {@code hearsay.lock}, and that what is whole
 * can be read around what is damaged. Only {@link #cutTornTails} writes. Not thread-safe.
 *
 * @since 0.1
 */
public final class OfflineJournal implements AutoCloseable {
  private static final String STORE = LevelDbLogStore.DIRECTORY + "/";

  private final DirectoryLock lock;
  private final Path store;

  private OfflineJournal(DirectoryLock lock) {
    this.lock = lock;
    this.store = lock.directory().resolve(LevelDbLogStore.DIRECTORY);
  }

  /** Gets records one by one. */
  public interface Receiver {
    /**
     * Takes a record.
     *
     * @throws IOException ends the reading
     */
    void record(OfflineRecord record) throws IOException;
  }

  /**
   * A piece cut off.
   *
   * @param file what it was cut from, relative to the directory
   * @param offset where it began, in bytes
   * @param kept the file in which it is kept, beside
   * @param keptBytes its length, without zeros at its end
   * @param recordsBefore whole records before it, which stay
   */
  public record Cut(String file, long offset, String kept, long keptBytes, long recordsBefore) {}

  /**
   * Takes ownership of a journal's directory.
   *
   * @throws DirectoryInUseException if somebody has it open; names who
   * @throws UnusableDirectoryException if it is not a journal of a format that is known
   */
  public static OfflineJournal open(Path path) {
    Path directory = path.toAbsolutePath().normalize();
    if (!Files.isDirectory(directory)) {
      throw new UnusableDirectoryException(directory, "is not a directory");
    }
    DirectoryFormat.JOURNAL.check(directory);
    if (!Files.exists(directory.resolve(DirectoryFormat.FILE_NAME))) {
      throw new UnusableDirectoryException(directory, "holds no journal");
    }
    DirectoryLock lock = DirectoryLock.acquire(directory, "hearsay journal");
    return new OfflineJournal(lock);
  }

  /** The directory. */
  public Path directory() {
    return lock.directory();
  }

  /**
   * Hands out all records: what was deleted of each entity, then the events of each entity in
   * order. What is damaged is told and left out.
   *
   * @throws IOException if a file cannot be read, or the receiver throws
   */
  public void read(Receiver receiver, Consumer<Finding> findings) throws IOException {
    scan(receiver, findings, null, other -> {});
  }

  /**
   * Checks every record's sum over its key and content, that each event follows the one it names,
   * that highest sequence numbers and events agree, that the indexes which queries read and the
   * events do, and the snapshots.
   *
   * @param snapshots the directory of the snapshot store, or null to check the journal only
   * @param findings gets what is wrong
   * @param progress gets the number of records read, now and then
   * @return how much was checked
   */
  public JournalCheck.Summary verify(
      @Nullable Path snapshots, Consumer<Finding> findings, LongConsumer progress)
      throws IOException {
    JournalCheck check = new JournalCheck(findings, progress);
    IndexCheck index = new IndexCheck();
    scan(check, check::damage, index, check::other);
    check.endOfEvents();
    if (check.differs(index)) {
      scan(record -> {}, finding -> {}, index, other -> {});
    }
    if (snapshots != null) {
      check.snapshots(SnapshotCheck.run(snapshots, check::damage));
    }
    return check.summary();
  }

  /** Counts what there is; {@code top} entities by their bytes are listed one by one. */
  public JournalStats stats(
      @Nullable Path snapshots, int top, Consumer<Finding> findings, LongConsumer progress)
      throws IOException {
    JournalStats.Count count = new JournalStats.Count(top, progress);
    scan(count, findings, null, other -> {});
    SnapshotCheck.Snapshots found =
        snapshots == null ? SnapshotCheck.NONE : SnapshotCheck.run(snapshots, findings);
    return count.stats(diskBytes(), found);
  }

  /**
   * Finds the writes that a crash cut short; changes nothing.
   *
   * @return what {@link #cutTornTails} would cut, without the files in which it would keep it
   * @throws UnusableDirectoryException if a log is damaged before its end, which no cut can heal
   */
  public List<Cut> tornTails() throws IOException {
    List<Cut> cuts = new ArrayList<>();
    for (TornTail.Tail tail : TornTail.find(store)) {
      cuts.add(new Cut(STORE + tail.log().getFileName(), tail.from(), "", 0, tail.recordsBefore()));
    }
    return cuts;
  }

  /**
   * Cuts what {@link #tornTails} finds, and keeps it in files beside. Durable on return.
   *
   * @throws UnusableDirectoryException if a log is damaged before its end; nothing was changed
   */
  public List<Cut> cutTornTails() throws IOException {
    List<Cut> cuts = new ArrayList<>();
    for (TornTail.Tail tail : TornTail.find(store)) {
      Path kept = TornTail.cut(tail);
      cuts.add(
          new Cut(
              STORE + tail.log().getFileName(),
              tail.from(),
              STORE + kept.getFileName(),
              Files.size(kept),
              tail.recordsBefore()));
    }
    return cuts;
  }

  /** Gives the directory up. */
  @Override
  public void close() {
    lock.close();
  }

  private interface Others {
    void other(byte[] key);
  }

  private void scan(
      Receiver receiver, Consumer<Finding> findings, @Nullable IndexCheck index, Others others)
      throws IOException {
    if (!Files.isDirectory(store)) {
      findings.accept(new Finding(STORE, 0, "", 0, "the store is missing"));
      return;
    }
    Set<Finding> told = new HashSet<>();
    Consumer<Finding> once =
        finding -> {
          if (told.add(finding)) {
            findings.accept(finding);
          }
        };
    LevelDbView view =
        LevelDbView.open(
            store,
            (file, offset, problem, first, last) ->
                once.accept(finding(file, offset, problem, first, last)));
    Map<String, JournalFormat.Deleted> deleted = new HashMap<>();
    view.scan(
        JournalFormat.firstDeletedKey(),
        JournalFormat.afterDeletedKeys(),
        (key, value, file, offset) -> {
          OfflineRecord.Place place = place(key, value, file, offset);
          JournalFormat.Deleted deletion = deletion(place, value, once);
          if (deletion != null) {
            String id = JournalFormat.deletedKeyId(key);
            deleted.put(id, deletion);
            if (index != null) {
              index.deletion(id);
            }
            receiver.record(
                new OfflineRecord.Deletion(id, deletion.deletedTo(), deletion.highest(), place));
          }
        });
    view.scan(
        JournalFormat.firstEventKey(),
        JournalFormat.firstDeletedKey(),
        (key, value, file, offset) -> {
          OfflineRecord.Event event =
              event(place(key, value, file, offset), value, deleted, once, index);
          if (event != null) {
            receiver.record(event);
          }
        });
    if (index != null) {
      index.endOfEvents();
    }
    view.scan(
        JournalFormat.afterDeletedKeys(),
        LevelDbLogStore.lastKey(),
        (key, value, file, offset) -> {
          try {
            if (!IndexFormat.check(key, value)) {
              others.other(key);
            } else if (index != null) {
              index.entry(key, value, place(key, value, file, offset));
            }
          } catch (JournalFormat.MalformedException e) {
            if (index != null && IndexFormat.isHighestKey(key)) {
              index.highestIsDamaged();
            }
            once.accept(
                new Finding(
                    STORE + file,
                    offset,
                    "",
                    0,
                    "a record of the indexes that queries read " + e.getMessage()));
          }
        });
  }

  private static JournalFormat.@Nullable Deleted deletion(
      OfflineRecord.Place place, byte[] value, Consumer<Finding> findings) {
    JournalFormat.Owner owner = JournalFormat.owner(place.key());
    try {
      if (owner == null) {
        throw new JournalFormat.MalformedException("has a key that is no key");
      }
      return JournalFormat.decodeDeleted(place.key(), value);
    } catch (JournalFormat.MalformedException e) {
      findings.accept(
          new Finding(
              place.file(),
              place.offset(),
              owner == null ? "" : owner.persistenceId(),
              0,
              "the record of what was deleted " + e.getMessage()));
      return null;
    }
  }

  private static OfflineRecord.@Nullable Event event(
      OfflineRecord.Place place,
      byte[] value,
      Map<String, JournalFormat.Deleted> deleted,
      Consumer<Finding> findings,
      @Nullable IndexCheck index) {
    JournalFormat.Owner owner = JournalFormat.owner(place.key());
    try {
      if (owner == null || owner.sequenceNr() < 1) {
        throw new JournalFormat.MalformedException("has a key that is no key");
      }
      JournalFormat.Stored stored = JournalFormat.decode(owner.persistenceId(), place.key(), value);
      if (index != null) {
        index.event(stored, place);
      }
      long deletedTo =
          deleted.getOrDefault(owner.persistenceId(), JournalFormat.Deleted.NOTHING).deletedTo();
      return new OfflineRecord.Event(
          stored.event(), stored.previous(), owner.sequenceNr() <= deletedTo, place);
    } catch (JournalFormat.MalformedException e) {
      findings.accept(
          new Finding(
              place.file(),
              place.offset(),
              owner == null ? "" : owner.persistenceId(),
              owner == null ? 0 : owner.sequenceNr(),
              "the event " + e.getMessage()));
      return null;
    }
  }

  private static OfflineRecord.Place place(byte[] key, byte[] value, String file, long offset) {
    return new OfflineRecord.Place(
        key, value.length, JournalFormat.storedCrc(value), STORE + file, offset);
  }

  private static Finding finding(
      String file, long offset, String problem, byte[] first, byte[] last) {
    JournalFormat.Owner from = JournalFormat.owner(first);
    JournalFormat.Owner to = JournalFormat.owner(last);
    String between =
        from == null && to == null ? "" : "; between " + name(from) + " and " + name(to);
    return new Finding(
        STORE + file,
        offset,
        from == null ? "" : from.persistenceId(),
        from == null ? 0 : from.sequenceNr(),
        problem + between,
        problem.equals(LevelDbView.CUT_SHORT));
  }

  private static String name(JournalFormat.@Nullable Owner owner) {
    return owner == null
        ? "one end of the store"
        : "\"" + owner.persistenceId() + "\" " + owner.sequenceNr();
  }

  private long diskBytes() throws IOException {
    long bytes = 0;
    try (var files = Files.newDirectoryStream(store)) {
      for (Path file : files) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    return bytes;
  }
}
