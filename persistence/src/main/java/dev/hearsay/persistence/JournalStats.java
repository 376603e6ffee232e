package dev.hearsay.persistence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * How much a journal holds.
 *
 * @param entities that have events or had some
 * @param events that can be read
 * @param eventBytes of their keys and values
 * @param deletedEvents that are deleted and not yet removed in the background
 * @param diskBytes of the store's files
 * @param snapshots files
 * @param snapshotBytes of these
 * @param largest the largest event; without events, one of no entity
 * @param top the entities with the most bytes, the largest first
 * @since 0.1
 */
public record JournalStats(
    long entities,
    long events,
    long eventBytes,
    long deletedEvents,
    long diskBytes,
    long snapshots,
    long snapshotBytes,
    Largest largest,
    List<Entity> top) {

  /** The largest event. */
  public record Largest(String persistenceId, long sequenceNr, long bytes) {}

  /** One entity's share; first and last are its lowest and highest sequence number. */
  public record Entity(String persistenceId, long events, long bytes, long first, long last) {}

  static final class Count implements OfflineJournal.Receiver {
    private final int top;
    private final LongConsumer progress;
    private final PriorityQueue<Entity> largestEntities =
        new PriorityQueue<>(Comparator.comparingLong(Entity::bytes));

    /** Entities with deletions of which no event has come. */
    private final Set<String> withoutEvents = new HashSet<>();

    private Entity current = new Entity("", 0, 0, 0, 0);
    private Largest largest = new Largest("", 0, 0);
    private long entities;
    private long events;
    private long bytes;
    private long deleted;

    Count(int top, LongConsumer progress) {
      this.top = top;
      this.progress = progress;
    }

    @Override
    public void record(OfflineRecord record) {
      if (record instanceof OfflineRecord.Event event) {
        if (event.isDeleted()) {
          deleted++;
        } else {
          event(event);
        }
      } else {
        withoutEvents.add(record.persistenceId());
      }
    }

    private void event(OfflineRecord.Event event) {
      if (events % JournalCheck.PROGRESS_RECORDS == 0) {
        progress.accept(events);
      }
      String id = event.persistenceId();
      long nr = event.event().sequenceNr();
      long size = event.place().key().length + (long) event.place().valueBytes();
      events++;
      bytes += size;
      if (size > largest.bytes()) {
        largest = new Largest(id, nr, size);
      }
      if (current.events() == 0 || !id.equals(current.persistenceId())) {
        end();
        withoutEvents.remove(id);
        entities++;
        current = new Entity(id, 0, 0, nr, nr);
      }
      current = new Entity(id, current.events() + 1, current.bytes() + size, current.first(), nr);
    }

    private void end() {
      if (current.events() > 0) {
        largestEntities.add(current);
        if (largestEntities.size() > top) {
          largestEntities.remove();
        }
      }
    }

    JournalStats stats(long diskBytes, SnapshotCheck.Snapshots snapshots) {
      end();
      progress.accept(events);
      List<Entity> sorted = new ArrayList<>(largestEntities);
      sorted.sort(Comparator.comparingLong(Entity::bytes).reversed());
      return new JournalStats(
          entities + withoutEvents.size(),
          events,
          bytes,
          deleted,
          diskBytes,
          snapshots.files(),
          snapshots.bytes(),
          largest,
          List.copyOf(sorted));
    }
  }
}
