package dev.hearsay.persistence;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes deleted events from the store in the background, a few at a time between the writes, and
 * compacts what was emptied, so that LevelDB keeps no tombstones of it. Takes up after a restart
 * where it was. Thread-safe.
 */
final class Purge implements AutoCloseable {
  /**
   * In one purge or in many small ones. Whoever looks for the last event of an entity beside them,
   * or for one that has none yet, walks over each tombstone, 4 µs each.
   */
  static final int COMPACT_EVENTS_MIN = 512;

  /** Of so many entities it is known what was purged of them since they were compacted. */
  private static final int EMPTIED_MAX = 1_000;

  /** Of so many tags the index is compacted; LevelDB comes to the others in its own time. */
  private static final int COMPACT_TAGS_MAX = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

  private final LogStore store;
  private final JournalReader reader;
  private final GroupCommit writer;
  private final JournalSpace space;
  private final PersistenceMetrics metrics;
  private final Thread thread;

  private final Set<String> waiting = new LinkedHashSet<>();
  private final Set<String> postponed = new LinkedHashSet<>();
  private boolean roomWanted;
  private boolean closed;

  /** Used by the thread only: events were removed, now or before the start, and not compacted. */
  private boolean uncompacted = true;

  /** Used by the thread only: what was purged and not compacted, the longest known first. */
  private final Map<String, Emptied> emptied = new LinkedHashMap<>();

  /** Used by the thread only: whose tombstones are to be compacted when the pace allows. */
  private final Map<String, Emptied> due = new LinkedHashMap<>();

  /** Used by the thread only. */
  private final CompactionPace pace = new CompactionPace();

  /** What was purged of one entity since it was last compacted. */
  private static final class Emptied {
    final long from;
    final Map<String, Removal.Range> tags = new HashMap<>();
    long to;
    long events;

    Emptied(long from) {
      this.from = from;
    }
  }

  Purge(LogStore store, GroupCommit writer, JournalSpace space, PersistenceMetrics metrics)
      throws IOException {
    this.store = store;
    this.reader = new JournalReader(store);
    this.writer = writer;
    this.space = space;
    this.metrics = metrics;
    waiting.addAll(reader.unpurged());
    this.thread = new Thread(this::run, "hearsay-journal-purge");
    thread.setDaemon(true);
    thread.start();
  }

  /** Removes the deleted events of an entity, soon. */
  synchronized void schedule(String persistenceId) {
    waiting.add(persistenceId);
    notifyAll();
  }

  /** Compacts what was deleted, soon, until there is room: little of it is compacted at once. */
  synchronized void makeRoom() {
    waiting.addAll(postponed);
    postponed.clear();
    roomWanted = true;
    notifyAll();
  }

  /** Stops after the step it is at. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    Threads.join(thread);
  }

  private void run() {
    while (await()) {
      String id = next();
      try {
        if (id != null) {
          purge(id);
        } else if (takeRoomWanted() && uncompacted) {
          compactAll();
        }
        if (!due.isEmpty() && pace.waitNanos(System.nanoTime()) == 0) {
          compactLongest();
        }
      } catch (FreeSpaceException e) {
        postpone(id);
      } catch (IOException | RuntimeException e) {
        // Nothing is lost by it: the events stay deleted, and the next start tries again.
        if (!isClosed()) {
          LOG.warn("Deleted events of entity {} stay in the store until the next start", id, e);
        }
      }
    }
  }

  private void purge(String id) throws IOException {
    Emptied since = emptied(id);
    for (boolean more = true; more && !isClosed(); ) {
      JournalFormat.Deleted deleted = reader.head(id).deleted();
      Removal removal = reader.removal(id, deleted.purgedTo(), deleted.deletedTo());
      more = removal.isFull();
      long to = removal.purgedTo();
      if (to > deleted.purgedTo()) {
        await(id, removal.keys(), to);
        since.to = to;
        since.events += removal.events();
        uncompacted = true;
        metrics.purgedEvents.add(removal.events());
        note(removal.tags(), since.tags);
      }
      if (!more && since.events >= COMPACT_EVENTS_MIN) {
        due.put(id, since);
      }
    }
  }

  /** Where most was purged, because that is what readers feel most. */
  private void compactLongest() throws IOException {
    String id =
        due.entrySet().stream()
            .max(Comparator.comparingLong(entry -> entry.getValue().events))
            .orElseThrow()
            .getKey();
    Emptied most = due.remove(id);
    emptied.remove(id);
    long startedNanos = System.nanoTime();
    try {
      compact(id, most.from, most.to);
      compact(most.tags);
    } finally {
      pace.compacted(startedNanos, System.nanoTime());
    }
  }

