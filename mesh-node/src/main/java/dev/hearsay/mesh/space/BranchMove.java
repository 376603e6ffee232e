package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.CounterKeys;
import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.DotSet;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.KeyFormat;
import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.LogKey;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes a branch out of a replica's history and puts it back as the history of a new replica. Each
 * change of the branch becomes one with the same time, author, dependencies and effects, in which
 * the branch's dots are those of the new replica: so what it drops, what it had not seen, and what
 * wins over what, stay as they were. A count goes on from nothing instead of from what its replica
 * had counted before the branch, which that replica keeps.
 *
 * <p>Two things are kept only as far as is known here: where a change of the branch drops a range
 * or a prefix, and the changes before the branch are not held, it drops nothing that these may not
 * have depended on; and where two writes bear the same time to the last bit, another one may win.
 */
final class BranchMove {
  /**
   * The outcome.
   *
   * @param whole the state after it
   * @param changes the branch's, as those of the new replica
   */
  record Moved(StateDiff whole, List<EncodedChange> changes) {}

  /** An atom of the branch in its new place. */
  private record Image(FieldKey field, Key key, Atom atom) {}

  private final SpaceState state;
  private final OwnCounts older;
  private final List<EncodedChange> earlier;
  private final List<EncodedChange> branch;
  private final ReplicaId from;
  private final long common;
  private final ReplicaId to;
  private final Map<Long, List<Image>> images = new HashMap<>();
  private final Map<FieldKey, Optional<Atom>> countsBefore = new HashMap<>();
  private long dots;

  private BranchMove(
      SpaceState state, List<EncodedChange> known, long common, ReplicaId to, OwnCounts older) {
    this.state = state;
    this.older = older;
    this.from = known.get(0).change().replica();
    this.common = common;
    this.to = to;
    earlier = known.stream().filter(change -> change.last() <= common).toList();
    branch = known.stream().filter(change -> change.last() > common).toList();
  }

  /**
   * Moves what a replica did after a point.
   *
   * @param known the replica's last changes, without gaps, up to its head
   * @param common counter of the last dot that stays
   * @param to who has never minted in this space
   * @param older what replicas had counted where the known changes begin
   * @throws RejectedException {@code NOT_APPLICABLE} if the branch cannot be moved, with the
   *     reason; nothing has changed then
   */
  static Moved of(
      SpaceState state, List<EncodedChange> known, long common, ReplicaId to, OwnCounts older) {
    if (known.isEmpty()) {
      throw cannot("its changes are no longer held one by one");
    }
    return new BranchMove(state, known, common, to, older).move();
  }

  private static RejectedException cannot(String why) {
    return new RejectedException(RejectedException.Reason.NOT_APPLICABLE, why);
  }

  private Moved move() {
    if (state.head(to).counter() > 0) {
      throw cannot("replica " + to + " has minted before");
    }
    if (branch.isEmpty() || branch.get(0).change().first() != common + 1) {
      throw cannot("its changes are no longer held one by one");
    }
    state
        .heads()
        .forEach(
            (replica, head) -> {
              if (!replica.equals(from) && head.past().counter(from) > common) {
                throw cannot("changes of " + replica + " depend on it");
              }
            });
    noteCountsBefore();
    VersionVector before = pastBefore();
    List<EncodedChange> moved = new ArrayList<>();
    VersionVector past = VersionVector.EMPTY;
    for (EncodedChange change : branch) {
      VersionVector advances = change.change().advances();
      if (moved.isEmpty()) {
        advances = before.join(advances);
        advances = common > 0 ? advances.with(from, common) : advances;
      }
      past = past.join(advances);
      past = dots > 0 ? past.with(to, dots) : past;
      moved.add(moved(change.change(), advances, moved));
    }
    return new Moved(whole(before, past, moved), moved);
  }

  private void noteCountsBefore() {
    for (EncodedChange change : earlier) {
      long counter = change.change().first();
      for (FieldDelta delta : change.change().fields()) {
        for (Entry entry : delta.entries()) {
          Value payload = entry.payload();
          if (payload == null) {
            continue;
          }
          if (isOwnCount(delta.field(), entry.key())) {
            Atom count = atom(change.change(), from, counter, payload);
            countsBefore.put(delta.field(), Optional.of(count));
          }
          counter++;
        }
      }
    }
  }

  private boolean isOwnCount(FieldKey field, Key key) {
    return field.type() == FieldType.PN_COUNTER
        && !CounterKeys.isBase(key)
        && from.equals(CounterKeys.replicaOf(key));
  }

  private static Atom atom(Change change, ReplicaId replica, long counter, Value payload) {
    return Atom.of(replica, counter, change.time(), change.author(), payload);
  }

