package dev.hearsay.sim.bench.types;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldState;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.PnCounter;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Value;
import java.util.function.Consumer;

/** N fields of one space. */
abstract class HearsayFields implements FieldsSubject {

  /** A draft looks through its open fields for namesakes, so a few at a time. */
  private static final int CHANGE_SIZE = 100;

  private final FieldType type;
  private final String[] names;
  private final SpaceState state;
  private int next;

  private HearsayFields(FieldType type, int size, Consumer<FieldDraft> initial) {
    this.type = type;
    this.names = Elements.probes(size);
    this.state =
        Space.write(
            SpaceState.EMPTY,
            Space.HERE,
            0,
            size,
            CHANGE_SIZE,
            number -> draft -> initial.accept(draft.field(key(Elements.element(number)))));
  }

  private FieldKey key(String name) {
    return new FieldKey(name, type);
  }

  abstract void write(FieldDraft field, int write);

  abstract String read(FieldState field);

  @Override
  public Object write() {
    next++;
    Consumer<Draft> action = draft -> write(draft.field(key(names[next % names.length])), next);
    return state.apply(Space.mint(state, Space.HERE, action));
  }

  @Override
  public String read(Object written) {
    return read(((SpaceState) written).field(key(names[next % names.length])));
  }

  static final class Counters extends HearsayFields {
    Counters(int size) {
      super(FieldType.PN_COUNTER, size, field -> PnCounter.increment(field, 1));
    }

    @Override
    void write(FieldDraft field, int write) {
      PnCounter.increment(field, 1);
    }

    @Override
    String read(FieldState field) {
      return PnCounter.value(field).toString();
    }
  }

  static final class Registers extends HearsayFields {
    Registers(int size) {
      super(FieldType.LWW_REGISTER, size, field -> LwwRegister.set(field, Value.of(INITIAL)));
    }

    @Override
    void write(FieldDraft field, int write) {
      LwwRegister.set(field, Value.of(FieldsSubject.value(write)));
    }

    @Override
    String read(FieldState field) {
      return ((Value.Text) LwwRegister.get(field).orElseThrow()).value();
    }
  }
}
