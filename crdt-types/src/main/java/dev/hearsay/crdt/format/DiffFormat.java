package dev.hearsay.crdt.format;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.AtomFormat;
import dev.hearsay.crdt.AtomRules;
import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.DotSet;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.KeyFormat;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bytes of a diff: state transfer, and with an empty base the state itself, as snapshots hold
 * it. Drawn in {@code docs/format.md}.
 *
 * <pre>
 * kind 0xC2 | version 1 | crc32c 4B | body
 * body   = base vector, heads (count, (replica 8B, counter, past vector, hash 8B) ascending),
 *          latest time 8B, fields (count, field…), living dots
 * field  = type 1B, name text, atoms (count, (key, atom))
 * </pre>
 */
public final class DiffFormat {
  static final int KIND = 0xC2;
  static final int VERSION = 1;

  private DiffFormat() {}

  /** The whole state, as a diff from nothing. */
  public static byte[] encode(SpaceState state) {
    return encode(state.diff(VersionVector.EMPTY));
  }

  /** The state that {@link #encode(SpaceState)} wrote. */
  public static SpaceState decodeState(byte[] bytes) {
    return SpaceState.EMPTY.join(decode(bytes));
  }

  public static byte[] encode(StateDiff diff) {
    ByteWriter out = new ByteWriter(1024);
    diff.base().write(out);
    out.varint(diff.heads().size());
    diff.heads()
        .forEach(
            (replica, head) -> {
              out.fixed64(replica.value()).varint(head.counter());
              head.past().write(out);
              out.fixed64(head.hash());
            });
    out.fixed64(diff.latest().packed()).varint(diff.beyond().size());
    for (FieldAtoms field : diff.beyond()) {
      out.u8(field.field().type().code()).text(field.field().name()).varint(field.atoms().size());
      for (KeyedAtom keyed : field.atoms()) {
        KeyFormat.write(out, keyed.key());
        AtomFormat.write(out, keyed.atom());
      }
    }
    diff.living().write(out);
    return Frame.wrap(KIND, VERSION, out.toByteArray());
  }

  /**
   * Reads a diff.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}
   */
  public static StateDiff decode(byte[] bytes) {
    ByteReader in = Frame.open(KIND, VERSION, bytes);
    VersionVector base = VersionVector.read(in);
    SortedMap<ReplicaId, ReplicaHead> heads = readHeads(in);
    HybridTime latest = HybridTime.read(in);
    int fieldCount = in.count(4, "fields");
    List<FieldAtoms> fields = new ArrayList<>(Math.min(fieldCount, 1024));
    Set<FieldKey> seen = new HashSet<>();
    for (int i = 0; i < fieldCount; i++) {
      FieldAtoms field = readField(in);
      if (!seen.add(field.field())) {
        throw RejectedException.malformed("field " + field.field() + " twice in one diff");
      }
      fields.add(field);
    }
    DotSet living = DotSet.read(in);
    in.end();
    StateDiff diff = new StateDiff(base, heads, latest, fields, living);
    check(diff);
    return diff;
  }

  private static SortedMap<ReplicaId, ReplicaHead> readHeads(ByteReader in) {
    int count = in.count(18, "heads");
    SortedMap<ReplicaId, ReplicaHead> heads = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      ReplicaId replica = new ReplicaId(in.fixed64());
      if (!heads.isEmpty() && heads.lastKey().compareTo(replica) >= 0) {
        throw RejectedException.malformed("heads that are not in ascending order");
      }
      long counter = in.varintAtLeast(1, "a head's counter");
      VersionVector past = VersionVector.read(in);
      heads.put(replica, new ReplicaHead(counter, past, in.fixed64()));
    }
    return heads;
  }

  private static FieldAtoms readField(ByteReader in) {
    FieldType type = FieldType.ofCode(in.u8());
    FieldKey field = new FieldKey(in.text(), type);
    int count = in.count(19, "atoms");
    List<KeyedAtom> atoms = new ArrayList<>(Math.min(count, 1 << 16));
    for (int i = 0; i < count; i++) {
      Key key = KeyFormat.read(in, type);
      atoms.add(new KeyedAtom(key, AtomFormat.read(in)));
    }
    return new FieldAtoms(field, atoms);
  }

  /** Atoms lie between base and frontier, living dots at or below the base, each dot once. */
  private static void check(StateDiff diff) {
    VersionVector frontier = diff.frontier();
    long atoms = 0;
    for (FieldAtoms field : diff.beyond()) {
      for (KeyedAtom keyed : field.atoms()) {
        Atom atom = keyed.atom();
        checkKind(field.field().type(), keyed.key(), atom);
        if (atom.time().compareTo(diff.latest()) > 0) {
          throw RejectedException.malformed("atom " + atom + " later than the latest time");
        }
        if (diff.base().covers(atom.replica(), atom.counter())
            || !frontier.covers(atom.replica(), atom.counter())) {
          throw RejectedException.malformed("atom " + atom + " outside of the diff's range");
        }
        atoms++;
      }
    }
    if (diff.shippedDots().size() != atoms) {
      throw RejectedException.malformed("a dot twice in one diff");
    }
    diff.heads()
        .forEach(
            (replica, head) -> {
              if (!frontier.covers(head.past()) || head.past().covers(replica, head.counter())) {
                throw RejectedException.malformed("a past of " + replica + " that cannot be");
              }
            });
    if (!diff.living().isCoveredBy(diff.base())) {
      throw RejectedException.malformed("a living dot above the base");
    }
  }

  /** Refuses what no write of that type makes. */
  private static void checkKind(FieldType type, Key key, Atom atom) {
    Change.requireAuthor(atom.author());
    AtomRules.check(type, key, atom.payload(), atom.replica());
    if (type == FieldType.APPEND_LOG
        && !key.equals(KeyFormat.logKey(atom.time(), atom.replica(), atom.counter()))) {
      throw RejectedException.malformed("a log entry under another's key: " + atom);
    }
  }
}
