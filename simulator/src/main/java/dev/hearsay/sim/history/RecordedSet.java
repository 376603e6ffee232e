package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.OrSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A set that notes what is done to it. */
record RecordedSet<T>(OrSet<T> set, Notes notes, Notes.FieldName field, ValueCodec<T> codec)
    implements OrSet<T> {
  @Override
  public void add(T element) {
    set.add(element);
    notes.add("add", field, codec.encode(element));
  }

  @Override
  public void addAll(Collection<? extends T> elements) {
    set.addAll(elements);
    elements.forEach(element -> notes.add("add", field, codec.encode(element)));
  }

  @Override
  public void remove(T element) {
    set.remove(element);
    notes.add("remove", field, codec.encode(element));
  }

  @Override
  public void clear() {
    set.clear();
    notes.add("clear", field, Value.Null.NULL);
  }

  @Override
  public void removeRange(@Nullable T from, @Nullable T to) {
    set.removeRange(from, to);
    notes.add("removeRange", field, Value.of(ends(codec, from, to)));
  }

  static <T> List<Value> ends(ValueCodec<T> codec, @Nullable T from, @Nullable T to) {
    return Arrays.asList(
        from == null ? Value.Null.NULL : codec.encode(from),
        to == null ? Value.Null.NULL : codec.encode(to));
  }

  @Override
  public boolean contains(T element) {
    boolean found = set.contains(element);
    notes.addUnder("contains", field, codec.encode(element), Value.of(found));
    return found;
  }

  @Override
  public int size() {
    int size = set.size();
    notes.add("size", field, Value.of(size));
    return size;
  }

  @Override
  public Set<T> values() {
    Set<T> values = set.values();
    notes.add("read", field, Value.of(values.stream().map(codec::encode).toList()));
    return values;
  }
}
