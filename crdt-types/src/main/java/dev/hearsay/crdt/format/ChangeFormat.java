package dev.hearsay.crdt.format;

import dev.hearsay.crdt.AtomRules;
import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.CounterKeys;
import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.KeyFormat;
import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.LogKey;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a change, drawn in {@code docs/format.md}.
 *
 * <pre>
 * kind 0xC1 | version 1 | crc32c 4B | body
 * body    = replica 8B, first varint, time 8B, author text, previous hash 8B,
 *           other replicas (count, 8B each, ascending), advances (count, (replica index, counter)),
 *           fields (count, field…), parts…
 * field   = type 1B, flags 1B (1 clears, 2 ranges), name text, ranges if any (count, range…),
 *           entries (count, entry…)
 * range   = flags 1B (1 from, 2 to), the keys at which it begins and before which it ends
 * entry   = flags 1B (1 puts, 2 drops), key, payload if puts (not in sets and flags), drops if drops
 * key     = set, map: value | register: none | counter: 0 or 1, replica index
 *           | log: none if puts, else time 8B, replica index, counter
 * drops   = count, (replica index, counter; for replica 0 first − counter)
 * part    = tag varint, length, bytes; a reader skips an even tag that it does not know and refuses
 *           an odd one; part 1 = prefixes (count, text…)
 * </pre>
 */
public final class ChangeFormat {
  /** Largest encoded change, in bytes. */
  public static final int CHANGE_BYTES_MAX = 1 << 20;

  /** Longest author name, in bytes of UTF-8. */
  public static final int AUTHOR_BYTES_MAX = Change.AUTHOR_BYTES_MAX;

  static final int KIND = 0xC1;
  static final int VERSION = 1;

  private static final int CLEARS = 1;
  private static final int RANGES = 2;
  private static final int PREFIXES = 1;
  private static final int PUTS = 1;
  private static final int DROPS = 2;

  private ChangeFormat() {}

  /**
   * Encodes, once.
   *
   * @throws RejectedException {@code LIMIT_EXCEEDED} beyond {@link #CHANGE_BYTES_MAX}
   */
  public static EncodedChange encode(Change change) {
    ByteWriter out = Frame.begin(KIND, VERSION, 256);
    ReplicaDictionary dictionary = dictionaryOf(change);
    out.fixed64(change.replica().value())
        .varint(change.first())
        .fixed64(change.time().packed())
        .text(change.author())
        .fixed64(change.previousHash());
    dictionary.writeOthers(out);
    VersionVector advances = change.advances();
    out.varint(advances.size());
    for (int i = 0; i < advances.size(); i++) {
      out.varint(dictionary.indexOf(advances.replicaAt(i))).varint(advances.counterAt(i));
    }
    out.varint(change.fields().size());
    for (FieldDelta field : change.fields()) {
      writeField(out, change, field, dictionary);
    }
    if (!change.prefixes().isEmpty()) {
      ByteWriter part = new ByteWriter(64).varint(change.prefixes().size());
      change.prefixes().forEach(part::text);
      out.varint(PREFIXES).part(part);
    }
    byte[] bytes = Frame.end(out);
    if (bytes.length > CHANGE_BYTES_MAX) {
      throw new RejectedException(
          Reason.LIMIT_EXCEEDED,
          "a change of " + bytes.length + " bytes; the limit is " + CHANGE_BYTES_MAX);
    }
    return new EncodedChange(change, bytes);
  }

  private static void writeField(
      ByteWriter out, Change change, FieldDelta field, ReplicaDictionary dictionary) {
    FieldType type = field.field().type();
    boolean ranges = !field.ranges().isEmpty() && !field.clears();
    out.u8(type.code())
        .u8(field.clears() ? CLEARS : ranges ? RANGES : 0)
        .text(field.field().name());
    if (ranges) {
      RangeFormat.write(out, field.ranges(), dictionary);
    }
    out.varint(field.entries().size());
    for (Entry entry : field.entries()) {
      writeEntry(out, change, type, entry, dictionary);
    }
  }

  private static ReplicaDictionary dictionaryOf(Change change) {
    TreeSet<ReplicaId> mentioned = new TreeSet<>();
    for (int i = 0; i < change.advances().size(); i++) {
      mentioned.add(change.advances().replicaAt(i));
    }
    for (FieldDelta field : change.fields()) {
      for (KeyRange range : field.ranges()) {
        RangeFormat.mention(range, mentioned);
      }
      for (Entry entry : field.entries()) {
        for (Dot dot : entry.drops()) {
          if (!dot.replica().equals(change.replica())) {
            mentioned.add(dot.replica());
          }
        }
        ReplicaId keyReplica = CounterKeys.replicaOf(entry.key());
        if (keyReplica != null && !keyReplica.equals(change.replica())) {
          mentioned.add(keyReplica);
        }
      }
    }
    return ReplicaDictionary.of(change.replica(), mentioned);
  }

