package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.AppendLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

record TypedAppendLog<T>(TypedField<T> field) implements AppendLog<T> {
  @Override
  public void append(T entry) {
    Value encoded = field.encode(entry);
    field.edit(draft -> dev.hearsay.crdt.AppendLog.append(draft, encoded));
  }

  @Override
  public int size() {
    return field.view().size();
  }

  @Override
  public List<T> entries() {
    List<T> entries = new ArrayList<>(size());
    dev.hearsay.crdt.AppendLog.forEach(
        field.view(), atom -> entries.add(field.decode(atom.payload())));
    return Collections.unmodifiableList(entries);
  }

  @Override
  public List<T> last(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count + " is below zero");
    }
    List<Value> all = new ArrayList<>();
    dev.hearsay.crdt.AppendLog.forEach(field.view(), atom -> all.add(atom.payload()));
    return all.subList(Math.max(0, all.size() - count), all.size()).stream()
        .map(field::decode)
        .toList();
  }
}
