package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a space: its fields' atoms under one causal context. There are no tombstones: a dot
 * that the frontier covers and that no atom bears was dropped. Immutable, with structural sharing:
 * a snapshot is a reference.
 */
public final class SpaceState {
  public static final SpaceState EMPTY =
      new SpaceState(
          ExtensionsKt.persistentHashMapOf(), Heads.NONE, HybridTime.ZERO, Digest.ZERO, 0);

  private final PersistentMap<FieldKey, FieldState> fields;
  private final Heads heads;
  private final HybridTime latest;
  private final Digest digest;
  private final long lineage;

  /**
   * The field that the change which led here left last, if one did: whoever is told of the change
   * asks for it, and a look into a large map is as dear as applying a change.
   */
  private final @Nullable FieldState touched;

  SpaceState(
      PersistentMap<FieldKey, FieldState> fields,
      Heads heads,
      HybridTime latest,
      Digest digest,
      long lineage) {
    this(fields, heads, latest, digest, lineage, null);
  }

  private SpaceState(
      PersistentMap<FieldKey, FieldState> fields,
      Heads heads,
      HybridTime latest,
      Digest digest,
      long lineage,
      @Nullable FieldState touched) {
    this.touched = touched;
    this.lineage = lineage;
    this.fields = fields;
    this.heads = heads;
    this.latest = latest;
    this.digest = digest;
  }

  /** The version vector of all changes applied; the causal context of every field. */
  public VersionVector frontier() {
    return heads.frontier();
  }

  /** The highest time of any change applied. */
  public HybridTime latest() {
    return latest;
  }

  /** Of frontier and content; equal for equal states however they were reached. O(1). */
  public Digest digest() {
    return digest;
  }

  /**
   * 0, or a number of the time when this node put another state in the place of what it had: of two
   * states with the same one, that with the higher frontier grew from the other. Not part of what
   * is replicated.
   */
  public long lineage() {
    return lineage;
  }

  /** The same state, of another lineage. */
  public SpaceState withLineage(long other) {
    return new SpaceState(fields, heads, latest, digest, other);
  }

  public ReplicaHead head(ReplicaId replica) {
    return heads.of(replica);
  }

  public SortedMap<ReplicaId, ReplicaHead> heads() {
    return Collections.unmodifiableSortedMap(heads.toMap());
  }

  /** The field, empty if it holds nothing. */
  public FieldState field(FieldKey key) {
    FieldState field = find(key);
    return field == null ? FieldState.empty(key) : field;
  }

  /** Null if it holds nothing, or it is empty. */
  private @Nullable FieldState find(FieldKey key) {
    return touched != null && touched.field().equals(key) ? touched : fields.get(key);
  }

  /** The fields that hold atoms, by name; not all of them need be {@link FieldState#isInUse}. */
  public List<FieldKey> fieldKeys() {
    List<FieldKey> keys = new ArrayList<>(fields.keySet());
    Collections.sort(keys);
    return keys;
  }

  /** The same fields, in no order. */
  public Collection<FieldState> fields() {
    return Collections.unmodifiableCollection(fields.values());
  }

  public int fieldCount() {
    return fields.size();
  }

  /** Another type under which the name is in use, if it is not under this one; else null. */
  public @Nullable FieldType otherTypeOf(FieldKey key) {
    if (isInUse(key)) {
      return null;
    }
    for (FieldType other : FieldType.values()) {
      if (other != key.type() && isInUse(new FieldKey(key.name(), other))) {
        return other;
      }
    }
    return null;
  }

  private boolean isInUse(FieldKey key) {
    FieldState field = find(key);
    return field != null && field.isInUse();
  }

  /** Names in use under more than one type, because two sides of a cut created both. */
  public List<String> conflicts() {
    TreeSet<String> conflicts = new TreeSet<>();
    TreeSet<String> seen = new TreeSet<>();
    for (Map.Entry<FieldKey, FieldState> entry : fields.entrySet()) {
      if (entry.getValue().isInUse() && !seen.add(entry.getKey().name())) {
        conflicts.add(entry.getKey().name());
      }
    }
    return List.copyOf(conflicts);
  }

  /** Whether a change can be applied to this state, and if not, why. */
  public enum Admission {
    /** It is the next of its replica and everything it depends on is here. */
    APPLICABLE,
    /** It is here already. */
    DUPLICATE,
    /** Something it depends on is not here yet. */
    WAITING,
    /** Its replica's history here is another than the one it continues. */
    FORKED
  }

  public Admission admission(EncodedChange encoded) {
    return admission(encoded, head(encoded.change().replica()));
  }

