package dev.hearsay.sim.bench.types;

import com.netopyr.wurmloch.crdt.LWWRegister;
import com.netopyr.wurmloch.crdt.PNCounter;

/** wurmloch-crdt's counters and registers. */
final class WurmlochFields {

  private WurmlochFields() {}

  static final class Counters extends NamedFields<PNCounter> {
    Counters(int size) {
      super(
          size,
          () -> {
            PNCounter counter = Wurmloch.counter();
            counter.increment();
            return counter;
          });
    }

    @Override
    PNCounter written(PNCounter counter, int write) {
      counter.increment();
      return counter;
    }

    @Override
    String text(PNCounter counter) {
      return Long.toString(counter.get());
    }
  }

  static final class Registers extends NamedFields<LWWRegister<String>> {
    Registers(int size) {
      super(
          size,
          () -> {
            LWWRegister<String> register = Wurmloch.register();
            register.set(INITIAL);
            return register;
          });
    }

    @Override
    LWWRegister<String> written(LWWRegister<String> register, int write) {
      register.set(FieldsSubject.value(write));
      return register;
    }

    @Override
    String text(LWWRegister<String> register) {
      return register.get();
    }
  }
}
