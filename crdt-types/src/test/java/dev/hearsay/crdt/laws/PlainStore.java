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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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
   * @param payload text, or of a counter {@link BigInteger} or {@link Base}
   */
  record Atom(FieldKey field, String key, Dot dot, HybridTime time, Object payload) {
    boolean at(FieldKey otherField, String otherKey) {
      return field.equals(otherField) && key.equals(otherKey);
    }
  }

  /** What a reset saw of a count. */
  record Base(long counter, BigInteger total) {}

  record Head(long counter, VersionVector past, int hash) {}

  record State(List<Atom> atoms, SortedMap<ReplicaId, Head> heads, HybridTime latest) {
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
      Set<FieldKey> clears,
      List<Atom> drops,
      List<Atom> puts) {}

  record Diff(
      VersionVector base,
      SortedMap<ReplicaId, Head> heads,
      HybridTime latest,
      List<Atom> beyond,
      Set<Dot> living) {}

  @Override
  public State empty() {
    return new State(List.of(), Collections.emptySortedMap(), HybridTime.ZERO);
  }

  @Override
  public @Nullable Change mint(State state, ReplicaId replica, HybridTime time, List<Op> ops) {
    Transaction transaction = new Transaction(state, replica, time);
    ops.forEach(transaction::perform);
    return transaction.toChange();
  }

  /** Works on a copy of the atoms; its own have dots beyond all that the replica has minted. */
  private final class Transaction {
    final State before;
    final ReplicaId replica;
    final HybridTime time;
    final List<Atom> atoms;
    final Set<FieldKey> clears = new LinkedHashSet<>();
    long next;

    Transaction(State before, ReplicaId replica, HybridTime time) {
      this.before = before;
      this.replica = replica;
      this.time = time;
      this.atoms = new ArrayList<>(before.atoms());
      this.next = before.head(replica).counter() + 1;
    }

    void perform(Op op) {
      FieldKey field = op.field();
      if (op instanceof Op.Add add) {
        boolean there = atoms.stream().anyMatch(atom -> atom.at(field, add.element()));
        if (!there || !has(Fault.FRESH_ATOM_SKIPPED)) {
          put(field, add.element(), "");
        }
      } else if (op instanceof Op.Remove remove) {
        drop(field, remove.element());
      } else if (op instanceof Op.Increment increment) {
        increment(field, increment.amount());
      } else if (op instanceof Op.Reset) {
        reset(field);
      } else if (op instanceof Op.Assign assign) {
        put(field, "", assign.value());
      } else if (op instanceof Op.Put put) {
        put(field, put.key(), put.value());
      } else if (op instanceof Op.RemoveKey remove) {
        drop(field, remove.key());
      } else if (op instanceof Op.Append append) {
        put(field, "new entry " + next, append.entry());
      } else if (op instanceof Op.RemoveEntry remove) {
        List<Atom> log = reads.log(atoms, field);
        if (!log.isEmpty()) {
          atoms.remove(log.get(remove.index() % log.size()));
        }
      } else {
        clear(field);
      }
    }

    private void put(FieldKey field, String key, Object payload) {
      drop(field, key);
      atoms.add(new Atom(field, key, new Dot(replica, next++), time, payload));
    }

    private void drop(FieldKey field, String key) {
      atoms.removeIf(atom -> atom.at(field, key));
    }

    private void clear(FieldKey field) {
      if (before.atoms().stream().anyMatch(atom -> atom.field().equals(field))) {
        clears.add(field);
      }
      atoms.removeIf(atom -> atom.field().equals(field));
    }

    private void increment(FieldKey field, long amount) {
      BigInteger total = BigInteger.valueOf(amount);
      for (Atom atom : atoms) {
        if (atom.at(field, countKey(replica))) {
          total = total.add((BigInteger) atom.payload());
        }
      }
      put(field, countKey(replica), total);
    }

    private void reset(FieldKey field) {
      if (has(Fault.RESET_BY_DROPPING_COUNTS)) {
        atoms.removeIf(atom -> atom.field().equals(field));
        return;
      }
      if (has(Fault.RESET_BY_SCALAR)) {
        put(field, "less " + replica + next, new Base(0, reads.value(atoms, field)));
        return;
      }
      // What this transaction counted is as if it had not been.
      drop(field, countKey(replica));
      before.atoms().stream().filter(atom -> atom.at(field, countKey(replica))).forEach(atoms::add);
      for (Atom count : List.copyOf(atoms)) {
        if (count.field().equals(field)
            && count.payload() instanceof BigInteger total
            && !isReset(count)) {
          put(field, baseKey(count.dot().replica()), new Base(count.dot().counter(), total));
        }
      }
    }

    private boolean isReset(Atom count) {
      return atoms.stream()
          .anyMatch(
              atom ->
                  atom.at(count.field(), baseKey(count.dot().replica()))
                      && atom.payload() instanceof Base base
                      && base.counter() >= count.dot().counter());
    }

    @Nullable Change toChange() {
      Head head = before.head(replica);
      long first = head.counter() + 1;
      Set<Atom> had = new HashSet<>(before.atoms());
      Set<Atom> has = new HashSet<>(atoms);
      List<Atom> drops =
          before.atoms().stream()
              .filter(atom -> !has.contains(atom) && !clears.contains(atom.field()))
              .toList();
      List<Atom> mine = atoms.stream().filter(atom -> !had.contains(atom)).toList();
      if (drops.isEmpty() && mine.isEmpty() && clears.isEmpty()) {
        return null;
      }
      List<Atom> puts = new ArrayList<>();
      long counter = first;
      for (Atom atom : mine) {
        Dot dot = new Dot(replica, has(Fault.ONE_DOT_PER_CHANGE) ? first : counter++);
        boolean entry = atom.field().type() == FieldType.APPEND_LOG;
        String key = entry ? "entry " + dot + " of " + puts.size() : atom.key();
        puts.add(new Atom(atom.field(), key, dot, time, atom.payload()));
      }
      Map<ReplicaId, Long> advances = new HashMap<>();
      before
          .heads()
          .forEach(
              (other, otherHead) -> {
                if (!other.equals(replica) && !head.past().covers(other, otherHead.counter())) {
                  advances.put(other, otherHead.counter());
                }
              });
      return new Change(
          replica,
          first,
          Math.max(first, counter - 1),
          VersionVector.of(advances),
          time,
          head.hash(),
          clears,
          drops,
          puts);
    }

    private boolean has(Fault fault) {
      return PlainStore.this.has(fault);
    }
  }

  private static String countKey(ReplicaId replica) {
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
    return has(Fault.PREVIOUS_HASH_IGNORED) || change.previousHash() == head.hash()
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
    VersionVector seen = has(Fault.CLEAR_BY_RECEIVERS_FRONTIER) ? state.frontier() : past;
    List<Atom> atoms = new ArrayList<>(state.atoms());
    atoms.removeIf(atom -> change.clears().contains(atom.field()) && seen.covers(atom.dot()));
    atoms.removeAll(change.drops());
    if (has(Fault.OLDER_WRITES_VANISH)) {
      change
          .puts()
          .forEach(
              put ->
                  atoms.removeIf(
                      atom ->
                          atom.at(put.field(), put.key())
                              && put.field().type() == FieldType.LWW_REGISTER
                              && atom.time().compareTo(put.time()) < 0));
    }
    atoms.addAll(change.puts());
    TreeMap<ReplicaId, Head> heads = new TreeMap<>(state.heads());
    heads.put(change.replica(), new Head(change.last(), past, hash(change)));
    return new State(atoms, heads, HybridTime.max(state.latest(), change.time()));
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
    return new Diff(base, state.heads(), state.latest(), beyond, living);
  }

  @Override
  public State join(State state, Diff diff) {
    VersionVector mine = state.frontier();
    VersionVector sender = new State(List.of(), diff.heads(), diff.latest()).frontier();
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
    return new State(atoms, heads, HybridTime.max(state.latest(), diff.latest()));
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
    for (FieldKey field : fields) {
      Object held = reads.held(state.atoms(), field);
      if (!held.equals(BigInteger.ZERO)) {
        content.put(field.name(), held);
      }
    }
    return content;
  }
}
