package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.laws.PlainStore.Atom;
import dev.hearsay.crdt.laws.PlainStore.Base;
import dev.hearsay.crdt.laws.PlainStore.Change;
import dev.hearsay.crdt.laws.PlainStore.Claim;
import dev.hearsay.crdt.laws.PlainStore.Head;
import dev.hearsay.crdt.laws.PlainStore.State;
import dev.hearsay.crdt.laws.PlainStore.Sweep;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on a {@link PlainStore}: works on a copy of the atoms; its own have dots beyond all
 * that the replica has minted.
 */
final class PlainTransaction {
  private final State before;
  private final ReplicaId replica;
  private final HybridTime time;
  private final Set<Fault> faults;
  private final PlainReads reads;
  private final List<Atom> atoms;
  private final Set<Sweep> sweeps = new LinkedHashSet<>();
  private final Map<String, Integer> epochs;
  private long next;

  PlainTransaction(State before, ReplicaId replica, HybridTime time, Set<Fault> faults) {
    this.before = before;
    this.replica = replica;
    this.time = time;
    this.faults = faults;
    this.reads = new PlainReads(faults);
    this.atoms = new ArrayList<>(before.atoms());
    this.epochs = new HashMap<>(before.epochs());
    this.next = before.head(replica).counter() + 1;
  }

  private boolean has(Fault fault) {
    return faults.contains(fault);
  }

  void perform(Op op) {
    if (op instanceof Op.Write write) {
      if (!isOfAnotherType(write.field())) {
        write(write, write.field());
      }
    } else if (op instanceof Op.Remove remove) {
      drop(remove.field(), remove.element());
    } else if (op instanceof Op.RemoveKey remove) {
      drop(remove.field(), remove.key());
    } else if (op instanceof Op.RemoveRange range) {
      sweep(new PlainStore.Keys(range));
    } else if (op instanceof Op.Reset reset) {
      reset(reset.field());
    } else if (op instanceof Op.Disable disable) {
      if (has(Fault.FLAG_BY_LATEST_WRITE)) {
        put(disable.field(), "", false);
      } else {
        drop(disable.field(), "");
      }
    } else if (op instanceof Op.RemoveEntry remove) {
      List<Atom> log = reads.log(atoms, remove.field());
      if (!log.isEmpty()) {
        atoms.remove(log.get(remove.index() % log.size()));
      }
    } else if (op instanceof Op.KeepLast keep) {
      keepLast(keep.field(), keep.count());
    } else if (op instanceof Op.TrimBefore trim) {
      trimBefore(trim.field(), trim.index());
    } else if (op instanceof Op.RemoveEntries remove) {
      List<Atom> log = reads.log(atoms, remove.field());
      int from = remove.from() % Math.max(1, log.size());
      int to = remove.to() % Math.max(1, log.size());
      atoms.removeAll(log.subList(Math.min(from, to), Math.max(from, to)));
    } else if (op instanceof Op.Clear clear) {
      sweep(new PlainStore.Everything(clear.field()));
    } else {
      delete(op);
    }
  }

  private void write(Op.Write op, FieldKey field) {
    if (op instanceof Op.Add add) {
      boolean there = atoms.stream().anyMatch(atom -> atom.at(field, add.element()));
      if (!there || !has(Fault.FRESH_ATOM_SKIPPED)) {
        put(field, add.element(), "");
      }
    } else if (op instanceof Op.Increment increment) {
      increment(field, increment.amount());
    } else if (op instanceof Op.Assign assign) {
      put(field, "", assign.value());
    } else if (op instanceof Op.Suggest suggest) {
      put(field, "", suggest.value());
    } else if (op instanceof Op.Claim claim) {
      boolean outweighed =
          atoms.stream()
              .filter(atom -> atom.field().equals(field))
              .anyMatch(atom -> ((Claim) atom.payload()).confidence() > claim.confidence());
      if (!outweighed || has(Fault.WEAKER_CLAIM_ACCEPTED)) {
        put(field, "", new Claim(claim.confidence(), claim.value()));
      }
    } else if (op instanceof Op.Enable) {
      put(field, "", true);
    } else if (op instanceof Op.Put put) {
      put(field, put.key(), put.value());
    } else if (op instanceof Op.Append append) {
      put(field, "new entry " + next, append.entry());
    }
  }

  /** A second type of a name is refused, unless both were there before. */
  private boolean isOfAnotherType(FieldKey field) {
    if (reads.isInUse(atoms, field)) {
      return false;
    }
    for (FieldType type : FieldType.values()) {
      FieldKey namesake = new FieldKey(field.name(), type);
      if (reads.isInUse(atoms, namesake)
          && !(reads.isInUse(before.atoms(), field) && reads.isInUse(before.atoms(), namesake))) {
        return true;
      }
    }
    return false;
  }

  private void put(FieldKey field, String key, Object payload) {
    drop(field, key);
    int epoch = has(Fault.DELETION_BY_EPOCH) ? epochs.getOrDefault(field.name(), 0) : 0;
    atoms.add(new Atom(field, key, new Dot(replica, next++), time, payload, epoch));
  }

  private void drop(FieldKey field, String key) {
    atoms.removeIf(atom -> atom.at(field, key));
  }

  /** The change says what goes, not which atoms that is. */
  private void sweep(Sweep sweep) {
    if (before.atoms().stream().anyMatch(sweep::takes)) {
      sweeps.add(sweep);
    }
    atoms.removeIf(sweep::takes);
  }

