package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.laws.PlainStore.Atom;
import dev.hearsay.crdt.laws.PlainStore.Base;
import dev.hearsay.crdt.laws.PlainStore.Claim;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What each type reads from the atoms of a {@link PlainStore}, with the faults that reads have. */
final class PlainReads {
  private final Set<Fault> faults;

  PlainReads(Set<Fault> faults) {
    this.faults = faults;
  }

  private boolean has(Fault fault) {
    return faults.contains(fault);
  }

  Object held(List<Atom> all, FieldKey field) {
    List<Atom> atoms = new ArrayList<>(all);
    atoms.removeIf(atom -> !atom.field().equals(field));
    return switch (field.type()) {
      case OR_SET -> {
        Set<String> elements = new HashSet<>();
        atoms.forEach(atom -> elements.add(atom.key()));
        yield elements;
      }
      case PN_COUNTER -> value(all, field);
      case LWW_REGISTER -> {
        atoms.sort(BY_TIME.reversed());
        yield atoms.stream().map(Atom::payload).toList();
      }
      case OR_MAP -> {
        atoms.sort(BY_TIME);
        Map<String, Object> entries = new HashMap<>();
        atoms.forEach(atom -> entries.put(atom.key(), atom.payload()));
        yield entries;
      }
      case MV_REGISTER -> {
        atoms.sort(BY_TIME.reversed());
        int shown = has(Fault.ONLY_THE_LATEST_SIBLING) ? Math.min(1, atoms.size()) : atoms.size();
        yield atoms.subList(0, shown).stream().map(Atom::payload).toList();
      }
      case CONFIDENCE_REGISTER -> {
        atoms.sort(BY_CONFIDENCE.reversed());
        yield atoms.stream()
            .map(atom -> ((Claim) atom.payload()).value() + " of " + confidence(atom))
            .toList();
      }
      case FLAG -> {
        atoms.sort(BY_TIME);
        yield !atoms.isEmpty() && (boolean) atoms.get(atoms.size() - 1).payload();
      }
      case APPEND_LOG -> log(all, field).stream().map(Atom::payload).toList();
    };
  }

  private static final Comparator<Atom> BY_TIME =
      Comparator.comparing(Atom::time).thenComparing(Atom::dot);

  private static final Comparator<Atom> BY_CONFIDENCE =
      Comparator.comparingDouble(PlainReads::confidence).thenComparing(BY_TIME);

  private static double confidence(Atom atom) {
    return ((Claim) atom.payload()).confidence();
  }

  /** True if the field holds its name: a counter, while it holds a count that no reset saw. */
  boolean isInUse(List<Atom> all, FieldKey field) {
    return all.stream()
        .filter(atom -> atom.field().equals(field))
        .anyMatch(
            atom ->
                field.type() != FieldType.PN_COUNTER
                    || (atom.payload() instanceof BigInteger && !isReset(all, atom)));
  }

  /** True if some reset saw this count. */
  static boolean isReset(List<Atom> all, Atom count) {
    return all.stream()
        .anyMatch(
            atom ->
                atom.at(count.field(), PlainStore.baseKey(count.dot().replica()))
                    && atom.payload() instanceof Base base
                    && base.counter() >= count.dot().counter());
  }

  List<Atom> log(List<Atom> all, FieldKey field) {
    List<Atom> log = new ArrayList<>(all);
    log.removeIf(atom -> !atom.field().equals(field));
    log.sort(has(Fault.LOG_IN_ORDER_OF_ARRIVAL) ? Comparator.comparing(Atom::time) : BY_TIME);
    return log;
  }

  BigInteger value(List<Atom> all, FieldKey field) {
    BigInteger value = BigInteger.ZERO;
    for (Atom atom : all) {
      if (!atom.field().equals(field)) {
        continue;
      }
      if (atom.payload() instanceof BigInteger total) {
        value = value.add(total).subtract(baseOf(all, field, atom.dot().replica()));
      } else if (has(Fault.RESET_BY_SCALAR)) {
        value = value.subtract(((Base) atom.payload()).total());
      }
    }
    return value;
  }

  private BigInteger baseOf(List<Atom> all, FieldKey field, ReplicaId replica) {
    Comparator<Base> order =
        has(Fault.BASE_BY_HIGHEST_TOTAL)
            ? Comparator.comparing(Base::total)
            : Comparator.comparingLong(Base::counter);
    return all.stream()
        .filter(atom -> atom.at(field, PlainStore.baseKey(replica)))
        .map(atom -> (Base) Objects.requireNonNull(atom.payload()))
        .max(order)
        .map(Base::total)
        .orElse(BigInteger.ZERO);
  }
}
