package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.persistence.serialization.MessageFormats;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBException;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Pekko's own LevelDB plugin ({@code pekko.persistence.journal.leveldb}) wrote. Its
 * layout is not documented; it is that of {@code LeveldbKey}, {@code LeveldbIdMapping} and {@code
 * LeveldbStore} in Pekko 1.7.
 *
 * <pre>
 * keys (integers are big-endian)
 *   | 1 4B | 0 8B | n 4B |             the persistence id with number n, from 10 on; as UTF-8
 *   | n 4B | 0 8B | 0 4B |             the highest sequence number of that entity, 8B
 *   | n 4B | sequence nr 8B | 0 4B |   an event: PersistentMessage of Pekko's MessageFormats.proto
 *   | n 4B | sequence nr 8B | 1 4B |   the event is deleted; not written any more
 *
 * The persistence id $$$T stands for the tag T, and its events are copies of those that bear it.
 * </pre>
 */
final class PekkoJournal {
  private static final int KEY_BYTES = 20;
  private static final int MAPPING = 1;
  private static final String TAG_PREFIX = "$$$";
  private static final byte[] FIRST_KEY = new byte[0];

  private final DB db;
  private final Map<Integer, String> ids = new TreeMap<>();

  /** The tags of events, by entity and sequence number; in memory as a whole. */
  private final Map<String, Map<Long, List<String>>> tags = new HashMap<>();

  private PekkoJournal(DB db) {
    this.db = db;
  }

  /** True if the directory looks like one of Pekko's plugin. Reads only. */
  static boolean isOne(Path directory) {
    try {
      byte[] first =
          LevelDbView.open(directory, (file, offset, problem, from, to) -> {}).firstKey();
      if (first == null || first.length != KEY_BYTES) {
        return false;
      }
      ByteBuffer key = ByteBuffer.wrap(first);
      return key.getInt() == MAPPING && key.getLong() == 0;
    } catch (IOException e) {
      return false; // whatever it is, it cannot be imported
    }
  }

  /**
   * Hands out what is in a copy of a directory of Pekko's plugin: LevelDB opens it, and writes.
   *
   * @param mode which LevelDB opens it; its native library is unpacked beside the copy
   * @throws StorageException if it is damaged or does not follow Pekko's layout
   */
  static void read(Path copy, NativeMode mode, OfflineJournal.Receiver receiver)
      throws IOException {
    LevelDbBuild build = LevelDbBuild.choose(copy.toAbsolutePath().getParent(), mode);
    TornTail.cut(copy);
    Options options =
        new Options().createIfMissing(false).paranoidChecks(true).verifyChecksums(true);
    try (DB db = build.factory().open(copy.toFile(), options)) {
      PekkoJournal journal = new PekkoJournal(db);
      journal.readIds();
      journal.readTags();
      journal.readDeletions(receiver);
      journal.readEvents(receiver);
    } catch (DBException e) {
      throw new StorageException(
          "the journal of Pekko's plugin cannot be read: " + e.getMessage(), true, e);
    }
  }

  private interface Entries {
    /** Takes an entry; false ends the reading. */
    boolean entry(ByteBuffer key, byte[] value) throws IOException;
  }

  private void scan(byte[] from, Entries receiver) throws IOException {
    ReadOptions options = new ReadOptions().verifyChecksums(true).fillCache(false);
    try (DBIterator entries = db.iterator(options)) {
      boolean more = true;
      for (entries.seek(from); more && entries.hasNext(); ) {
        Map.Entry<byte[], byte[]> entry = entries.next();
        if (entry.getKey().length != KEY_BYTES) {
          throw malformed("a key of " + entry.getKey().length + " bytes", null);
        }
        more = receiver.entry(ByteBuffer.wrap(entry.getKey()), entry.getValue());
      }
    } catch (IOException | StorageException e) {
      throw e;
    } catch (RuntimeException e) { // the binding wraps its errors in plain ones
      throw malformed("LevelDB does not read on: " + e.getMessage(), e);
    }
  }

  private void readIds() throws IOException {
    scan(
        FIRST_KEY,
        (key, value) -> {
          boolean mapping = key.getInt() == MAPPING;
          if (mapping) {
            ids.put(key.getInt(Integer.BYTES + Long.BYTES), utf8(value));
          }
          return mapping;
        });
  }

  private void readTags() throws IOException {
    for (Map.Entry<Integer, String> id : ids.entrySet()) {
      if (id.getValue().startsWith(TAG_PREFIX)) {
        String tag = id.getValue().substring(TAG_PREFIX.length());
        events(
            id.getKey(),
            (sequenceNr, message) -> {
              tags.computeIfAbsent(message.getPersistenceId(), entity -> new HashMap<>())
                  .merge(message.getSequenceNr(), List.of(tag), PekkoJournal::both);
              return true;
            });
      }
    }
  }

