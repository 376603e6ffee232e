package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.LwwRegister;
import dev.hearsay.mesh.Written;
import java.util.List;
import java.util.Optional;

record TypedLwwRegister<T>(TypedField<T> field) implements LwwRegister<T> {
  @Override
  public void set(T value) {
    Value encoded = field.encode(value);
    field.edit(draft -> dev.hearsay.crdt.LwwRegister.set(draft, encoded));
  }

  @Override
  public void clear() {
    field.edit(draft -> dev.hearsay.crdt.LwwRegister.clear(draft));
  }

  @Override
  public Optional<T> get() {
    return dev.hearsay.crdt.LwwRegister.get(field.view()).map(field::decode);
  }

  @Override
  public List<T> siblings() {
    return writes().stream().map(Written::value).toList();
  }

  @Override
  public List<Written<T>> writes() {
    return field.written(dev.hearsay.crdt.LwwRegister.siblings(field.view()));
  }
}
