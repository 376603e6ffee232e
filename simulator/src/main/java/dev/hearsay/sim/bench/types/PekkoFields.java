package dev.hearsay.sim.bench.types;

import org.apache.pekko.cluster.ddata.LWWRegister;
import org.apache.pekko.cluster.ddata.PNCounter;

/** Pekko Distributed Data's counters and registers. */
final class PekkoFields {

  private PekkoFields() {}

  static final class Counters extends NamedFields<PNCounter> {
    Counters(int size) {
      super(size, () -> written(PNCounter.create()));
    }

    private static PNCounter written(PNCounter counter) {
      // As the Replicator does, which takes the delta for itself after each update.
      return counter.increment(Pekko.HERE, 1).resetDelta();
    }

    @Override
    PNCounter written(PNCounter counter, int write) {
      return written(counter);
    }

    @Override
    String text(PNCounter counter) {
      return counter.getValue().toString();
    }
  }

  static final class Registers extends NamedFields<LWWRegister<String>> {
    Registers(int size) {
      super(size, () -> LWWRegister.create(Pekko.HERE, INITIAL));
    }

    @Override
    LWWRegister<String> written(LWWRegister<String> register, int write) {
      return register.withValue(Pekko.HERE, FieldsSubject.value(write));
    }

    @Override
    String text(LWWRegister<String> register) {
      return register.getValue();
    }
  }
}
