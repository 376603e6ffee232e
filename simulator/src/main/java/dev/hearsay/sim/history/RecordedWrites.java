package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.Written;
import java.util.List;

/** What the registers that hold one value, or several side by side, note alike. */
record RecordedWrites<T>(Notes notes, Notes.FieldName field, ValueCodec<T> codec) {
  void set(T value) {
    notes.add("set", field, codec.encode(value));
  }

  void clear() {
    notes.add("clear", field, Value.Null.NULL);
  }

  void read(Value value) {
    notes.add("read", field, value);
  }

  List<T> siblings(List<T> values) {
    notes.add("siblings", field, Value.of(values.stream().map(codec::encode).toList()));
    return values;
  }

  List<Written<T>> writes(List<Written<T>> writes) {
    notes.add("siblings", field, values(codec, writes));
    return writes;
  }

  /** The values that were written. */
  static <T> Value values(ValueCodec<T> codec, List<Written<T>> writes) {
    return Value.of(writes.stream().map(write -> codec.encode(write.value())).toList());
  }
}
