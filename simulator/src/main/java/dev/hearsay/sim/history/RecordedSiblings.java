package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.MvRegister;
import dev.hearsay.mesh.Written;
import java.util.List;

/** A register of siblings that notes what is done to it. */
record RecordedSiblings<T>(
    MvRegister<T> register, Notes notes, Notes.FieldName field, ValueCodec<T> codec)
    implements MvRegister<T> {
  @Override
  public void set(T value) {
    register.set(value);
    notes.add("set", field, codec.encode(value));
  }

  @Override
  public void clear() {
    register.clear();
    notes.add("clear", field, Value.Null.NULL);
  }

  @Override
  public List<T> values() {
    List<T> values = register.values();
    notes.add("siblings", field, Value.of(values.stream().map(codec::encode).toList()));
    return values;
  }

  @Override
  public List<Written<T>> writes() {
    List<Written<T>> writes = register.writes();
    notes.add("siblings", field, RecordedRegister.values(codec, writes));
    return writes;
  }
}
