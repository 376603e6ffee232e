package dev.hearsay.sim.check;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A counter shows the sum of all increments that the frontier covers, to the unit, but for those
 * that a reset had seen.
 */
public final class CounterReads extends ReadChecker<CounterReads.Book> {
  static final class Book {
    final Tally tally = new Tally();

    /** What each replica's resets had seen. */
    final Map<ReplicaId, Steps<VersionVector>> resets = new HashMap<>();

    long value(Reached frontier) {
      long sum = tally.at(frontier);
      if (resets.isEmpty()) {
        return sum;
      }
      for (ReplicaId replica : tally.replicas()) {
        long seen = 0;
        for (Map.Entry<ReplicaId, Steps<VersionVector>> entry : resets.entrySet()) {
          VersionVector past = entry.getValue().at(frontier.counter(entry.getKey()));
          seen = past == null ? seen : Math.max(seen, past.counter(replica));
        }
        sum = Math.subtractExact(sum, tally.upTo(replica, seen));
      }
      return sum;
    }
  }

  @Override
  public String name() {
    return "exact-counters";
  }

  @Override
  public String description() {
    return "counters show every increment once, to the unit";
  }

  @Override
  boolean judges(String type) {
    return type.equals("PnCounter");
  }

  @Override
  Book newField() {
    return new Book();
  }

  @Override
  boolean write(Book book, Operation operation, Write write) {
    if (operation.kind().equals("reset")) {
      Steps<VersionVector> own = book.resets.get(write.name().replica());
      return (own == null || own.lastCounter() < write.name().counter()) && wipe(book, write);
    }
    Steps<VersionVector> resets = book.resets.get(write.name().replica());
    if (!operation.kind().equals("increment")
        || (resets != null && resets.lastCounter() == write.name().counter())) {
      return false;
    }
    try {
      book.tally.add(write.name(), ((Value.Int) operation.value()).value());
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  @Override
  boolean wipe(Book book, Write write) {
    long own = write.past().counter(write.name().replica());
    if (book.tally.upTo(write.name().replica(), write.name().counter())
        != book.tally.upTo(write.name().replica(), own)) {
      // The same transaction has incremented it: which of the two was first is not followed.
      return false;
    }
    book.resets
        .computeIfAbsent(write.name().replica(), replica -> new Steps<>())
        .add(write.name().counter(), write.past());
    return true;
  }

  @Override
  @Nullable String judge(Book book, Operation read, Reached frontier) {
    long due;
    try {
      due = book.value(frontier);
    } catch (ArithmeticException e) {
      return null;
    }
    return read.value().equals(Value.of(due)) ? null : "it is " + read.value() + ", not " + due;
  }
}