  /**
   * What the last change before the branch depended on. Of a replica that the branch advances only
   * what the changes before it say, or what the branch itself names, is known.
   */
  private VersionVector pastBefore() {
    VersionVector advanced = VersionVector.EMPTY;
    for (EncodedChange change : branch) {
      advanced = advanced.join(change.change().advances());
    }
    VersionVector head = state.head(from).past().toVector();
    VersionVector past = VersionVector.EMPTY;
    for (int i = 0; i < head.size(); i++) {
      ReplicaId replica = head.replicaAt(i);
      if (advanced.counter(replica) == 0 && !replica.equals(from)) {
        past = past.with(replica, head.counterAt(i));
      }
    }
    for (EncodedChange change : earlier) {
      past = past.join(change.change().advances());
    }
    VersionVector seen = VersionVector.EMPTY;
    for (EncodedChange change : branch) {
      seen = seen.join(change.change().advances());
      for (Dot dot : named(change.change())) {
        if (!dot.replica().equals(from) && !seen.covers(dot) && !past.covers(dot)) {
          past = past.with(dot.replica(), dot.counter());
        }
      }
    }
    return past;
  }

  /** The dots that a change can only name because it depends on them. */
  private static List<Dot> named(Change change) {
    List<Dot> named = new ArrayList<>();
    for (FieldDelta delta : change.fields()) {
      for (Entry entry : delta.entries()) {
        named.addAll(entry.drops());
        Value payload = entry.payload();
        if (delta.field().type() == FieldType.PN_COUNTER
            && payload != null
            && CounterKeys.isBase(entry.key())) {
          named.add(
              new Dot(CounterKeys.requireReplica(entry.key()), CounterKeys.countSeen(payload)));
        }
      }
    }
    return named;
  }

  private EncodedChange moved(Change change, VersionVector advances, List<EncodedChange> before) {
    long first = dots + 1;
    long old = change.first();
    List<FieldDelta> fields = new ArrayList<>();
    for (FieldDelta delta : change.fields()) {
      List<Entry> entries = new ArrayList<>();
      for (Entry entry : delta.entries()) {
        Value payload = entry.payload();
        if (payload == null) {
          Key key = moved(entry.key());
          entries.add(new Entry(key, null, drops(entry, key, /* ofOthers= */ true)));
        } else if (delta.field().type() == FieldType.PN_COUNTER) {
          count(change, old++, delta.field(), entry, payload, entries);
        } else {
          put(change, old++, delta.field(), entry, entry.key(), payload, entries);
        }
      }
      fields.add(new FieldDelta(delta.field(), ranges(delta.ranges()), entries));
    }
    dots = Math.max(dots, first);
    return ChangeFormat.encode(
        new Change(
            to,
            first,
            advances,
            change.time(),
            change.author(),
            before.isEmpty() ? 0 : before.get(before.size() - 1).hash(),
            change.prefixes(),
            fields));
  }

  private void put(
      Change change,
      long old,
      FieldKey field,
      Entry entry,
      Key key,
      Value payload,
      List<Entry> entries) {
    long counter = ++dots;
    Key place =
        field.type() == FieldType.APPEND_LOG ? KeyFormat.logKey(change.time(), to, counter) : key;
    // A count of the new replica never drops that of the old one, which goes on to count.
    boolean ofOthers = !to.equals(CounterKeys.replicaOf(place));
    entries.add(new Entry(place, payload, drops(entry, place, ofOthers)));
    images
        .computeIfAbsent(old, counters -> new ArrayList<>())
        .add(new Image(field, place, atom(change, to, counter, payload)));
  }

  private void count(
      Change change, long old, FieldKey field, Entry entry, Value payload, List<Entry> entries) {
    if (!CounterKeys.isBase(entry.key())) {
      Value total = Value.of(number(payload).subtract(totalBefore(field, entry)));
      put(change, old, field, entry, CounterKeys.of(false, to), total, entries);
      return;
    }
    long seen = CounterKeys.countSeen(payload);
    if (!from.equals(CounterKeys.requireReplica(entry.key())) || seen <= common) {
      put(change, old, field, entry, entry.key(), payload, entries);
      return;
    }
    // The reset saw both what was counted before the branch and what was counted in it.
    List<Image> counts = images.getOrDefault(seen, List.of());
    if (counts.isEmpty()) {
      throw cannot("a count that it resets is not known");
    }
    Image count = counts.get(0);
    Optional<Atom> before = countsBefore.getOrDefault(field, Optional.empty());
    Value inBranch = base(count.atom().counter(), count.atom().payload());
    put(change, old, field, entry, CounterKeys.of(true, to), inBranch, entries);
    if (before.isPresent()) {
      Value rest = base(before.get().counter(), before.get().payload());
      put(change, old, field, entry, entry.key(), rest, entries);
    }
  }

  private static Value base(long counter, Value total) {
    return Value.of(List.of(Value.of(counter), total));
  }

