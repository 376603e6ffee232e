package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState.Admission;
import dev.hearsay.crdt.VersionVector;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The dotted store once more, as a plain list of atoms, and with every {@link Fault} to choose
 * from. Without a fault it keeps the laws and holds what the real store holds.
 */
final class PlainStore implements Algebra<PlainStore.State, PlainStore.Change, PlainStore.Diff> {
  private final Set<Fault> faults;
  private final PlainReads reads;

  PlainStore(Fault... faults) {
    this.faults = new HashSet<>(Arrays.asList(faults));
    this.reads = new PlainReads(this.faults);
  }

  private boolean has(Fault fault) {
    return faults.contains(fault);
  }

  /**
   * An atom.
   *
   * @param payload text, of a counter {@link BigInteger} or {@link Base}, of a confidence register
   *     {@link Claim}, of a flag {@link Boolean}
   * @param epoch how often its field's name had been deleted, for the faults that count that
   */
  record Atom(FieldKey field, String key, Dot dot, HybridTime time, Object payload, int epoch) {
    boolean at(FieldKey otherField, String otherKey) {
      return field.equals(otherField) && key.equals(otherKey);
    }
  }

  record Claim(double confidence, String value) {}

  /** What a reset saw of a count. */
  record Base(long counter, BigInteger total) {}

  record Head(long counter, VersionVector past, int hash) {}

  /** What a change drops without naming atoms: those of these that its author had seen. */
  sealed interface Sweep {
    boolean takes(Atom atom);
  }

  record Everything(FieldKey field) implements Sweep {
    @Override
    public boolean takes(Atom atom) {
      return atom.field().equals(field);
    }
  }

  record Keys(Op.RemoveRange range) implements Sweep {
    @Override
    public boolean takes(Atom atom) {
      return atom.field().equals(range.field()) && range.contains(atom.key());
    }
  }

  record Prefix(String prefix) implements Sweep {
    @Override
    public boolean takes(Atom atom) {
      return atom.field().type() != FieldType.PN_COUNTER && atom.field().name().startsWith(prefix);
    }
  }

  /** Only a fault trims like this. */
  record Before(FieldKey field, HybridTime end) implements Sweep {
    @Override
    public boolean takes(Atom atom) {
      return atom.field().equals(field) && atom.time().compareTo(end) < 0;
    }
  }

  /** Only a fault trims like this. */
  record AllButLast(FieldKey field, int count) implements Sweep {
    @Override
    public boolean takes(Atom atom) {
      return false;
    }
  }

  /**
   * A state.
   *
   * @param epochs how often each name was deleted, for the faults that count that
   * @param totals what each replica counted in all, for the fault that remembers that
   */
  record State(
      List<Atom> atoms,
      SortedMap<ReplicaId, Head> heads,
      HybridTime latest,
      Map<String, Integer> epochs,
      Map<String, BigInteger> totals) {
    VersionVector frontier() {
      Map<ReplicaId, Long> counters = new HashMap<>();
      heads.forEach((replica, head) -> counters.put(replica, head.counter()));
      return VersionVector.of(counters);
    }

    Head head(ReplicaId replica) {
      return heads.getOrDefault(replica, new Head(0, VersionVector.EMPTY, 0));
    }
  }

  record Change(
      ReplicaId replica,
      long first,
      long last,
      VersionVector advances,
      HybridTime time,
      int previousHash,
      List<Sweep> sweeps,
      List<Atom> drops,
      List<Atom> puts,
      Map<String, Integer> epochs) {}

  record Diff(
      VersionVector base,
      SortedMap<ReplicaId, Head> heads,
      HybridTime latest,
      List<Atom> beyond,
      Set<Dot> living,
      Map<String, Integer> epochs) {
    VersionVector frontier() {
      return new State(List.of(), heads, latest, Map.of(), Map.of()).frontier();
    }
  }

  @Override
  public State empty() {
    return new State(List.of(), Collections.emptySortedMap(), HybridTime.ZERO, Map.of(), Map.of());
  }

  @Override
  public @Nullable Change mint(State state, ReplicaId replica, HybridTime time, List<Op> ops) {
    PlainTransaction transaction = new PlainTransaction(state, replica, time, faults);
    ops.forEach(transaction::perform);
    return transaction.toChange();
  }

  static String countKey(ReplicaId replica) {
    return "count of " + replica;
  }

  static String baseKey(ReplicaId replica) {
    return "base of " + replica;
  }

