package dev.hearsay.crdt;

import dev.hearsay.crdt.StateDiff.FieldAtoms;
import dev.hearsay.crdt.StateDiff.KeyedAtom;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;
import org.jspecify.annotations.Nullable;

/**
 * A state on its way in, piece by piece in the order of its dots, as {@link DiffPieces} gives it
 * out: nobody sees it before {@link #joinInto}. What has come counts as a base to go on from, so
 * that a transfer that broke off is resumed from any later state of the sender, or of another node,
 * by saying how far it came. Immutable, with structural sharing.
 */
public final class StagedState {
  private final VersionVector base;
  private final SortedMap<ReplicaId, ReplicaHead> heads;
  private final StateDiff head;
  private final long total;
  private final PersistentMap<FieldKey, FieldState> fields;
  private final Digest digest;
  private final long atoms;
  private final long taken;
  private final @Nullable Dot last;

  private StagedState(
      VersionVector base,
      SortedMap<ReplicaId, ReplicaHead> heads,
      StateDiff head,
      long total,
      PersistentMap<FieldKey, FieldState> fields,
      Digest digest,
      long atoms,
      long taken,
      @Nullable Dot last) {
    this.base = base;
    this.heads = heads;
    this.head = head;
    this.total = total;
    this.fields = fields;
    this.digest = digest;
    this.atoms = atoms;
    this.taken = taken;
    this.last = last;
  }

  /**
   * Nothing has come yet.
   *
   * @param head the diff without its atoms
   * @param total how many atoms are to come
   * @throws RejectedException {@code MALFORMED} if the head has atoms
   */
  public static StagedState begin(StateDiff head, long total) {
    requireHead(head, total);
    return new StagedState(
        head.base(),
        head.heads(),
        head,
        total,
        ExtensionsKt.persistentHashMapOf(),
        Digest.ZERO,
        0,
        0,
        null);
  }

  private static void requireHead(StateDiff head, long total) {
    if (!head.beyond().isEmpty() || total < 0 || !head.frontier().covers(head.base())) {
      throw RejectedException.malformed("the head of a transfer with atoms, or without its base");
    }
  }

  /** The frontier of the state that is on its way. */
  public VersionVector frontier() {
    return head.frontier();
  }

  /**
   * How far it has come: every atom of the sender that this covers is here. Not a frontier: it may
   * stand inside of a change and lack what that depends on.
   */
  public VersionVector position() {
    if (taken == total) {
      return head.frontier();
    }
    if (last == null) {
      return head.base();
    }
    VersionVector position = head.base();
    for (Map.Entry<ReplicaId, ReplicaHead> entry : heads.entrySet()) {
      int order = entry.getKey().compareTo(last.replica());
      if (order <= 0) {
        long counter = order < 0 ? entry.getValue().counter() : last.counter();
        position = position.with(entry.getKey(), counter);
      }
    }
    return position;
  }

  /** Atoms that have come since the beginning, or since the transfer was resumed. */
  public long taken() {
    return taken;
  }

  /** How many were to come then. */
  public long total() {
    return total;
  }

  public boolean isComplete() {
    return taken == total;
  }

  /**
   * With the atoms of the next piece.
   *
   * @throws RejectedException {@code MALFORMED} if it is not the next, or not of this transfer
   */
  public StagedState plus(StateDiff piece) {
    PersistentMap<FieldKey, FieldState> more = fields;
    DigestChange digests = new DigestChange(digest);
    Dot highest = last;
    long count = 0;
    requirePiece(piece);
    for (FieldAtoms field : piece.beyond()) {
      for (KeyedAtom keyed : field.atoms()) {
        Atom atom = keyed.atom();
        Dot dot = atom.dot();
        if ((last != null && dot.compareTo(last) <= 0)
            || atom.coveredBy(head.base())
            || atom.time().compareTo(head.latest()) > 0) {
          throw RejectedException.malformed("a piece with " + dot + ", which is not to come");
        }
        highest = highest == null || dot.compareTo(highest) > 0 ? dot : highest;
        digests.add(field.field(), keyed.key(), atom);
        count++;
      }
      FieldState known = more.get(field.field());
      known = known == null ? FieldState.empty(field.field()) : known;
      more = more.putting(field.field(), known.withAll(field.atoms()));
    }
    if (count == 0 || count > total - taken) {
      throw RejectedException.malformed(
          "a piece of " + count + " atoms where " + (total - taken) + " are to come");
    }
    return new StagedState(
        base, heads, head, total, more, digests.result(), atoms + count, taken + count, highest);
  }

