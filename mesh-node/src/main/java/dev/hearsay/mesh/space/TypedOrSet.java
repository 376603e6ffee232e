package dev.hearsay.mesh.space;

import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.OrSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

record TypedOrSet<T>(TypedField<T> field) implements OrSet<T> {
  @Override
  public void add(T element) {
    Value value = field.encode(element);
    field.edit(draft -> dev.hearsay.crdt.OrSet.add(draft, value));
  }

  @Override
  public void addAll(Collection<? extends T> elements) {
    List<Value> values = new ArrayList<>(elements.size());
    for (T element : elements) {
      values.add(field.encode(element));
    }
    field.edit(draft -> values.forEach(value -> dev.hearsay.crdt.OrSet.add(draft, value)));
  }

  @Override
  public void remove(T element) {
    Value value = field.encode(element);
    field.edit(draft -> dev.hearsay.crdt.OrSet.remove(draft, value));
  }

  @Override
  public void clear() {
    field.edit(draft -> draft.clear());
  }

  @Override
  public void removeRange(@Nullable T from, @Nullable T to) {
    KeyRange range =
        new KeyRange(
            from == null ? null : field.encode(from), to == null ? null : field.encode(to));
    field.edit(draft -> draft.drop(range));
  }

  @Override
  public boolean contains(T element) {
    return dev.hearsay.crdt.OrSet.contains(field.view(), field.encode(element));
  }

  @Override
  public int size() {
    return field.view().size();
  }

  @Override
  public Set<T> values() {
    Set<T> values = new LinkedHashSet<>();
    dev.hearsay.crdt.OrSet.forEach(field.view(), value -> values.add(field.decode(value)));
    return Collections.unmodifiableSet(values);
  }
}
