package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A counter with observed reset. A count atom per replica holds its signed total, never reset,
 * dropped only by its owner's next write. A base atom holds the counter and total of the count that
 * a reset saw. The value is the sum, over replicas, of the total less the total of the base with
 * the highest counter: increments that a reset did not see survive it to the unit.
 */
public final class PnCounter {
  private static final int TOTAL_BITS_MAX = 127;

  private PnCounter() {}

  /**
   * Adds to this replica's total.
   *
   * @throws RejectedException {@code OVERFLOW} if the total would leave 127 bits and a sign
   */
  public static void increment(FieldDraft field, long amount) {
    Key key = new CounterKey(false, field.replica());
    BigInteger total = BigInteger.valueOf(amount);
    for (Atom atom : field.atoms(key)) {
      total = total.add(number(atom.payload()));
    }
    if (total.bitLength() > TOTAL_BITS_MAX) {
      throw new RejectedException(
          RejectedException.Reason.OVERFLOW,
          "counter '" + field.field().name() + "' cannot count beyond 127 bits and a sign");
    }
    field.put(key, Value.of(total));
  }

  /** Puts a base for every count seen that has none yet; false if nobody counted since. */
  public static boolean reset(FieldDraft field) {
    // A base names a count by its counter, which an increment of this transaction does not have
    // yet.
    boolean reverted = field.revert(new CounterKey(false, field.replica()));
    Map<ReplicaId, Atom> counts = new TreeMap<>();
    field.forEach(
        (key, atoms) -> {
          CounterKey counter = (CounterKey) key;
          Atom count = LwwRegister.latest(atoms);
          if (!counter.base() && seenOf(field, counter.replica()) < count.counter()) {
            counts.put(counter.replica(), count);
          }
        });
    counts.forEach(
        (replica, count) ->
            field.put(
                new CounterKey(true, replica),
                Value.of(List.of(Value.of(count.counter()), count.payload()))));
    return reverted || !counts.isEmpty();
  }

  /** The exact sum. */
  public static BigInteger value(FieldView field) {
    List<BigInteger> terms = new ArrayList<>();
    field.forEach(
        (key, atoms) -> {
          CounterKey counter = (CounterKey) key;
          if (!counter.base()) {
            for (Atom count : atoms) {
              terms.add(number(count.payload()));
            }
            terms.add(baseOf(field, counter.replica()).negate());
          }
        });
    return terms.stream().reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static BigInteger baseOf(FieldView field, ReplicaId replica) {
    long highest = 0;
    BigInteger total = BigInteger.ZERO;
    for (Atom base : field.atoms(new CounterKey(true, replica))) {
      long counter = seenBy(base.payload());
      if (counter > highest) {
        highest = counter;
        total = number(((Value.Sequence) base.payload()).values().get(1));
      }
    }
    return total;
  }

  /**
   * True if nobody has counted since the last reset, as far as is known. The value is 0 then and
   * the field holds its name no longer, as if it had been deleted.
   */
  public static boolean isReset(FieldView field) {
    List<ReplicaId> counting = new ArrayList<>();
    field.forEach(
        (key, atoms) -> {
          CounterKey counter = (CounterKey) key;
          if (!counter.base()
              && seenOf(field, counter.replica()) < LwwRegister.latest(atoms).counter()) {
            counting.add(counter.replica());
          }
        });
    return counting.isEmpty();
  }

  /** How far resets have seen the replica's count; 0 if none has. */
  private static long seenOf(FieldView field, ReplicaId replica) {
    long seen = 0;
    for (Atom base : field.atoms(new CounterKey(true, replica))) {
      seen = Math.max(seen, seenBy(base.payload()));
    }
    return seen;
  }

  /** The counter of the count atom that a base saw. */
  static long seenBy(Value base) {
    return ((Value.Int) ((Value.Sequence) base).values().get(0)).value();
  }

  static boolean isTotal(Value payload) {
    return payload instanceof Value.Int || payload instanceof Value.BigInt;
  }

  static boolean isBase(Value payload) {
    return payload instanceof Value.Sequence parts
        && parts.values().size() == 2
        && parts.values().get(0) instanceof Value.Int counter
        && counter.value() >= 1
        && isTotal(parts.values().get(1));
  }

  private static BigInteger number(Value value) {
    return value instanceof Value.Int small
        ? BigInteger.valueOf(small.value())
        : ((Value.BigInt) value).value();
  }
}
