package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueCodec;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.Written;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A map that notes what is done to it. */
record RecordedMap<V>(OrMap<V> map, Notes notes, Notes.FieldName field, ValueCodec<V> codec)
    implements OrMap<V> {
  @Override
  public void put(String key, V value) {
    map.put(key, value);
    notes.addUnder("put", field, Value.of(key), codec.encode(value));
  }

  @Override
  public void remove(String key) {
    map.remove(key);
    notes.addUnder("remove", field, Value.of(key), Value.Null.NULL);
  }

  @Override
  public void clear() {
    map.clear();
    notes.add("clear", field, Value.Null.NULL);
  }

  @Override
  public void removeRange(@Nullable String from, @Nullable String to) {
    map.removeRange(from, to);
    notes.add(
        "removeRange",
        field,
        Value.of(
            List.of(
                from == null ? Value.Null.NULL : Value.of(from),
                to == null ? Value.Null.NULL : Value.of(to))));
  }

  @Override
  public Optional<V> get(String key) {
    Optional<V> value = map.get(key);
    notes.addUnder("get", field, Value.of(key), value.map(codec::encode).orElse(Value.Null.NULL));
    return value;
  }

  @Override
  public List<Written<V>> writes(String key) {
    List<Written<V>> writes = map.writes(key);
    notes.addUnder("siblings", field, Value.of(key), RecordedWrites.values(codec, writes));
    return writes;
  }

  @Override
  public boolean containsKey(String key) {
    boolean found = map.containsKey(key);
    notes.addUnder("contains", field, Value.of(key), Value.of(found));
    return found;
  }

  @Override
  public int size() {
    int size = map.size();
    notes.add("size", field, Value.of(size));
    return size;
  }

  @Override
  public Set<String> keys() {
    Set<String> keys = map.keys();
    notes.add("keys", field, Value.of(keys.stream().map(Value::of).toList()));
    return keys;
  }

  @Override
  public Map<String, V> entries() {
    Map<String, V> entries = map.entries();
    Map<String, Value> encoded = new LinkedHashMap<>();
    entries.forEach((key, value) -> encoded.put(key, codec.encode(value)));
    notes.add("read", field, Value.of(encoded));
    return entries;
  }
}
