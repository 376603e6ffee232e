package dev.hearsay.crdt.format;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.AtomRules;
import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.CounterKeys;
import dev.hearsay.crdt.CounterSet;
import dev.hearsay.crdt.DotSet;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.KeyFormat;
import dev.hearsay.crdt.Past;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the body of one diff; see {@link DiffFormat}. What it allocates is in proportion to the
 * bytes: every count is checked against what is left, and every atom takes a byte at least.
 */
final class DiffReader {
  private final ByteReader in;
  private final ReplicaId[] replicas;
  private final long[] bases;
  private final long[] heads;
  private final boolean hasBaseHashes;
  private final boolean chained;
  private final SortedMap<ReplicaId, Long> baseHashes = new TreeMap<>();

  DiffReader(ByteReader in, int version) {
    this.in = in;
    this.hasBaseHashes = version != DiffFormat.VERSION_WITHOUT_BASE_HASHES;
    this.chained = version == DiffFormat.VERSION_WITH_CHAINED_PASTS;
    int count = in.count(10, "replicas");
    if (chained && count <= DiffFormat.PLAIN_PASTS_MAX) {
      throw RejectedException.malformed("chained pasts of " + count + " replicas");
    }
    replicas = new ReplicaId[count];
    bases = new long[count];
    heads = new long[count];
  }

  StateDiff read() {
    readReplicas();
    SortedMap<ReplicaId, ReplicaHead> readHeads = readHeads();
    HybridTime latest = HybridTime.read(in);
    CounterSet[] shipped = readShipped();
    DotSet living = readLiving();
    List<FieldAtoms> beyond = readAtoms(shipped, latest);
    in.end();
    return new StateDiff(base(), readHeads, latest, beyond, living, baseHashes);
  }

  private void readReplicas() {
    for (int i = 0; i < replicas.length; i++) {
      replicas[i] = new ReplicaId(in.fixed64());
      if (i > 0 && replicas[i - 1].compareTo(replicas[i]) >= 0) {
        throw RejectedException.malformed("replicas that are not in ascending order");
      }
    }
    for (int i = 0; i < replicas.length; i++) {
      bases[i] = in.varintAtLeast(0, "a base");
      heads[i] = bases[i] + in.zigzag();
      if (heads[i] < 0 || (heads[i] == 0 && bases[i] == 0)) {
        throw RejectedException.malformed("a replica with neither a base nor a head");
      }
    }
  }

  private SortedMap<ReplicaId, ReplicaHead> readHeads() {
    PastFormat plain = new PastFormat(replicas, heads);
    Past[] pasts = new Past[replicas.length];
    long[] hashes = new long[replicas.length];
    boolean[] chainedHere = new boolean[replicas.length];
    for (int i = 0; i < replicas.length; i++) {
      if (heads[i] > 0) {
        long hash = in.fixed64();
        if (hasBaseHashes && bases[i] > 0 && heads[i] > bases[i]) {
          long baseHash = in.fixed64();
          if (baseHash != 0) {
            baseHashes.put(replicas[i], baseHash);
          }
        }
        hashes[i] = hash;
        chainedHere[i] = chained && heads[i] > bases[i];
        pasts[i] = heads[i] > bases[i] && !chained ? plain.read(in, i) : Past.EMPTY;
      }
    }
    if (chained) {
      pasts = new PastChain(replicas, heads).read(in, chainedHere);
    }
    SortedMap<ReplicaId, ReplicaHead> read = new TreeMap<>();
    for (int i = 0; i < replicas.length; i++) {
      if (heads[i] > 0) {
        read.put(replicas[i], new ReplicaHead(heads[i], pasts[i], hashes[i]));
      }
    }
    return read;
  }

  private VersionVector base() {
    int size = 0;
    ReplicaId[] some = new ReplicaId[replicas.length];
    long[] counters = new long[replicas.length];
    for (int i = 0; i < replicas.length; i++) {
      if (bases[i] > 0) {
        some[size] = replicas[i];
        counters[size++] = bases[i];
      }
    }
    return VersionVector.ofAscending(Arrays.copyOf(some, size), Arrays.copyOf(counters, size));
  }

  private CounterSet[] readShipped() {
    CounterSet[] shipped = new CounterSet[replicas.length];
    for (int i = 0; i < replicas.length; i++) {
      shipped[i] = heads[i] > bases[i] ? CounterSetFormat.read(in, heads[i]) : CounterSet.EMPTY;
      if (!shipped[i].isEmpty() && shipped[i].lowest() <= bases[i]) {
        throw RejectedException.malformed("an atom at or below the base");
      }
    }
    return shipped;
  }

