package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.PnCounter;
import java.math.BigInteger;

record TypedPnCounter(TypedField<Value> field) implements PnCounter {
  @Override
  public void increment(long amount) {
    field.edit(draft -> dev.hearsay.crdt.PnCounter.increment(draft, amount));
  }

  @Override
  public void reset() {
    field.edit(draft -> dev.hearsay.crdt.PnCounter.reset(draft));
  }

  @Override
  public long value() {
    BigInteger value = exactValue();
    if (value.bitLength() > 63) {
      throw new HearsayException(
          ErrorCode.COUNTER_OVERFLOW,
          "counter '" + field.key().name() + "' stands at " + value + ", beyond 64 bits");
    }
    return value.longValue();
  }

  @Override
  public BigInteger exactValue() {
    return dev.hearsay.crdt.PnCounter.value(field.view());
  }
}