  /** Many small purges leave as many tombstones as a large one: they are counted together. */
  private Emptied emptied(String id) throws IOException {
    Emptied known = emptied.get(id);
    if (known == null) {
      if (emptied.size() >= EMPTIED_MAX) {
        String first = emptied.keySet().iterator().next();
        emptied.remove(first); // LevelDB comes to it in its own time
        due.remove(first);
      }
      known = new Emptied(reader.head(id).deleted().purgedTo());
      emptied.put(id, known);
    }
    return known;
  }

  private static void note(Map<String, Removal.Range> removed, Map<String, Removal.Range> tags) {
    removed.forEach(
        (tag, range) -> {
          if (tags.size() < COMPACT_TAGS_MAX || tags.containsKey(tag)) {
            tags.merge(tag, range, Removal.Range::and);
          }
        });
  }

  private void compact(Map<String, Removal.Range> tags) throws IOException {
    for (Map.Entry<String, Removal.Range> tag : tags.entrySet()) {
      if (space.isShort()) {
        return; // not worth the room that it takes
      }
      store.compact(
          IndexFormat.tagKey(tag.getKey(), tag.getValue().first()),
          IndexFormat.tagKey(tag.getKey(), tag.getValue().last()));
    }
  }

  /** Writes the tables of a range anew, without what was deleted: for a while it takes both. */
  private void compact(String id, long from, long to) throws IOException {
    try {
      space.requireForDeletion(0);
    } catch (FreeSpaceException e) {
      metrics.postponedCompactions.increment();
      LOG.warn("Deleted events of entity {} still take space: {}", id, e.getMessage());
      return;
    }
    store.compact(JournalFormat.eventKey(id, from), JournalFormat.eventKey(id, to));
    metrics.compactions.increment();
  }

  private void compactAll() throws IOException {
    Map<String, Long> purged = new LinkedHashMap<>();
    reader.deletions((id, deleted) -> purged.put(id, deleted.purgedTo()));
    for (Map.Entry<String, Long> entity : purged.entrySet()) {
      if (isClosed() || !space.isShort()) {
        return;
      }
      compact(entity.getKey(), 0, entity.getValue());
    }
    uncompacted = false;
  }

  private void await(String id, List<byte[]> keys, long to) throws IOException {
    try {
      writer.purge(id, keys, to).toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FreeSpaceException full) {
        throw full;
      }
      throw new IOException("purging events up to " + to + " failed", e);
    }
  }

  /** Until there is more room. */
  private synchronized void postpone(@Nullable String id) {
    if (id != null) {
      postponed.add(id);
    }
  }

  /** Waits for work; false at the end. */
  private synchronized boolean await() {
    while (waiting.isEmpty() && !roomWanted && !closed) {
      try {
        if (due.isEmpty()) {
          wait();
        } else {
          long nanos = pace.waitNanos(System.nanoTime());
          if (nanos == 0) {
            break;
          }
          TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
      } catch (InterruptedException e) {
        closed = true; // nobody but an ending JVM interrupts this thread
      }
    }
    return !closed;
  }

  private synchronized boolean takeRoomWanted() {
    boolean wanted = roomWanted;
    roomWanted = false;
    return wanted;
  }

  /** The next entity, or null if there is but compacting to be done. */
  private synchronized @Nullable String next() {
    if (waiting.isEmpty()) {
      return null;
    }
    String id = waiting.iterator().next();
    waiting.remove(id);
    return id;
  }

  private synchronized boolean isClosed() {
    return closed;
  }
}