  private void readDeletions(OfflineJournal.Receiver receiver) throws IOException {
    for (Map.Entry<Integer, String> id : ids.entrySet()) {
      if (!id.getValue().startsWith(TAG_PREFIX)) {
        long[] first = {0};
        events(
            id.getKey(),
            (sequenceNr, message) -> {
              first[0] = sequenceNr;
              return false;
            });
        long highest = highest(id.getKey());
        long deletedTo = first[0] == 0 ? highest : first[0] - 1;
        if (deletedTo > 0) {
          receiver.record(
              new OfflineRecord.Deletion(
                  id.getValue(), deletedTo, highest, OfflineRecord.Place.NOWHERE));
        }
      }
    }
  }

  private void readEvents(OfflineJournal.Receiver receiver) throws IOException {
    for (Map.Entry<Integer, String> id : ids.entrySet()) {
      if (!id.getValue().startsWith(TAG_PREFIX)) {
        long[] previous = {-1};
        events(
            id.getKey(),
            (sequenceNr, message) -> {
              if (message.getSequenceNr() != sequenceNr
                  || !message.getPersistenceId().equals(id.getValue())) {
                throw malformed(
                    "event " + sequenceNr + " of entity \"" + id.getValue() + "\" is another's",
                    null);
              }
              long before = previous[0] < 0 ? sequenceNr - 1 : previous[0];
              previous[0] = sequenceNr;
              receiver.record(
                  new OfflineRecord.Event(
                      event(message), before, false, OfflineRecord.Place.NOWHERE));
              return true;
            });
      }
    }
  }

  private EventRecord event(MessageFormats.PersistentMessage message) {
    return new EventRecord(
        message.getPersistenceId(),
        message.getSequenceNr(),
        message.getManifest(),
        message.getWriterUuid(),
        message.getTimestamp(),
        tags.getOrDefault(message.getPersistenceId(), Map.of())
            .getOrDefault(message.getSequenceNr(), List.of()),
        serialized(message.getPayload()),
        message.hasMetadata() ? serialized(message.getMetadata()) : null);
  }

  private interface Events {
    /** Takes an event; false ends the reading. */
    boolean event(long sequenceNr, MessageFormats.PersistentMessage message) throws IOException;
  }

  /** The events under a number that are not deleted. */
  private void events(int number, Events receiver) throws IOException {
    MessageFormats.PersistentMessage[] waiting = {null}; // the mark of its deletion may follow
    scan(
        key(number, 1),
        (key, value) -> {
          boolean same = key.getInt() == number;
          long sequenceNr = key.getLong();
          MessageFormats.PersistentMessage before = waiting[0];
          waiting[0] = null;
          if (same && key.getInt() != 0) {
            return true;
          }
          if (before != null && !receiver.event(before.getSequenceNr(), before)) {
            return false;
          }
          if (same) {
            waiting[0] = parse(value, sequenceNr);
          }
          return same;
        });
    MessageFormats.PersistentMessage last = waiting[0];
    if (last != null) {
      receiver.event(last.getSequenceNr(), last);
    }
  }

  private static MessageFormats.@Nullable PersistentMessage parse(byte[] value, long sequenceNr)
      throws IOException {
    try {
      MessageFormats.PersistentMessage message = MessageFormats.PersistentMessage.parseFrom(value);
      return message.getDeleted() ? null : message;
    } catch (IOException e) {
      throw malformed("event " + sequenceNr + " is no PersistentMessage", e);
    }
  }

  private long highest(int number) {
    byte[] value = db.get(key(number, 0), new ReadOptions().verifyChecksums(true));
    return value == null || value.length != Long.BYTES ? 0 : ByteBuffer.wrap(value).getLong();
  }

  private static SerializedValue serialized(MessageFormats.PersistentPayload payload) {
    return new SerializedValue(
        payload.getSerializerId(),
        payload.getPayloadManifest().toStringUtf8(),
        payload.getPayload().toByteArray());
  }

  private static byte[] key(int number, long sequenceNr) {
    return ByteBuffer.allocate(KEY_BYTES).putInt(number).putLong(sequenceNr).putInt(0).array();
  }

  private static List<String> both(List<String> a, List<String> b) {
    String[] all = Arrays.copyOf(a.toArray(new String[0]), a.size() + b.size());
    System.arraycopy(b.toArray(new String[0]), 0, all, a.size(), b.size());
    return List.of(all);
  }

  private static String utf8(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }

  private static StorageException malformed(String what, @Nullable Throwable cause) {
    return new StorageException("the journal of Pekko's plugin is damaged: " + what, true, cause);
  }
}