  private static void writeEntry(
      ByteWriter out, Change change, FieldType type, Entry entry, ReplicaDictionary dictionary) {
    Value payload = entry.payload();
    out.u8((payload != null ? PUTS : 0) | (entry.drops().isEmpty() ? 0 : DROPS));
    switch (type.keys()) {
      case VALUES, ONE -> KeyFormat.write(out, entry.key());
      case COUNTS ->
          out.u8(CounterKeys.isBase(entry.key()) ? 1 : 0)
              .varint(dictionary.indexOf(CounterKeys.requireReplica(entry.key())));
      case LOG -> {
        if (payload == null) {
          RangeFormat.writeLogKey(out, (LogKey) entry.key(), dictionary);
        }
      }
    }
    if (payload != null && type.hasPayload()) {
      ValueFormat.write(out, payload);
    }
    if (!entry.drops().isEmpty()) {
      out.varint(entry.drops().size());
      for (Dot dot : entry.drops()) {
        int index = dictionary.indexOf(dot.replica());
        out.varint(index).varint(index == 0 ? change.first() - dot.counter() : dot.counter());
      }
    }
  }

  /**
   * Reads a change and keeps its bytes.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}, {@code LIMIT_EXCEEDED}
   */
  public static EncodedChange decode(byte[] bytes) {
    if (bytes.length > CHANGE_BYTES_MAX) {
      throw new RejectedException(
          Reason.LIMIT_EXCEEDED,
          "a change of " + bytes.length + " bytes; the limit is " + CHANGE_BYTES_MAX);
    }
    ByteReader in = Frame.open(KIND, VERSION, bytes);
    ReplicaId replica = new ReplicaId(in.fixed64());
    long first = in.varintAtLeast(1, "a first counter");
    HybridTime time = HybridTime.read(in);
    String author = in.text();
    long previousHash = in.fixed64();
    ReplicaDictionary dictionary = ReplicaDictionary.read(replica, in);
    VersionVector advances = readAdvances(in, dictionary);
    int fieldCount = in.count(4, "fields");
    List<FieldDelta> fields = new ArrayList<>(Math.min(fieldCount, 1024));
    Dots dots = new Dots(replica, first, time);
    for (int i = 0; i < fieldCount; i++) {
      fields.add(readField(in, dictionary, dots));
    }
    if (!Distinct.by(FieldDelta::field, fields)) {
      throw RejectedException.malformed("a field twice in one change");
    }
    List<String> prefixes = readParts(in);
    if (first + Math.max(1, dots.taken) - 1 < first) {
      throw RejectedException.malformed("counters beyond 63 bits");
    }
    return new EncodedChange(
        new Change(replica, first, advances, time, author, previousHash, prefixes, fields), bytes);
  }

  private static VersionVector readAdvances(ByteReader in, ReplicaDictionary dictionary) {
    int count = in.count(2, "advances");
    ReplicaId[] replicas = new ReplicaId[count];
    long[] counters = new long[count];
    long lastIndex = 0;
    for (int i = 0; i < count; i++) {
      long index = in.varint();
      if (index <= lastIndex) {
        throw RejectedException.malformed("advances that are not in ascending order");
      }
      lastIndex = index;
      replicas[i] = dictionary.at(index);
      counters[i] = in.varintAtLeast(1, "a counter");
    }
    return VersionVector.ofAscending(replicas, counters);
  }

