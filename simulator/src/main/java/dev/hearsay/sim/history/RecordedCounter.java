package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.PnCounter;
import java.math.BigInteger;

/** A counter that notes what is done to it. */
record RecordedCounter(PnCounter counter, Notes notes, Notes.FieldName field) implements PnCounter {
  @Override
  public void increment(long amount) {
    counter.increment(amount);
    notes.add("increment", field, Value.of(amount));
  }

  @Override
  public void reset() {
    counter.reset();
    notes.add("reset", field, Value.Null.NULL);
  }

  @Override
  public long value() {
    long value = counter.value();
    notes.add("read", field, Value.of(value));
    return value;
  }

  @Override
  public BigInteger exactValue() {
    BigInteger value = counter.exactValue();
    notes.add("read", field, Value.of(value));
    return value;
  }
}
