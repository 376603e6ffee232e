package dev.hearsay.persistence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A journal without Pekko around it, whose events tell what they should be. */
final class RawJournal implements AutoCloseable {
  private final EventLog log;

  private RawJournal(EventLog log) {
    this.log = log;
  }

  /** With a small write buffer, so that tables are written and compacted all the time. */
  static RawJournal open(Path directory, Durability durability, LogStore.Opener opener) {
    JournalSettings settings =
        new JournalSettings(directory, 0, 1 << 20, 4, 100, 64 << 10, 1 << 20, durability);
    return new RawJournal(EventLog.open(settings, opener, null, new PersistenceMetrics()));
  }

  /** Returns when the events are acknowledged, all or none. */
  void append(String id, long first, int count) {
    List<GroupCommit.Append> events = new ArrayList<>();
    for (long nr = first; nr < first + count; nr++) {
      EventRecord event =
          new EventRecord(
              id, nr, "", "", 0, List.of(), new SerializedValue(1, "", bytes(nr)), null);
      events.add(
          new GroupCommit.Append(
              JournalFormat.eventKey(id, nr), JournalFormat.encode(event), nr, List.of()));
    }
    var stored = log.append(id, events).toCompletableFuture();
    log.flush();
    stored.join();
  }

  void delete(String id, long to) {
    log.deleteTo(id, to).toCompletableFuture().join();
  }

  /** The sequence numbers that a recovery hands out. */
  List<Long> recover(String id) throws Exception {
    List<Long> found = new ArrayList<>();
    log.replay(
        id,
        1,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        event -> {
          if (!Arrays.equals(bytes(event.sequenceNr()), event.payload().bytes())) {
            throw new AssertionError("event " + event.sequenceNr() + " of " + id + " is another");
          }
          found.add(event.sequenceNr());
        });
    return found;
  }

  long highest(String id) throws Exception {
    return log.highestSequenceNr(id);
  }

  /** Of varying length, some longer than a block of LevelDB's log, and never zero at the end. */
  private static byte[] bytes(long nr) {
    byte[] bytes = new byte[(int) (1 + nr * 7919 % (nr % 50 == 0 ? 40_009 : 997))];
    Arrays.fill(bytes, (byte) (1 + nr % 120));
    return bytes;
  }

  @Override
  public void close() {
    log.close();
  }
}
