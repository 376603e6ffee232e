package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.LwwRegister;
import dev.hearsay.mesh.Written;
import java.util.List;
import java.util.Optional;

/** A register that notes what is done to it. */
record RecordedRegister<T>(
    LwwRegister<T> register, Notes notes, Notes.FieldName field, ValueCodec<T> codec)
    implements LwwRegister<T> {
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
  public Optional<T> get() {
    Optional<T> value = register.get();
    notes.add("read", field, value.map(codec::encode).orElse(Value.Null.NULL));
    return value;
  }

  @Override
  public List<T> siblings() {
    List<T> values = register.siblings();
    notes.add("siblings", field, Value.of(values.stream().map(codec::encode).toList()));
    return values;
  }

  @Override
  public List<Written<T>> writes() {
    List<Written<T>> writes = register.writes();
    notes.add("siblings", field, values(codec, writes));
    return writes;
  }

  static <T> Value values(ValueCodec<T> codec, List<Written<T>> writes) {
    return Value.of(writes.stream().map(write -> codec.encode(write.value())).toList());
  }
}
