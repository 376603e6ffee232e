package dev.hearsay.persistence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Checks that the records of a journal agree with each other. They come as {@link
 * OfflineJournal#read} hands them out. Not thread-safe.
 *
 * @since 0.1
 */
public final class JournalCheck implements OfflineJournal.Receiver {
  /** So many records are read between two reports of progress. */
  static final int PROGRESS_RECORDS = 1 << 16;

  /**
   * How much was checked.
   *
   * @param entities that have events or had some
   * @param deletions entities of which events were deleted
   * @param others entries of kinds that are not checked
   * @param findings how much is wrong
   * @param tornTails of these, so many are torn tails, which a cut heals
   */
  public record Summary(
      long entities,
      long events,
      long deletions,
      long others,
      long snapshots,
      long findings,
      long tornTails) {}

  private final Consumer<Finding> findings;
  private final LongConsumer progress;

  /** Of the entities whose events have not come yet. */
  private final Map<String, OfflineRecord.Deletion> deletions = new HashMap<>();

  private final Map<String, Long> deletedTo = new HashMap<>();

  /** Entities of which something is unreadable: what may follow from that is not told again. */
  private final Set<String> damaged = new HashSet<>();

  /** Entities of which anything is wrong. */
  private final Set<String> wrong = new HashSet<>();

  private String persistenceId = "";
  private long last;
  private long entities;
  private long events;
  private long others;
  private long snapshots;
  private long found;
  private long torn;

  JournalCheck(Consumer<Finding> findings, LongConsumer progress) {
    this.findings = findings;
    this.progress = progress;
  }

  void damage(Finding finding) {
    if (finding.sequenceNr() == 0 && !finding.persistenceId().isEmpty()) {
      damaged.add(finding.persistenceId());
    }
    tell(finding);
  }

  void other(byte[] key) {
    others++;
  }

  @Override
  public void record(OfflineRecord record) {
    if (record instanceof OfflineRecord.Event event) {
      event(event);
    } else if (record instanceof OfflineRecord.Deletion deletion) {
      deletion(deletion);
    }
  }

  private void deletion(OfflineRecord.Deletion deletion) {
    String id = deletion.persistenceId();
    deletions.put(id, deletion);
    deletedTo.put(id, deletion.deletedTo());
    if (deletion.deletedTo() > deletion.highest()) {
      tell(
          id,
          deletion.deletedTo(),
          deletion.place(),
          "events are deleted up to "
              + deletion.deletedTo()
              + ", beyond the highest sequence number "
              + deletion.highest());
    }
  }

  private void event(OfflineRecord.Event event) {
    String id = event.persistenceId();
    long sequenceNr = event.event().sequenceNr();
    if (events % PROGRESS_RECORDS == 0) {
      progress.accept(events);
    }
    events++;
    if (!id.equals(persistenceId) || last == 0) {
      endOfEntity();
      persistenceId = id;
      entities++;
      long deleted = deletedTo.getOrDefault(id, 0L);
      if (event.previous() > deleted && !damaged.contains(id)) {
        tell(id, event.previous(), event.place(), missingBefore(sequenceNr));
      }
    } else if (event.previous() > last) {
      tell(id, event.previous(), event.place(), missingBefore(sequenceNr));
    }
    if (event.previous() >= sequenceNr || (last > 0 && event.previous() < last)) {
      tell(
          id,
          sequenceNr,
          event.place(),
          "it names " + event.previous() + " as the event before it, which is not so");
    }
    last = sequenceNr;
  }

  private static String missingBefore(long sequenceNr) {
    return "the event is missing: event " + sequenceNr + " follows it";
  }

  private void endOfEntity() {
    if (last > 0) {
      OfflineRecord.Deletion deletion = deletions.remove(persistenceId);
      if (deletion != null) {
        requireHighest(deletion, last);
      }
    }
    last = 0;
  }

  /** All events have come. */
  void endOfEvents() {
    endOfEntity();
    entities += deletions.size();
    deletions.values().forEach(deletion -> requireHighest(deletion, 0));
    deletions.clear();
    progress.accept(events);
  }

  /** The highest number at a deletion is of an event that is deleted with it, or still there. */
  private void requireHighest(OfflineRecord.Deletion deletion, long lastEvent) {
    if (deletion.highest() > deletion.deletedTo() && lastEvent < deletion.highest()) {
      tell(
          deletion.persistenceId(),
          deletion.highest(),
          deletion.place(),
          "the event is missing: it was the last one when events up to "
              + deletion.deletedTo()
              + " were deleted");
    }
  }

  /** Tells where indexes and events differ; true if that needs a second reading. */
  boolean differs(IndexCheck index) {
    return index.differs(this::tell, deletedTo, Set.copyOf(wrong)::contains);
  }

  /** Where no snapshot that can be read stands for what was deleted, the entity cannot recover. */
  void snapshots(SnapshotCheck.Snapshots all) {
    snapshots = all.files();
    deletedTo.forEach(
        (id, deleted) -> {
          Long newest = all.newestReadable().get(SnapshotFileName.directory(id));
          if (newest != null && newest < deleted) {
            tell(
                id,
                newest,
                OfflineRecord.Place.NOWHERE,
                "events are deleted up to "
                    + deleted
                    + ", and "
                    + (newest == 0
                        ? "no snapshot can be read"
                        : "the newest snapshot that can be read is of " + newest)
                    + "; the entity will not recover");
          }
        });
  }

  Summary summary() {
    return new Summary(entities, events, deletedTo.size(), others, snapshots, found, torn);
  }

  private void tell(String id, long sequenceNr, OfflineRecord.Place place, String problem) {
    tell(new Finding(place.file(), place.offset(), id, sequenceNr, problem));
  }

  private void tell(Finding finding) {
    found++;
    wrong.add(finding.persistenceId());
    torn += finding.isTornTail() ? 1 : 0;
    findings.accept(finding);
  }
}