  private Admission admission(EncodedChange encoded, ReplicaHead head) {
    Change change = encoded.change();
    if (encoded.last() <= head.counter()) {
      return encoded.last() == head.counter() && encoded.hash() != head.hash()
          ? Admission.FORKED
          : Admission.DUPLICATE;
    }
    if (change.first() <= head.counter()) {
      return Admission.FORKED;
    }
    if (change.first() > head.counter() + 1 || !frontier().covers(change.advances())) {
      return Admission.WAITING;
    }
    return change.previousHash() == head.hash() ? Admission.APPLICABLE : Admission.FORKED;
  }

  /**
   * The state after the change. O(size of the change + replicas), whatever the state holds; only
   * fields with a range to drop are walked through.
   *
   * @throws RejectedException {@code NOT_APPLICABLE} if {@link #admission} says so; {@code
   *     MALFORMED} if it drops what it cannot have seen. This state stays as it is.
   */
  public SpaceState apply(EncodedChange encoded) {
    Change change = encoded.change();
    ReplicaId replica = change.replica();
    ReplicaHead before = head(replica);
    Admission admission = admission(encoded, before);
    if (admission != Admission.APPLICABLE) {
      throw new RejectedException(
          admission == Admission.FORKED ? Reason.FORKED : Reason.NOT_APPLICABLE,
          "change " + encoded + " is " + admission + " at " + frontier());
    }
    Past past = before.past().join(change.advances());
    if (change.first() > 1) {
      past = past.with(replica, change.first() - 1);
    } else {
      // The first change of a replica names all that it depends on.
      past = past.sharing(heads.widest());
    }
    PersistentMap<FieldKey, FieldState> changedFields = fields;
    DigestChange digests = new DigestChange(digest);
    if (!change.prefixes().isEmpty()) {
      Prefixes prefixes = new Prefixes(change.prefixes());
      for (Map.Entry<FieldKey, FieldState> entry : fields.entrySet()) {
        FieldKey key = entry.getKey();
        if (key.type() != FieldType.PN_COUNTER && prefixes.fit(key.name())) {
          FieldState field = dropped(entry.getValue(), FieldDelta.CLEARED, past, digests);
          changedFields = put(changedFields, field);
        }
      }
    }
    Origin origin = Origin.of(replica, change.author());
    long counter = change.first();
    FieldState last = null;
    for (FieldDelta delta : change.fields()) {
      FieldState field =
          changedFields == fields ? find(delta.field()) : changedFields.get(delta.field());
      if (field == null) {
        field = FieldState.empty(delta.field());
      }
      field = dropped(field, delta.ranges(), past, digests);
      for (Entry entry : delta.entries()) {
        Value payload = entry.payload();
        if (payload == null) {
          field = field.with(entry.key(), dropped(field, entry, past, digests));
          continue;
        }
        requireSeen(entry.key(), payload, past);
        Atom atom = Atom.of(origin, counter++, change.time(), payload);
        digests.add(delta.field(), entry.key(), atom);
        field =
            entry.drops().isEmpty()
                ? field.plus(entry.key(), atom)
                : field.with(entry.key(), Slot.with(dropped(field, entry, past, digests), atom));
      }
      changedFields = put(changedFields, field);
      last = field;
    }
    ReplicaHead head = new ReplicaHead(encoded.last(), past, encoded.hash());
    digests.replace(replica, before, head);
    return new SpaceState(
        changedFields,
        heads.with(replica, head),
        HybridTime.max(latest, change.time()),
        digests.result(),
        lineage,
        last);
  }

  /** A reset says what it saw; what it cannot have seen would swallow increments yet to come. */
  private static void requireSeen(Key key, Value payload, Past past) {
    if (key instanceof CounterKey counter
        && counter.base()
        && !past.covers(counter.replica(), PnCounter.seenBy(payload))) {
      throw RejectedException.malformed(
          "a reset of a count of "
              + counter.replica()
              + " at "
              + PnCounter.seenBy(payload)
              + ", which its change does not depend on");
    }
  }

  private static FieldState dropped(
      FieldState field, List<KeyRange> ranges, Past past, DigestChange digests) {
    if (ranges.isEmpty()) {
      return field;
    }
    KeyRanges all = KeyRanges.of(ranges);
    return field.mapSlots(
        all.hull(),
        (key, slot) ->
            !all.contains(key)
                ? slot
                : Slot.filter(
                    slot,
                    atom -> {
                      boolean keep = !atom.coveredBy(past);
                      if (!keep) {
                        digests.remove(field.field(), key, atom);
                      }
                      return keep;
                    }));
  }

  private static @Nullable Object dropped(
      FieldState field, Entry entry, Past past, DigestChange digests) {
    Object slot = field.slot(entry.key());
    for (Dot dot : entry.drops()) {
      if (!past.covers(dot)) {
        throw RejectedException.malformed(
            "a change drops " + dot + ", which it does not depend on");
      }
      slot =
          Slot.filter(
              slot,
              atom -> {
                boolean keep = !atom.hasDot(dot);
                if (!keep) {
                  digests.remove(field.field(), entry.key(), atom);
                }
                return keep;
              });
    }
    return slot;
  }