  private static FieldDelta readField(ByteReader in, ReplicaDictionary dictionary, Dots dots) {
    FieldType type = FieldType.ofCode(in.u8());
    int flags = in.u8();
    if (flags > RANGES
        || (flags == CLEARS && type == FieldType.PN_COUNTER)
        || (flags == RANGES && !type.hasRanges())) {
      throw new RejectedException(
          Reason.UNKNOWN_VERSION, "field flags " + flags + " are not known to this version");
    }
    FieldKey key = new FieldKey(in.text(), type);
    List<KeyRange> ranges =
        flags == 0
            ? List.of()
            : flags == CLEARS ? FieldDelta.CLEARED : RangeFormat.read(in, type, dictionary);
    int count = in.count(1, "entries");
    List<Entry> entries = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      entries.add(readEntry(in, type, dictionary, dots));
    }
    if (!Distinct.by(Entry::key, entries)) {
      throw RejectedException.malformed("a key twice in field " + key);
    }
    return new FieldDelta(key, ranges, entries);
  }

  private static Entry readEntry(
      ByteReader in, FieldType type, ReplicaDictionary dictionary, Dots dots) {
    int flags = in.u8();
    if (flags < PUTS || flags > (PUTS | DROPS)) {
      throw new RejectedException(
          Reason.UNKNOWN_VERSION, "entry flags " + flags + " are not known to this version");
    }
    boolean puts = (flags & PUTS) != 0;
    Key key =
        switch (type.keys()) {
          case VALUES, ONE -> KeyFormat.read(in, type);
          case COUNTS -> {
            int kind = in.u8();
            if (kind > 1) {
              throw RejectedException.malformed("no counter key is of kind " + kind);
            }
            if (!puts) {
              throw RejectedException.malformed("a counter's atom that goes and none in its place");
            }
            yield CounterKeys.of(kind == 1, dictionary.at(in.varint()));
          }
          case LOG -> puts ? dots.nextLogKey() : RangeFormat.readLogKey(in, dictionary);
        };
    @Nullable Value payload = null;
    if (puts) {
      payload = type.hasPayload() ? ValueFormat.read(in) : Value.Null.NULL;
      AtomRules.check(type, key, payload, dots.replica);
      dots.taken++;
    }
    List<Dot> drops = List.of();
    if ((flags & DROPS) != 0) {
      drops = readDrops(in, dictionary, dots);
    }
    if (type == FieldType.APPEND_LOG
        && !drops.equals(puts ? List.of() : List.of(KeyFormat.dotOf(key)))) {
      throw RejectedException.malformed("a log entry that drops another than itself");
    }
    return new Entry(key, payload, drops);
  }

  private static List<Dot> readDrops(ByteReader in, ReplicaDictionary dictionary, Dots dots) {
    int count = in.count(2, "drops");
    if (count == 0) {
      throw RejectedException.malformed("drops announced and none given");
    }
    List<Dot> drops = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      drops.add(readDrop(in, dictionary, dots));
    }
    if (!Distinct.by(Function.identity(), drops)) {
      throw RejectedException.malformed("a dot dropped twice under one key");
    }
    return drops;
  }

  private static Dot readDrop(ByteReader in, ReplicaDictionary dictionary, Dots dots) {
    long index = in.varint();
    ReplicaId replica = dictionary.at(index);
    long counter = in.varintAtLeast(1, "the counter of a drop");
    if (index == 0) {
      counter = dots.first - counter;
    }
    if (counter < 1) {
      throw RejectedException.malformed("a drop of a dot below 1");
    }
    return new Dot(replica, counter);
  }

  private static List<String> readParts(ByteReader in) {
    List<String> prefixes = List.of();
    while (!in.atEnd()) {
      long tag = in.varint();
      if (tag == PREFIXES) {
        if (!prefixes.isEmpty()) {
          throw RejectedException.malformed("the prefixes twice in one change");
        }
        prefixes = readPrefixes(in.part(in.count(1, "bytes of a part")));
        continue;
      }
      if ((tag & 1) == 1) {
        throw new RejectedException(
            Reason.UNKNOWN_VERSION,
            "part " + Long.toUnsignedString(tag) + " is mandatory and not known to this version");
      }
      in.part(in.count(1, "bytes of a part"));
    }
    return prefixes;
  }

  private static List<String> readPrefixes(ByteReader in) {
    int count = in.count(1, "prefixes");
    List<String> prefixes = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      prefixes.add(in.text());
    }
    if (!Distinct.by(Function.identity(), prefixes)) {
      throw RejectedException.malformed("a prefix twice in one change");
    }
    in.end();
    if (prefixes.isEmpty()) {
      throw RejectedException.malformed("prefixes announced and none given");
    }
    return prefixes;
  }

  /** Hands out the change's run of dots in the order of its puts. */
  private static final class Dots {
    final ReplicaId replica;
    final long first;
    final HybridTime time;
    int taken;

    Dots(ReplicaId replica, long first, HybridTime time) {
      this.replica = replica;
      this.first = first;
      this.time = time;
    }

    Key nextLogKey() {
      return KeyFormat.logKey(time, replica, Math.max(1, first + taken));
    }
  }
}
