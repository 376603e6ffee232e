package dev.hearsay.persistence;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the indexes that queries read and the events say the same: every event is under each
 * of its tags at its ordinal, every entity is in the index of entities once, and nothing else is
 * there.
 *
 * <p>Of each place it keeps a hash of 8 bytes, once as the events say and once as the index does.
 * Only where these differ are all records read a second time, to name what it is. Not thread-safe.
 */
final class IndexCheck {
  private static final String MADE_ANEW = "; import makes the indexes anew, from the events";

  /** Hashes of places; of equal ones each counts. */
  private static final class Hashes {
    private long[] hashes = new long[64];
    private int size;

    void add(long hash) {
      if (size == hashes.length) {
        hashes = Arrays.copyOf(hashes, Math.multiplyExact(2, size));
      }
      hashes[size++] = hash;
    }

    /** Those that are here more often than there; both are sorted by it. */
    Set<Long> without(Hashes other) {
      Arrays.sort(hashes, 0, size);
      Arrays.sort(other.hashes, 0, other.size);
      Set<Long> more = new HashSet<>();
      int there = 0;
      for (int here = 0; here < size; here++) {
        while (there < other.size && other.hashes[there] < hashes[here]) {
          there++;
        }
        if (there < other.size && other.hashes[there] == hashes[here]) {
          there++;
        } else {
          more.add(hashes[here]);
        }
      }
      return more;
    }

    boolean contains(long hash) {
      return Arrays.binarySearch(hashes, 0, size, hash) >= 0;
    }
  }

  private final Hashes expected = new Hashes();
  private final Hashes found = new Hashes();
  private final Set<String> eventless = new HashSet<>();
  private String lastEntity = "";
  private boolean anyEntity;
  private long highestUsed;
  private long highest;
  private boolean highestDamaged;

  /** What is named at the second reading; null at the first. */
  private @Nullable Set<Long> missing;

  private Set<Long> surplus = Set.of();
  private final Set<Long> kept = new HashSet<>();
  private Consumer<Finding> findings = finding -> {};
  private Map<String, Long> deletedTo = Map.of();
  private Predicate<String> isDamaged = id -> false;

  /** An entity of which something was deleted. */
  void deletion(String persistenceId) {
    eventless.add(persistenceId);
  }

  /** An event; those of an entity come one behind the other. */
  void event(JournalFormat.Stored stored, OfflineRecord.Place place) {
    String id = stored.event().persistenceId();
    if (!anyEntity || !id.equals(lastEntity)) {
      anyEntity = true;
      lastEntity = id;
      eventless.remove(id);
      expectEntity(id, place);
    }
    highestUsed = Math.max(highestUsed, stored.ordinal());
    for (String tag : stored.event().tags()) {
      long sequenceNr = stored.event().sequenceNr();
      long hash = hash(IndexFormat.tagKey(tag, stored.ordinal()), id, sequenceNr);
      if (missing == null) {
        expected.add(hash);
      } else if (missing.contains(hash)) {
        tell(
            place,
            id,
            sequenceNr,
            "queries do not find it under its tag \"" + tag + "\": its place there is missing");
      }
    }
  }

  /** All events have come. */
  void endOfEvents() {
    eventless.forEach(id -> expectEntity(id, OfflineRecord.Place.NOWHERE));
  }

  /** A record behind the events, which is whole. */
  void entry(byte[] key, byte[] value, OfflineRecord.Place place)
      throws JournalFormat.MalformedException {
    if (IndexFormat.isHighestKey(key)) {
      highest = IndexFormat.decodeHighest(value).ordinal();
      return;
    }
    String tag = IndexFormat.tag(key);
    highestUsed = Math.max(highestUsed, IndexFormat.ordinal(key));
    if (tag == null) {
      entity(IndexFormat.decodeEntity(key, value), place);
      return;
    }
    IndexFormat.Place named = IndexFormat.decodePlace(key, value);
    String id = named.persistenceId();
    long hash = hash(key, id, named.sequenceNr());
    if (missing == null) {
      found.add(hash);
    } else if (surplus.contains(hash)
        && named.sequenceNr() > deletedTo.getOrDefault(id, 0L)
        && !isDamaged.test(id)) {
      tell(
          place,
          id,
          named.sequenceNr(),
          "the index of tag \"" + tag + "\" names it, and it is not there with this tag and place");
    }
  }

  private void entity(String id, OfflineRecord.Place place) {
    long hash = hash(new byte[0], id, 0);
    if (missing == null) {
      found.add(hash);
    } else if (surplus.contains(hash) && !isDamaged.test(id)) {
      if (!expected.contains(hash)) {
        tell(place, id, 0, "the index of entities names it, and it has no events");
      } else if (!kept.add(hash)) {
        tell(place, id, 0, "it is in the index of entities more than once");
      }
    }
  }

  private void expectEntity(String id, OfflineRecord.Place place) {
    long hash = hash(new byte[0], id, 0);
    if (missing == null) {
      expected.add(hash);
    } else if (missing.contains(hash)) {
      tell(place, id, 0, "the entity is not in the index of entities: queries do not show it");
    }
  }

  /** The record of the highest ordinal is damaged, which is told elsewhere. */
  void highestIsDamaged() {
    highestDamaged = true;
  }

  /**
   * Ends the first reading.
   *
   * @param receiver gets what is wrong, in the second reading if not at once
   * @param deleted up to where events are deleted: their places may be left
   * @param damaged true of entities of which something is wrong already; what may follow from that
   *     is not told again
   * @return true if a second reading is needed, from the beginning
   */
  boolean differs(
      Consumer<Finding> receiver, Map<String, Long> deleted, Predicate<String> damaged) {
    findings = receiver;
    deletedTo = deleted;
    isDamaged = damaged;
    if (highest < highestUsed && !highestDamaged) {
      tell(
          OfflineRecord.Place.NOWHERE,
          "",
          0,
          "the highest ordinal given out is said to be "
              + highest
              + ", and "
              + highestUsed
              + " was: offsets could be given out a second time");
    }
    Set<Long> lacking = expected.without(found);
    surplus = found.without(expected);
    missing = lacking;
    anyEntity = false;
    eventless.clear();
    return !lacking.isEmpty() || !surplus.isEmpty();
  }

  private void tell(OfflineRecord.Place place, String id, long sequenceNr, String problem) {
    findings.accept(new Finding(place.file(), place.offset(), id, sequenceNr, problem + MADE_ANEW));
  }

  /** FNV-1a of 64 bits, mixed once more at the end. */
  private static long hash(byte[] key, String id, long sequenceNr) {
    long hash = 0xcbf29ce484222325L;
    for (byte next : key) {
      hash = (hash ^ (next & 0xFF)) * 0x100000001b3L;
    }
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ sequenceNr) * 0x9e3779b97f4a7c15L;
    hash = (hash ^ (hash >>> 32)) * 0xbf58476d1ce4e5b9L;
    return hash ^ (hash >>> 29);
  }
}