  private static PersistentMap<FieldKey, FieldState> put(
      PersistentMap<FieldKey, FieldState> fields, FieldState field) {
    return field.size() == 0
        ? fields.removing(field.field())
        : fields.putting(field.field(), field);
  }

  /** Everything that a replica at {@code base} lacks, and which of its atoms still live. */
  public StateDiff diff(VersionVector base) {
    List<StateDiff.FieldAtoms> beyond = new ArrayList<>();
    DotSet.Builder living = new DotSet.Builder();
    for (FieldKey key : fieldKeys()) {
      List<StateDiff.KeyedAtom> atoms = new ArrayList<>();
      field(key)
          .forEach(
              (atomKey, slot) -> {
                for (Atom atom : slot) {
                  if (atom.coveredBy(base)) {
                    living.add(atom.replica(), atom.counter());
                  } else {
                    atoms.add(new StateDiff.KeyedAtom(atomKey, atom));
                  }
                }
              });
      if (!atoms.isEmpty()) {
        beyond.add(new StateDiff.FieldAtoms(key, atoms));
      }
    }
    return new StateDiff(base, heads.toMap(), latest, beyond, living.build());
  }

  /** The least upper bound of both states. */
  public SpaceState join(SpaceState other) {
    return join(other.diff(VersionVector.EMPTY));
  }

  /**
   * The least upper bound of this state and the one the diff was taken from. This state may have
   * moved on since it named the diff's base: it keeps its atoms beyond the sender's frontier, those
   * at or below the base that still live, and those between if shipped; shipped atoms enter only
   * beyond this frontier as it is now.
   *
   * @throws RejectedException {@code NOT_APPLICABLE} if this frontier does not cover the base;
   *     {@code FORKED} if a replica has two histories at one counter, its head's or the base's; of
   *     a branch that has gone further than what is here, only the sender knows the hash at the
   *     base, if anyone. This state stays as it is.
   */
  public SpaceState join(StateDiff diff) {
    if (!frontier().covers(diff.base())) {
      throw new RejectedException(
          Reason.NOT_APPLICABLE, "a diff from " + diff.base() + " at " + frontier());
    }
    requireOneHistory(diff);
    VersionVector sender = diff.frontier();
    DigestChange digests = new DigestChange(digest);
    PersistentMap<FieldKey, FieldState> joined = kept(diff, sender, digests);
    for (StateDiff.FieldAtoms atoms : diff.beyond()) {
      List<StateDiff.KeyedAtom> entering = new ArrayList<>(atoms.atoms().size());
      for (StateDiff.KeyedAtom keyed : atoms.atoms()) {
        if (!keyed.atom().coveredBy(frontier())) {
          digests.add(atoms.field(), keyed.key(), keyed.atom());
          entering.add(keyed);
        }
      }
      if (!entering.isEmpty()) {
        FieldState field = joined.get(atoms.field());
        field = field == null ? FieldState.empty(atoms.field()) : field;
        joined = joined.putting(atoms.field(), field.withAll(entering));
      }
    }
    return new SpaceState(
        joined,
        joinedHeads(diff.heads(), digests),
        HybridTime.max(latest, diff.latest()),
        digests.result(),
        lineage);
  }

  /** Refuses a diff whose sender was on another branch at the base. */
  void requireOneHistory(StateDiff diff) {
    diff.baseHashes()
        .forEach(
            (replica, hash) -> {
              ReplicaHead mine = head(replica);
              if (mine.counter() == diff.base().counter(replica) && mine.hash() != hash) {
                throw Heads.forked(replica, mine.counter());
              }
            });
  }

  /** The fields without what the sender has seen and dropped. */
  PersistentMap<FieldKey, FieldState> kept(
      StateDiff diff, VersionVector sender, DigestChange digests) {
    SenderView view = new SenderView(diff, sender, frontier());
    PersistentMap<FieldKey, FieldState> kept = fields;
    for (Map.Entry<FieldKey, FieldState> entry : fields.entrySet()) {
      FieldKey fieldKey = entry.getKey();
      FieldState field =
          entry
              .getValue()
              .mapSlots(
                  (key, slot) ->
                      Slot.filter(
                          slot,
                          atom -> {
                            boolean keep = view.keeps(atom);
                            if (!keep) {
                              digests.remove(fieldKey, key, atom);
                            }
                            return keep;
                          }));
      if (field != entry.getValue()) {
        kept = put(kept, field);
      }
    }
    return kept;
  }

  /** The heads of this state and of the other. */
  Heads joinedHeads(SortedMap<ReplicaId, ReplicaHead> others, DigestChange digests) {
    return heads.joined(others, digests);
  }
}
