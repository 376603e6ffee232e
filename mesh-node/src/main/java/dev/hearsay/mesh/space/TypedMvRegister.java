package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.MvRegister;
import dev.hearsay.mesh.Written;
import java.util.List;

record TypedMvRegister<T>(TypedField<T> field) implements MvRegister<T> {
  @Override
  public void set(T value) {
    Value encoded = field.encode(value);
    field.edit(draft -> dev.hearsay.crdt.MvRegister.set(draft, encoded));
  }

  @Override
  public void clear() {
    field.edit(draft -> dev.hearsay.crdt.MvRegister.clear(draft));
  }

  @Override
  public List<T> values() {
    return writes().stream().map(Written::value).toList();
  }

  @Override
  public List<Written<T>> writes() {
    return field.written(dev.hearsay.crdt.MvRegister.siblings(field.view()));
  }
}