  private void requirePiece(StateDiff piece) {
    boolean fits = piece.base().isEmpty() && piece.living().size() == 0;
    for (Map.Entry<ReplicaId, ReplicaHead> entry : piece.heads().entrySet()) {
      ReplicaHead ours = heads.get(entry.getKey());
      fits &= ours != null && ours.counter() == entry.getValue().counter();
    }
    if (!fits) {
      throw RejectedException.malformed("a piece of another state");
    }
  }

  /**
   * Goes on with a later state, whose diff begins where this one stands.
   *
   * @param later the diff from {@link #position} without its atoms
   * @param more how many atoms are to come
   * @throws RejectedException {@code NOT_APPLICABLE} if it begins elsewhere, or is not later;
   *     {@code FORKED}
   */
  public StagedState resume(StateDiff later, long more) {
    requireHead(later, more);
    if (!later.base().equals(position()) || !later.frontier().covers(frontier())) {
      throw new RejectedException(
          Reason.NOT_APPLICABLE,
          "a transfer from " + later.base() + " goes on at " + position() + " of " + frontier());
    }
    SortedMap<ReplicaId, ReplicaHead> merged = new TreeMap<>(later.heads());
    heads.forEach(
        (replica, known) -> {
          ReplicaHead now = merged.get(replica);
          if (now != null && now.counter() == known.counter()) {
            if (now.hash() != known.hash()) {
              throw new RejectedException(
                  Reason.FORKED, "replica " + replica + " has two histories at " + now.counter());
            }
            // A diff leaves out the past of a head that its base covers, which nobody has here yet.
            merged.put(replica, known.past().size() >= now.past().size() ? known : now);
          }
        });
    DigestChange digests = new DigestChange(digest);
    PersistentMap<FieldKey, FieldState> kept = fields;
    for (Map.Entry<FieldKey, FieldState> entry : fields.entrySet()) {
      FieldKey key = entry.getKey();
      FieldState field =
          entry
              .getValue()
              .mapSlots(
                  (atomKey, slot) ->
                      Slot.filter(
                          slot,
                          atom -> {
                            boolean keep = later.living().contains(atom.replica(), atom.counter());
                            if (!keep) {
                              digests.remove(key, atomKey, atom);
                            }
                            return keep;
                          }));
      kept = field.size() == 0 ? kept.removing(key) : kept.putting(key, field);
    }
    return new StagedState(
        base,
        Collections.unmodifiableSortedMap(merged),
        later,
        more,
        kept,
        digests.result(),
        count(kept),
        0,
        null);
  }

  private static long count(PersistentMap<FieldKey, FieldState> fields) {
    long[] count = new long[1];
    fields.values().forEach(field -> field.forEach((key, atoms) -> count[0] += atoms.size()));
    return count[0];
  }

  /**
   * The least upper bound of the state and the one that has come. The state may have moved on since
   * the transfer began.
   *
   * @throws RejectedException as {@link SpaceState#join(StateDiff)} does
   */
  public SpaceState joinInto(SpaceState state) {
    if (!isComplete()) {
      throw new IllegalStateException("of " + total + " atoms " + taken + " have come");
    }
    state.requireOneHistory(head);
    if (!state.frontier().covers(base) || overlaps(state)) {
      // Atoms that have come both ways must be looked at one by one.
      return state.join(toDiff());
    }
    DigestChange digests = new DigestChange(state.digest().plus(digest));
    PersistentMap<FieldKey, FieldState> joined = state.kept(head, head.frontier(), digests);
    for (Map.Entry<FieldKey, FieldState> entry : fields.entrySet()) {
      FieldState own = joined.get(entry.getKey());
      FieldState staged = entry.getValue();
      FieldState both =
          own == null
              ? staged
              : own.size() >= staged.size()
                  ? own.withAll(atoms(staged))
                  : staged.withAll(atoms(own));
      joined = joined.putting(entry.getKey(), both);
    }
    return new SpaceState(
        joined,
        state.joinedHeads(heads, digests),
        HybridTime.max(state.latest(), head.latest()),
        digests.result(),
        state.lineage());
  }

