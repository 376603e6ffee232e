package dev.hearsay.crdt;

import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.ValueFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a replica at some base lacks of a frozen state, given out in pieces in the order of dots: by
 * replica, then by counter. A piece is a diff of its own, of a few replicas and from nothing, that
 * {@link StagedState#plus} takes; alone it says nothing of what it leaves out.
 *
 * <p>The state is walked through once at the start and then at most {@value #WALKS_MAX} times, each
 * time for a stretch of references to its atoms, so that beside the state it takes a small part of
 * it. Thread-safe.
 */
public final class DiffPieces {
  /** Most atoms of a piece. */
  public static final int PIECE_ATOMS_MAX = 1 << 13;

  private static final int WALKS_MAX = 16;
  private static final int STRETCH_ATOMS_MIN = 1 << 16;

  /** Receivers at different places, each with a stretch of its own. */
  private static final int STRETCHES_MAX = 4;

  /** About what a column or a counter adds to an atom's key and payload, in bytes. */
  private static final int OVERHEAD_BYTES = 3;

  private record Placed(FieldKey field, Key key, Atom atom) {}

  private record Stretch(long from, List<Placed> atoms) {
    boolean holds(long place) {
      return place >= from && place < from + atoms.size();
    }
  }

  private final SpaceState state;
  private final StateDiff head;
  private final DotSet beyond;
  private final long atoms;
  private final long bytes;
  private final Deque<Stretch> stretches = new ArrayDeque<>();

  /** Freezes the diff of the state from that base, which the state's frontier covers. */
  public DiffPieces(SpaceState state, VersionVector base) {
    this.state = state;
    DotSet.Builder lacking = new DotSet.Builder();
    DotSet.Builder living = new DotSet.Builder();
    ByteWriter scratch = new ByteWriter();
    long[] size = new long[1];
    for (FieldKey field : state.fieldKeys()) {
      state
          .field(field)
          .forEach(
              (key, slot) -> {
                for (Atom atom : slot) {
                  if (atom.coveredBy(base)) {
                    living.add(atom.replica(), atom.counter());
                  } else {
                    lacking.add(atom.replica(), atom.counter());
                    size[0] += entryBytes(scratch, field, key, atom);
                  }
                }
              });
    }
    this.beyond = lacking.build();
    this.atoms = beyond.size();
    this.bytes = size[0];
    this.head = new StateDiff(base, state.heads(), state.latest(), List.of(), living.build());
  }

  private static int entryBytes(ByteWriter scratch, FieldKey field, Key key, Atom atom) {
    scratch.reset();
    if (field.type() != FieldType.APPEND_LOG) {
      KeyFormat.write(scratch, key);
    }
    if (field.type() != FieldType.OR_SET) {
      ValueFormat.write(scratch, atom.payload());
    }
    return scratch.size() + OVERHEAD_BYTES;
  }

  /** The diff without its atoms. */
  public StateDiff head() {
    return head;
  }

  /** How many atoms all pieces have together. */
  public long atoms() {
    return atoms;
  }

  /** About how many bytes all pieces take together. */
  public long bytes() {
    return bytes;
  }

  /**
   * The piece that begins with the atom at that place.
   *
   * @param from from 0
   * @param bytesMax about as large as it may become; a larger atom goes alone
   * @throws IndexOutOfBoundsException if there is no such atom
   */
  public synchronized StateDiff piece(long from, int bytesMax) {
    Stretch stretch = stretch(from);
    List<Placed> all = stretch.atoms();
    ByteWriter scratch = new ByteWriter();
    SortedMap<ReplicaId, ReplicaHead> heads = new TreeMap<>();
    Map<FieldKey, List<KeyedAtom>> piece = new LinkedHashMap<>();
    long size = 0;
    int start = (int) (from - stretch.from());
    for (int i = start; i < Math.min(all.size(), start + PIECE_ATOMS_MAX); i++) {
      Placed placed = all.get(i);
      size += entryBytes(scratch, placed.field(), placed.key(), placed.atom());
      if (size > bytesMax && i > start) {
        break;
      }
      piece
          .computeIfAbsent(placed.field(), field -> new ArrayList<>())
          .add(new KeyedAtom(placed.key(), placed.atom()));
      name(heads, placed.atom().replica());
      if (placed.key() instanceof CounterKey counter) {
        name(heads, counter.replica());
      }
    }
    List<FieldAtoms> fields = new ArrayList<>();
    piece.forEach((field, some) -> fields.add(new FieldAtoms(field, some)));
    return new StateDiff(VersionVector.EMPTY, heads, head.latest(), fields, DotSet.EMPTY);
  }

  private void name(SortedMap<ReplicaId, ReplicaHead> heads, ReplicaId replica) {
    if (!heads.containsKey(replica)) {
      heads.put(replica, new ReplicaHead(state.head(replica).counter(), Past.EMPTY, 0));
    }
  }

  private Stretch stretch(long from) {
    if (from < 0 || from >= atoms) {
      throw new IndexOutOfBoundsException("atom " + from + " of " + atoms);
    }
    for (Stretch stretch : stretches) {
      if (stretch.holds(from)) {
        return stretch;
      }
    }
    if (stretches.size() == STRETCHES_MAX) {
      stretches.removeFirst();
    }
    Stretch stretch = walk(from);
    stretches.addLast(stretch);
    return stretch;
  }

  private Stretch walk(long from) {
    long length = Math.max(STRETCH_ATOMS_MIN, (atoms + WALKS_MAX - 1) / WALKS_MAX);
    Dot first = dotAt(from);
    Dot last = dotAt(Math.min(atoms, from + length) - 1);
    VersionVector base = head.base();
    List<Placed> found = new ArrayList<>();
    for (FieldKey field : state.fieldKeys()) {
      state
          .field(field)
          .forEach(
              (key, slot) -> {
                for (Atom atom : slot) {
                  if (isBetween(atom, first, last) && !atom.coveredBy(base)) {
                    found.add(new Placed(field, key, atom));
                  }
                }
              });
    }
    found.sort(
        (a, b) -> {
          int byReplica = a.atom().replica().compareTo(b.atom().replica());
          return byReplica != 0 ? byReplica : Long.compare(a.atom().counter(), b.atom().counter());
        });
    return new Stretch(from, found);
  }

  private static boolean isBetween(Atom atom, Dot first, Dot last) {
    int afterFirst = atom.replica().compareTo(first.replica());
    int beforeLast = atom.replica().compareTo(last.replica());
    return (afterFirst > 0 || (afterFirst == 0 && atom.counter() >= first.counter()))
        && (beforeLast < 0 || (beforeLast == 0 && atom.counter() <= last.counter()));
  }

  private Dot dotAt(long place) {
    long left = place;
    for (ReplicaId replica : head.heads().keySet()) {
      CounterSet counters = beyond.counters(replica);
      if (left < counters.size()) {
        return new Dot(replica, counters.at(left));
      }
      left -= counters.size();
    }
    throw new IndexOutOfBoundsException("atom " + place + " of " + atoms);
  }
}