  private void keepLast(FieldKey field, int count) {
    List<Atom> log = reads.log(atoms, field);
    if (log.size() > count) {
      atoms.removeAll(log.subList(0, log.size() - count));
      if (has(Fault.LOG_TRIMMED_BY_RECEIVERS_COUNT)) {
        sweeps.add(new PlainStore.AllButLast(field, count));
      }
    }
  }

  private void trimBefore(FieldKey field, int index) {
    List<Atom> log = reads.log(atoms, field);
    if (!log.isEmpty()) {
      HybridTime end = log.get(log.size() - 1 - index % log.size()).time();
      boolean any = log.removeIf(atom -> atom.time().compareTo(end) < 0);
      atoms.removeIf(atom -> atom.field().equals(field) && !log.contains(atom));
      if (any && has(Fault.LOG_TRIMMED_BY_TIME_ALONE)) {
        sweeps.add(new PlainStore.Before(field, end));
      }
    }
  }

  private void delete(Op op) {
    Set<FieldKey> fields = new LinkedHashSet<>();
    atoms.stream().map(Atom::field).filter(op::touches).forEach(fields::add);
    if (has(Fault.DELETION_BY_EPOCH) || has(Fault.DELETION_BY_NAME)) {
      Set<String> names = new HashSet<>();
      fields.forEach(field -> names.add(field.name()));
      names.forEach(name -> epochs.merge(name, 1, Integer::sum));
      atoms.removeIf(atom -> names.contains(atom.field().name()));
      return;
    }
    for (FieldKey field : fields) {
      if (field.type() != FieldType.PN_COUNTER) {
        if (op instanceof Op.Delete) {
          sweep(new PlainStore.Everything(field));
        }
      } else if (has(Fault.DELETION_DROPS_COUNTS)) {
        atoms.removeIf(atom -> atom.field().equals(field));
      } else {
        reset(field);
      }
    }
    if (op instanceof Op.DeletePrefix delete) {
      sweep(new PlainStore.Prefix(delete.prefix()));
    }
  }

  private String countKey() {
    return has(Fault.COUNT_BY_NODE)
        ? "count of node " + Playback.nodeOf(replica)
        : PlainStore.countKey(replica);
  }

  private void increment(FieldKey field, long amount) {
    BigInteger total = BigInteger.valueOf(amount);
    boolean counted = false;
    for (Atom atom : atoms) {
      if (atom.at(field, countKey())) {
        total = total.add((BigInteger) atom.payload());
        counted = true;
      }
    }
    if (!counted && has(Fault.RESET_BY_DROPPING_COUNTS_AND_REMEMBERING)) {
      total = total.add(before.totals().getOrDefault(field + " of " + replica, BigInteger.ZERO));
    }
    put(field, countKey(), total);
  }

  private void reset(FieldKey field) {
    if (has(Fault.RESET_BY_DROPPING_COUNTS)
        || has(Fault.RESET_BY_DROPPING_COUNTS_AND_REMEMBERING)) {
      atoms.removeIf(atom -> atom.field().equals(field));
      return;
    }
    if (has(Fault.RESET_BY_SCALAR)) {
      put(field, "less " + replica + next, new Base(0, reads.value(atoms, field)));
      return;
    }
    // What this transaction counted is as if it had not been.
    String own = countKey();
    drop(field, own);
    before.atoms().stream().filter(atom -> atom.at(field, own)).forEach(atoms::add);
    for (Atom count : List.copyOf(atoms)) {
      if (count.field().equals(field)
          && count.payload() instanceof BigInteger total
          && !PlainReads.isReset(atoms, count)) {
        String key = PlainStore.baseKey(count.dot().replica());
        put(field, key, new Base(count.dot().counter(), total));
      }
    }
  }

  @Nullable Change toChange() {
    Head head = before.head(replica);
    long first = head.counter() + 1;
    Set<Atom> had = new HashSet<>(before.atoms());
    Set<Atom> has = new HashSet<>(atoms);
    List<Atom> drops =
        before.atoms().stream()
            .filter(atom -> !has.contains(atom))
            .filter(atom -> sweeps.stream().noneMatch(sweep -> sweep.takes(atom)))
            .toList();
    List<Atom> mine = atoms.stream().filter(atom -> !had.contains(atom)).toList();
    if (drops.isEmpty() && mine.isEmpty() && sweeps.isEmpty()) {
      return null;
    }
    List<Atom> puts = new ArrayList<>();
    long counter = first;
    for (Atom atom : mine) {
      Dot dot = new Dot(replica, has(Fault.ONE_DOT_PER_CHANGE) ? first : counter++);
      boolean entry = atom.field().type() == FieldType.APPEND_LOG;
      String key = entry ? "entry " + dot + " of " + puts.size() : atom.key();
      puts.add(new Atom(atom.field(), key, dot, time, atom.payload(), atom.epoch()));
    }
    long last = Math.max(first, counter - 1);
    VersionVector advances = advancesSince(head);
    return new Change(
        replica,
        first,
        last,
        advances,
        time,
        head.hash(),
        List.copyOf(sweeps),
        drops,
        puts,
        epochs);
  }

  private VersionVector advancesSince(Head head) {
    Map<ReplicaId, Long> advances = new HashMap<>();
    before
        .heads()
        .forEach(
            (other, otherHead) -> {
              if (!other.equals(replica) && !head.past().covers(other, otherHead.counter())) {
                advances.put(other, otherHead.counter());
              }
            });
    return VersionVector.of(advances);
  }
}