  /** Whether the state may hold some of what has come, from changes that came one by one. */
  private boolean overlaps(SpaceState state) {
    for (Map.Entry<ReplicaId, ReplicaHead> entry : heads.entrySet()) {
      long there = Math.min(state.frontier().counter(entry.getKey()), entry.getValue().counter());
      if (there > base.counter(entry.getKey())) {
        return true;
      }
    }
    return false;
  }

  private static List<KeyedAtom> atoms(FieldState field) {
    List<KeyedAtom> list = new ArrayList<>(field.size());
    field.forEach((key, atoms) -> atoms.forEach(atom -> list.add(new KeyedAtom(key, atom))));
    return list;
  }

  /** What has come, as a diff from where the transfer first began. */
  private StateDiff toDiff() {
    List<FieldAtoms> all = new ArrayList<>();
    fields.forEach((key, field) -> all.add(new FieldAtoms(key, atoms(field))));
    DotSet.Builder living = new DotSet.Builder();
    for (int i = 0; i < base.size(); i++) {
      ReplicaId replica = base.replicaAt(i);
      long counter = base.counterAt(i);
      head.living()
          .counters(replica)
          .forEach(
              living1 -> {
                if (living1 <= counter) {
                  living.add(replica, living1);
                }
              });
    }
    return new StateDiff(base, heads, head.latest(), all, living.build());
  }

  /** The books of the transfer, with every past: a diff without atoms from where it first began. */
  public StateDiff books() {
    return new StateDiff(base, heads, head.latest(), List.of(), DotSet.EMPTY);
  }

  /** The head that it goes on by, as it came. */
  public StateDiff head() {
    return head;
  }

  /** How many atoms are here. */
  public long atoms() {
    return atoms;
  }

  /** The highest dot that has come since the beginning or since it was resumed; null for none. */
  public @Nullable Dot last() {
    return last;
  }

  /** Calls with all atoms that are here, in runs of one field and at most {@code runMax}. */
  public void forEachRun(int runMax, Consumer<FieldAtoms> action) {
    List<KeyedAtom> run = new ArrayList<>();
    for (Map.Entry<FieldKey, FieldState> entry : fields.entrySet()) {
      entry
          .getValue()
          .forEach(
              (key, atoms) ->
                  atoms.forEach(
                      atom -> {
                        run.add(new KeyedAtom(key, atom));
                        if (run.size() >= runMax) {
                          action.accept(new FieldAtoms(entry.getKey(), run));
                          run.clear();
                        }
                      }));
      if (!run.isEmpty()) {
        action.accept(new FieldAtoms(entry.getKey(), run));
        run.clear();
      }
    }
  }

  /**
   * As it was when {@link #books}, {@link #head}, {@link #last} and the runs were taken from it.
   *
   * @throws RejectedException {@code MALFORMED}
   */
  public static StagedState restore(
      StateDiff books, StateDiff head, long total, long taken, @Nullable Dot last) {
    requireHead(head, total);
    if (taken < 0 || taken > total || (taken > 0) != (last != null)) {
      throw RejectedException.malformed("a transfer that has taken " + taken + " of " + total);
    }
    return new StagedState(
        books.base(),
        books.heads(),
        head,
        total,
        ExtensionsKt.persistentHashMapOf(),
        Digest.ZERO,
        0,
        taken,
        last);
  }

  /** With a run of what {@link #restore} has not brought back yet. */
  public StagedState restored(FieldAtoms run) {
    DigestChange digests = new DigestChange(digest);
    run.atoms().forEach(keyed -> digests.add(run.field(), keyed.key(), keyed.atom()));
    FieldState known = fields.get(run.field());
    known = known == null ? FieldState.empty(run.field()) : known;
    return new StagedState(
        base,
        heads,
        head,
        total,
        fields.putting(run.field(), known.withAll(run.atoms())),
        digests.result(),
        atoms + run.atoms().size(),
        taken,
        last);
  }
}
