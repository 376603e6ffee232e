package dev.hearsay.mesh.space;

import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.Written;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

record TypedOrMap<V>(TypedField<V> field) implements OrMap<V> {
  @Override
  public void put(String key, V value) {
    String checked = checked(key);
    Value encoded = field.encode(value);
    field.edit(draft -> dev.hearsay.crdt.OrMap.put(draft, checked, encoded));
  }

  @Override
  public void remove(String key) {
    String checked = checked(key);
    field.edit(draft -> dev.hearsay.crdt.OrMap.remove(draft, checked));
  }

  @Override
  public void clear() {
    field.edit(draft -> draft.clear());
  }

  @Override
  public void removeRange(@Nullable String from, @Nullable String to) {
    KeyRange range =
        new KeyRange(
            from == null ? null : Value.of(checked(from)),
            to == null ? null : Value.of(checked(to)));
    field.edit(draft -> draft.drop(range));
  }

  @Override
  public List<Written<V>> writes(String key) {
    return field.written(dev.hearsay.crdt.OrMap.siblings(field.view(), checked(key)));
  }

  @Override
  public Optional<V> get(String key) {
    return dev.hearsay.crdt.OrMap.get(field.view(), checked(key)).map(field::decode);
  }

  @Override
  public boolean containsKey(String key) {
    return dev.hearsay.crdt.OrMap.get(field.view(), checked(key)).isPresent();
  }

  @Override
  public int size() {
    return field.view().size();
  }

  @Override
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    dev.hearsay.crdt.OrMap.forEach(field.view(), (key, value) -> keys.add(key));
    return Collections.unmodifiableSet(keys);
  }

  @Override
  public Map<String, V> entries() {
    Map<String, V> entries = new LinkedHashMap<>();
    dev.hearsay.crdt.OrMap.forEach(
        field.view(), (key, value) -> entries.put(key, field.decode(value)));
    return Collections.unmodifiableMap(entries);
  }

  private static String checked(String key) {
    try {
      return new Value.Text(key).value();
    } catch (RejectedException e) {
      throw Failures.of(e);
    }
  }
}