  /** What the replica had counted before the branch. */
  private BigInteger totalBefore(FieldKey field, Entry first) {
    if (!countsBefore.containsKey(field)) {
      Optional<Atom> before = Optional.empty();
      for (Dot dot : first.drops()) {
        if (dot.counter() <= common) {
          before = older.of(from, field).filter(count -> count.counter() == dot.counter());
          if (before.isEmpty()) {
            throw cannot("what it had counted in '" + field.name() + "' before is not known");
          }
        }
      }
      countsBefore.put(field, before);
    }
    return countsBefore
        .getOrDefault(field, Optional.empty())
        .map(count -> number(count.payload()))
        .orElse(BigInteger.ZERO);
  }

  private static BigInteger number(Value value) {
    return value instanceof Value.Int small
        ? BigInteger.valueOf(small.value())
        : ((Value.BigInt) value).value();
  }

  /** The entry's drops under a key: of the branch's dots those whose atoms are there now. */
  private List<Dot> drops(Entry entry, Key key, boolean ofOthers) {
    List<Dot> drops = new ArrayList<>();
    for (Dot dot : entry.drops()) {
      if (!isMoved(dot)) {
        if (ofOthers) {
          drops.add(dot);
        }
        continue;
      }
      for (Image image : images.getOrDefault(dot.counter(), List.of())) {
        if (image.key().equals(key)) {
          drops.add(image.atom().dot());
        }
      }
    }
    return drops;
  }

  private boolean isMoved(Dot dot) {
    return dot.replica().equals(from) && dot.counter() > common;
  }

  private Key moved(Key key) {
    if (key instanceof LogKey && isMoved(KeyFormat.dotOf(key))) {
      List<Image> entry = images.getOrDefault(KeyFormat.dotOf(key).counter(), List.of());
      return entry.isEmpty() ? key : entry.get(0).key();
    }
    return key;
  }

  private List<KeyRange> ranges(List<KeyRange> ranges) {
    return ranges.stream().map(this::range).toList();
  }

  private KeyRange range(KeyRange range) {
    Key low = range.from();
    Key high = range.to();
    Key lowMoved = low == null ? null : moved(low);
    Key highMoved = high == null ? null : moved(high);
    boolean upsideDown =
        lowMoved instanceof LogKey a && highMoved instanceof LogKey b && a.compareTo(b) >= 0;
    return upsideDown ? range : new KeyRange(lowMoved, highMoved);
  }

  private StateDiff whole(VersionVector before, VersionVector past, List<EncodedChange> moved) {
    StateDiff was = state.diff(VersionVector.EMPTY);
    SortedMap<ReplicaId, ReplicaHead> heads = new TreeMap<>(was.heads());
    heads.remove(from);
    if (common > 0) {
      long hash = branch.get(0).change().previousHash();
      heads.put(from, new ReplicaHead(common, before, hash));
    }
    EncodedChange last = moved.get(moved.size() - 1);
    heads.put(to, new ReplicaHead(last.last(), past, last.hash()));
    Map<FieldKey, List<StateDiff.KeyedAtom>> fields = new TreeMap<>();
    for (StateDiff.FieldAtoms field : was.beyond()) {
      List<StateDiff.KeyedAtom> atoms = new ArrayList<>();
      for (StateDiff.KeyedAtom keyed : field.atoms()) {
        if (!isMoved(keyed.atom().dot())) {
          atoms.add(keyed);
          continue;
        }
        images
            .getOrDefault(keyed.atom().counter(), List.of())
            .forEach(image -> atoms.add(new StateDiff.KeyedAtom(image.key(), image.atom())));
      }
      fields.put(field.field(), atoms);
    }
    putBackCounts(fields);
    List<StateDiff.FieldAtoms> beyond = new ArrayList<>();
    fields.forEach((field, atoms) -> beyond.add(new StateDiff.FieldAtoms(field, atoms)));
    return new StateDiff(VersionVector.EMPTY, heads, was.latest(), beyond, DotSet.EMPTY);
  }

  /** The branch's counts had taken the place of the one before it, which is back now. */
  private void putBackCounts(Map<FieldKey, List<StateDiff.KeyedAtom>> fields) {
    Set<FieldKey> counted = new TreeSet<>();
    for (List<Image> all : images.values()) {
      for (Image image : all) {
        if (image.field().type() == FieldType.PN_COUNTER && !CounterKeys.isBase(image.key())) {
          counted.add(image.field());
        }
      }
    }
    for (FieldKey field : counted) {
      countsBefore
          .getOrDefault(field, Optional.empty())
          .ifPresent(
              before ->
                  fields
                      .computeIfAbsent(field, key -> new ArrayList<>())
                      .add(new StateDiff.KeyedAtom(CounterKeys.of(false, from), before)));
    }
  }
}