  @Override
  public Admission admission(State state, Change change) {
    Head head = state.head(change.replica());
    if (change.last() <= head.counter()) {
      boolean other = change.last() == head.counter() && hash(change) != head.hash();
      if (!has(Fault.PREVIOUS_HASH_IGNORED) && other) {
        return Admission.FORKED;
      }
      return has(Fault.DUPLICATES_APPLIED) ? Admission.APPLICABLE : Admission.DUPLICATE;
    }
    if (change.first() <= head.counter()) {
      return has(Fault.PREVIOUS_HASH_IGNORED) ? Admission.DUPLICATE : Admission.FORKED;
    }
    if (change.first() != head.counter() + 1) {
      return Admission.WAITING;
    }
    if (!has(Fault.DEPENDENCIES_IGNORED) && !state.frontier().covers(change.advances())) {
      return Admission.WAITING;
    }
    return has(Fault.PREVIOUS_HASH_IGNORED)
            || has(Fault.ONLY_EQUAL_DOTS_COMPARED)
            || change.previousHash() == head.hash()
        ? Admission.APPLICABLE
        : Admission.FORKED;
  }

  private static int hash(Change change) {
    return change.hashCode();
  }

  @Override
  public State apply(State state, Change change) {
    VersionVector past = state.head(change.replica()).past().join(change.advances());
    if (change.first() > 1) {
      past = past.with(change.replica(), change.first() - 1);
    }
    List<Atom> atoms = new ArrayList<>(state.atoms());
    for (Sweep sweep : change.sweeps()) {
      if (sweep instanceof AllButLast trim) {
        List<Atom> log = reads.log(atoms, trim.field());
        atoms.removeAll(log.subList(0, Math.max(0, log.size() - trim.count())));
      }
      VersionVector seen = isJudgedByReceiver(sweep) ? state.frontier() : past;
      atoms.removeIf(atom -> sweep.takes(atom) && seen.covers(atom.dot()));
    }
    atoms.removeAll(change.drops());
    change.puts().forEach(put -> dropUnseen(atoms, put));
    atoms.addAll(change.puts());
    if (has(Fault.RANGE_SWALLOWS_OWN_PUTS)) {
      change.sweeps().stream()
          .filter(Keys.class::isInstance)
          .forEach(range -> atoms.removeIf(atom -> range.takes(atom) && isOf(change, atom)));
    }
    TreeMap<ReplicaId, Head> heads = new TreeMap<>(state.heads());
    heads.put(change.replica(), new Head(change.last(), past, hash(change)));
    forgetIdle(heads, atoms);
    Map<String, Integer> epochs = later(state.epochs(), change.epochs());
    atoms.removeIf(atom -> atom.epoch() < epochs.getOrDefault(atom.field().name(), 0));
    return new State(
        atoms,
        heads,
        HybridTime.max(state.latest(), change.time()),
        epochs,
        totalsAfter(state, change));
  }

  private void forgetIdle(Map<ReplicaId, Head> heads, List<Atom> atoms) {
    if (has(Fault.IDLE_REPLICAS_FORGOTTEN)) {
      Set<ReplicaId> writers = new HashSet<>();
      atoms.forEach(atom -> writers.add(atom.dot().replica()));
      heads.keySet().retainAll(writers);
    }
  }

  private boolean isJudgedByReceiver(Sweep sweep) {
    return sweep instanceof Before
        || (sweep instanceof Everything && has(Fault.CLEAR_BY_RECEIVERS_FRONTIER))
        || (sweep instanceof Keys && has(Fault.RANGE_BY_RECEIVERS_FRONTIER))
        || (sweep instanceof Prefix && has(Fault.PREFIX_BY_RECEIVERS_FRONTIER));
  }

  private static boolean isOf(Change change, Atom atom) {
    return atom.dot().replica().equals(change.replica()) && atom.dot().counter() >= change.first();
  }

  /** What goes under a key although the writer had not seen it: nothing, without a fault. */
  private void dropUnseen(List<Atom> atoms, Atom put) {
    FieldType type = put.field().type();
    if (has(Fault.OLDER_WRITES_VANISH) && type == FieldType.LWW_REGISTER) {
      atoms.removeIf(
          atom -> atom.at(put.field(), put.key()) && atom.time().compareTo(put.time()) < 0);
    }
    if (has(Fault.STRONGER_CLAIM_DROPS_UNSEEN) && type == FieldType.CONFIDENCE_REGISTER) {
      atoms.removeIf(
          atom ->
              atom.at(put.field(), put.key())
                  && ((Claim) atom.payload()).confidence() < ((Claim) put.payload()).confidence());
    }
  }

  private static Map<String, Integer> later(Map<String, Integer> a, Map<String, Integer> b) {
    Map<String, Integer> later = new HashMap<>(a);
    b.forEach((name, epoch) -> later.merge(name, epoch, Math::max));
    return later;
  }