  private DotSet readLiving() {
    Map<ReplicaId, CounterSet> living = new HashMap<>();
    for (int i = 0; i < replicas.length; i++) {
      if (heads[i] > 0 && bases[i] > 0) {
        living.put(replicas[i], CounterSetFormat.read(in, Math.min(heads[i], bases[i])));
      }
    }
    return DotSet.of(living);
  }

  private List<FieldAtoms> readAtoms(CounterSet[] shipped, HybridTime latest) {
    List<FieldKey> fields = readFields();
    List<String> authors = readAuthors();
    long count = 0;
    for (CounterSet counters : shipped) {
      // Each is at most 2^63 - 1 and the rest of the bytes far less: no overflow.
      if (counters.size() > in.remaining() - count) {
        throw RejectedException.malformed("more atoms than bytes");
      }
      count += counters.size();
    }
    long[] fieldColumn = Column.read(in, (int) count);
    long[] authorColumn = Column.read(in, (int) count);
    long[] timeColumn = Column.read(in, (int) count);
    List<List<KeyedAtom>> atoms = new ArrayList<>();
    TimeSteps times = new TimeSteps();
    HybridTime time = HybridTime.ZERO;
    int knownAuthors = 0;
    int at = 0;
    for (int i = 0; i < replicas.length; i++) {
      times.restart();
      for (long counter : shipped[i].toArray()) {
        long packed = times.timeAfter(timeColumn[at]);
        time = packed == time.packed() ? time : new HybridTime(packed);
        if (time.compareTo(latest) > 0) {
          throw RejectedException.malformed("an atom later than the latest time");
        }
        int author = index(authorColumn[at], knownAuthors, authors.size());
        knownAuthors = Math.max(knownAuthors, author + 1);
        int field = index(fieldColumn[at], atoms.size(), fields.size());
        if (field == atoms.size()) {
          atoms.add(new ArrayList<>());
        }
        FieldType type = fields.get(field).type();
        Key key = readKey(type, i, counter, time);
        Value payload = type == FieldType.OR_SET ? Value.Null.NULL : ValueFormat.read(in);
        AtomRules.check(type, key, payload, replicas[i]);
        if (type == FieldType.PN_COUNTER && CounterKeys.isBase(key)) {
          checkBase(key, payload);
        }
        Atom atom = Atom.of(replicas[i], counter, time, authors.get(author), payload);
        atoms.get(field).add(new KeyedAtom(key, atom));
        at++;
      }
    }
    if (atoms.size() < fields.size() || knownAuthors < authors.size()) {
      throw RejectedException.malformed("a field or an author without atoms");
    }
    List<FieldAtoms> beyond = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      beyond.add(new FieldAtoms(fields.get(i), atoms.get(i)));
    }
    return beyond;
  }

  private List<FieldKey> readFields() {
    int count = in.count(3, "fields");
    List<FieldKey> fields = new ArrayList<>(count);
    Set<FieldKey> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      FieldType type = FieldType.ofCode(in.u8());
      FieldKey field = new FieldKey(in.text(), type);
      if (!seen.add(field)) {
        throw RejectedException.malformed("field " + field + " twice in one diff");
      }
      fields.add(field);
    }
    return fields;
  }

  private List<String> readAuthors() {
    int count = in.count(1, "authors");
    List<String> authors = new ArrayList<>(count);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String author = in.text();
      Change.requireAuthor(author);
      if (!seen.add(author)) {
        throw RejectedException.malformed("author '" + author + "' twice in one diff");
      }
      authors.add(author);
    }
    return authors;
  }

  /** Of a number in a column: 0 is the next new thing, n the n-th before that. */
  private static int index(long number, int known, int all) {
    if (number < 0 || number > known || (number == 0 && known == all)) {
      throw RejectedException.malformed("number " + Long.toUnsignedString(number) + " in a column");
    }
    return (int) (known - number);
  }

  private Key readKey(FieldType type, int replica, long counter, HybridTime time) {
    return switch (type) {
      case PN_COUNTER -> {
        long base = in.varint();
        if (base < 0 || base > replicas.length) {
          throw RejectedException.malformed("a base of replica " + Long.toUnsignedString(base));
        }
        yield CounterKeys.of(base > 0, replicas[base > 0 ? (int) base - 1 : replica]);
      }
      case APPEND_LOG -> KeyFormat.logKey(time, replicas[replica], counter);
      default -> KeyFormat.read(in, type);
    };
  }

  /** A base that claims to have seen what is not there would swallow increments to come. */
  private void checkBase(Key key, Value payload) {
    int counted = Arrays.binarySearch(replicas, CounterKeys.requireReplica(key));
    if (counted < 0 || CounterKeys.countSeen(payload) > heads[counted]) {
      throw RejectedException.malformed("a base of a count that nobody has seen");
    }
  }
}
