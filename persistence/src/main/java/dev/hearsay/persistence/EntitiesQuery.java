package dev.hearsay.persistence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every entity that ever stored an event, once, in the order of their first commits. */
final class EntitiesQuery implements Query<String> {
  private final EventLog log;
  private final Limits limits;
  private final boolean live;
  private final OrdinalScan scan;

  EntitiesQuery(EventLog log, Limits limits, boolean live) {
    this.log = log;
    this.limits = limits;
    this.live = live;
    this.scan = new OrdinalScan(log.feed(), 0, live);
  }

  @Override
  public Batch<String> next() throws IOException {
    scan.look();
    List<String> items = new ArrayList<>();
    try (LogStore.Cursor cursor = log.cursor()) {
      byte[] first = IndexFormat.entityKey(scan.next());
      for (LogStore.Entry entry : scan.entries(cursor, first, limits.events())) {
        items.add(entity(entry));
        scan.taken(IndexFormat.ordinal(entry.key()));
      }
    }
    boolean end = items.size() < limits.events();
    if (end) {
      scan.takenAll();
    }
    return new Batch<>(items, end, end && scan.isComplete());
  }

  private static String entity(LogStore.Entry entry) throws IOException {
    try {
      return IndexFormat.decodeEntity(entry.key(), entry.value());
    } catch (JournalFormat.MalformedException e) {
      throw new IOException(
          "place "
              + IndexFormat.ordinal(entry.key())
              + " of the index of entities "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public @Nullable Topic topic() {
    return live ? new Topic.NewEntities() : null;
  }
}