  private static Map<String, BigInteger> totalsAfter(State state, Change change) {
    Map<String, BigInteger> totals = new HashMap<>(state.totals());
    for (Atom put : change.puts()) {
      if (put.payload() instanceof BigInteger total) {
        totals.put(put.field() + " of " + change.replica(), total);
      }
    }
    return totals;
  }

  @Override
  public Diff diff(State state, VersionVector base) {
    Set<Dot> living = new HashSet<>();
    List<Atom> beyond = new ArrayList<>();
    for (Atom atom : state.atoms()) {
      if (base.covers(atom.dot())) {
        living.add(atom.dot());
      } else {
        beyond.add(atom);
      }
    }
    return new Diff(base, state.heads(), state.latest(), beyond, living, state.epochs());
  }

  @Override
  public State join(State state, Diff diff) {
    VersionVector mine = state.frontier();
    VersionVector sender = diff.frontier();
    Set<Dot> shipped = new HashSet<>();
    diff.beyond().forEach(atom -> shipped.add(atom.dot()));
    List<Atom> atoms = new ArrayList<>();
    for (Atom atom : state.atoms()) {
      boolean keep;
      if (!sender.covers(atom.dot())) {
        keep = !has(Fault.JOIN_TAKES_SENDERS_STATE);
      } else if (diff.base().covers(atom.dot())) {
        keep = diff.living().contains(atom.dot()) || has(Fault.LIVING_DOTS_IGNORED);
      } else {
        keep = shipped.contains(atom.dot()) || has(Fault.UNSHIPPED_STAY);
      }
      if (keep) {
        atoms.add(atom);
      }
    }
    VersionVector known = has(Fault.SHIPPED_ENTER_AT_BASE) ? diff.base() : mine;
    for (Atom atom : diff.beyond()) {
      if (!known.covers(atom.dot()) && !atoms.contains(atom)) {
        atoms.add(atom);
      }
    }
    TreeMap<ReplicaId, Head> heads = new TreeMap<>(state.heads());
    diff.heads()
        .forEach(
            (replica, head) -> {
              if (head.counter() > state.head(replica).counter()) {
                VersionVector past =
                    has(Fault.PAST_NOT_TRANSFERRED) ? VersionVector.EMPTY : head.past();
                heads.put(replica, new Head(head.counter(), past, head.hash()));
              }
            });
    forgetIdle(heads, atoms);
    Map<String, Integer> epochs = later(state.epochs(), diff.epochs());
    atoms.removeIf(atom -> atom.epoch() < epochs.getOrDefault(atom.field().name(), 0));
    return new State(atoms, heads, latest(state, diff, atoms), epochs, state.totals());
  }

  private HybridTime latest(State state, Diff diff, List<Atom> atoms) {
    return has(Fault.LATEST_FROM_ATOMS)
        ? atoms.stream().map(Atom::time).reduce(state.latest(), HybridTime::max)
        : HybridTime.max(state.latest(), diff.latest());
  }

  @Override
  public VersionVector frontier(State state) {
    return state.frontier();
  }

  @Override
  public HybridTime latest(State state) {
    return state.latest();
  }

  @Override
  public String digest(State state) {
    String atoms = new TreeMap<>(words(state)).toString();
    return has(Fault.DIGEST_WITHOUT_FRONTIER) ? atoms : state.frontier() + atoms;
  }

  private static Map<String, String> words(State state) {
    Map<String, String> words = new HashMap<>();
    state
        .atoms()
        .forEach(atom -> words.put(atom.field() + atom.key() + atom.dot(), atom.toString()));
    return words;
  }

  @Override
  public Map<AtomName, String> atoms(State state) {
    Map<AtomName, String> all = new HashMap<>();
    for (Atom atom : state.atoms()) {
      String other =
          all.put(new AtomName(atom.field().toString(), atom.key(), atom.dot()), atom.toString());
      Law.require(other == null, "an atom twice: " + atom);
    }
    return all;
  }

  @Override
  public Map<String, Object> content(State state) {
    Map<String, Object> content = new HashMap<>();
    Set<FieldKey> fields = new HashSet<>();
    state.atoms().forEach(atom -> fields.add(atom.field()));
    Set<String> names = new HashSet<>();
    Set<String> conflicts = new TreeSet<>();
    for (FieldKey field : fields) {
      Object held = reads.held(state.atoms(), field);
      if (!held.equals(BigInteger.ZERO) && !held.equals(false)) {
        content.put(field.toString(), held);
      }
      if (reads.isInUse(state.atoms(), field) && !names.add(field.name())) {
        conflicts.add(field.name());
      }
    }
    if (!conflicts.isEmpty()) {
      content.put(CONFLICTS, List.copyOf(conflicts));
    }
    return content;
  }
}
