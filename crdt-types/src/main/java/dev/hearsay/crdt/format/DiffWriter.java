package dev.hearsay.crdt.format;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.CounterKeys;
import dev.hearsay.crdt.CounterSet;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.KeyFormat;
import dev.hearsay.crdt.Past;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Writes the body of one diff; see {@link DiffFormat}. */
final class DiffWriter {
  private final StateDiff diff;
  private final DotOrder atoms;
  private final ReplicaId[] replicas;
  private final long[] bases;
  private final long[] heads;
  private final boolean chained;
  private final ByteWriter out;

  /**
   * A writer.
   *
   * @param chained whether the pasts stand in a chain
   */
  DiffWriter(StateDiff diff, boolean chained) {
    this.diff = diff;
    this.chained = chained;
    TreeSet<ReplicaId> all = new TreeSet<>(diff.heads().keySet());
    for (int i = 0; i < diff.base().size(); i++) {
      all.add(diff.base().replicaAt(i));
    }
    replicas = all.toArray(new ReplicaId[0]);
    bases = Arrays.stream(replicas).mapToLong(diff.base()::counter).toArray();
    heads = Arrays.stream(replicas).mapToLong(replica -> head(replica).counter()).toArray();
    atoms = new DotOrder(diff.beyond(), this::writeEntry);
    int version = chained ? DiffFormat.VERSION_WITH_CHAINED_PASTS : DiffFormat.VERSION;
    out = Frame.begin(DiffFormat.KIND, version, 1024 + atoms.entryBytes());
  }

  private ReplicaHead head(ReplicaId replica) {
    return diff.heads().getOrDefault(replica, ReplicaHead.NONE);
  }

  byte[] write() {
    writeHeads();
    out.fixed64(diff.latest().packed());
    writeDots();
    writeColumns();
    atoms.writeEntries(out);
    return Frame.end(out);
  }

  private void writeHeads() {
    out.varint(replicas.length);
    for (ReplicaId replica : replicas) {
      out.fixed64(replica.value());
    }
    for (int i = 0; i < replicas.length; i++) {
      out.varint(bases[i]).zigzag(heads[i] - bases[i]);
    }
    PastFormat plain = new PastFormat(replicas, heads);
    Past[] pasts = new Past[replicas.length];
    for (int i = 0; i < replicas.length; i++) {
      if (heads[i] > 0) {
        ReplicaHead head = head(replicas[i]);
        out.fixed64(head.hash());
        if (heads[i] > bases[i]) {
          if (bases[i] > 0) {
            out.fixed64(diff.baseHashes().getOrDefault(replicas[i], 0L));
          }
          if (chained) {
            pasts[i] = head.past();
          } else {
            plain.write(out, head.past());
          }
        }
      }
    }
    if (chained) {
      new PastChain(replicas, heads).write(out, pasts);
    }
  }

  private void writeDots() {
    long shipped = 0;
    for (int i = 0; i < replicas.length; i++) {
      if (heads[i] > bases[i]) {
        CounterSet counters = atoms.counters(replicas[i]);
        requireBetween(counters, bases[i], heads[i]);
        shipped += counters.size();
        CounterSetFormat.write(out, counters);
      }
    }
    long living = 0;
    for (int i = 0; i < replicas.length; i++) {
      if (heads[i] > 0 && bases[i] > 0) {
        CounterSet counters = diff.living().counters(replicas[i]);
        requireBetween(counters, 0, Math.min(heads[i], bases[i]));
        living += counters.size();
        CounterSetFormat.write(out, counters);
      }
    }
    if (shipped != atoms.size() || living != diff.living().size()) {
      throw new IllegalArgumentException("dots of replicas without a head or a base");
    }
  }

  private static void requireBetween(CounterSet counters, long above, long highest) {
    if (!counters.isEmpty() && (counters.lowest() <= above || counters.highest() > highest)) {
      throw new IllegalArgumentException("dots outside of the diff's range");
    }
  }

  private void writeColumns() {
    List<FieldAtoms> fields = diff.beyond();
    List<String> authors = atoms.authorNames();
    Appearance fieldsSeen = new Appearance(fields.size());
    Appearance authorsSeen = new Appearance(authors.size());
    long[] fieldColumn = fieldsSeen.numbers(atoms.fields());
    long[] authorColumn = authorsSeen.numbers(atoms.authors());
    out.varint(fieldsSeen.count());
    for (int i = 0; i < fieldsSeen.count(); i++) {
      FieldKey field = fields.get(fieldsSeen.at(i)).field();
      out.u8(field.type().code()).text(field.name());
    }
    out.varint(authorsSeen.count());
    for (int i = 0; i < authorsSeen.count(); i++) {
      out.text(authors.get(authorsSeen.at(i)));
    }
    Column.write(out, fieldColumn);
    Column.write(out, authorColumn);
    Column.write(out, atoms.timeSteps());
  }

  private void writeEntry(ByteWriter entries, FieldKey field, KeyedAtom keyed) {
    Atom atom = keyed.atom();
    switch (field.type()) {
      case PN_COUNTER -> entries.varint(counterKey(keyed.key(), atom));
      case APPEND_LOG -> {
        Key implied = KeyFormat.logKey(atom.time(), atom.replica(), atom.counter());
        if (!keyed.key().equals(implied)) {
          throw new IllegalArgumentException("a log entry under another's key: " + atom);
        }
      }
      default -> KeyFormat.write(entries, keyed.key());
    }
    if (field.type() != FieldType.OR_SET) {
      ValueFormat.write(entries, atom.payload());
    } else if (atom.payload() != Value.Null.NULL) {
      throw new IllegalArgumentException("an element of a set with a payload: " + atom);
    }
  }

  private long counterKey(Key key, Atom atom) {
    ReplicaId counted = CounterKeys.requireReplica(key);
    if (CounterKeys.isBase(key)) {
      int index = Arrays.binarySearch(replicas, counted);
      if (index >= 0) {
        return index + 1L;
      }
    } else if (counted.equals(atom.replica())) {
      return 0;
    }
    throw new IllegalArgumentException("a count that is nobody's: " + atom);
  }

  /** Numbers things by when they first appear: 0 is a new one, n the n-th before that. */
  private static final class Appearance {
    private final int[] places;
    private final int[] order;
    private int count;

    Appearance(int things) {
      places = new int[things];
      order = new int[things];
    }

    long[] numbers(int[] things) {
      Arrays.fill(places, -1);
      long[] numbers = new long[things.length];
      for (int i = 0; i < things.length; i++) {
        int thing = things[i];
        if (places[thing] >= 0) {
          numbers[i] = (long) count - places[thing];
        } else {
          order[count] = thing;
          places[thing] = count++;
        }
      }
      return numbers;
    }

    int count() {
      return count;
    }

    /** What appeared as that one. */
    int at(int place) {
      return order[place];
    }
  }
}
