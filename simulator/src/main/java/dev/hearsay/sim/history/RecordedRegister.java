package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.LwwRegister;
import dev.hearsay.mesh.Written;
import java.util.List;
import java.util.Optional;

/** A register that notes what is done to it. */
record RecordedRegister<T>(LwwRegister<T> register, RecordedWrites<T> noted)
    implements LwwRegister<T> {
  @Override
  public void set(T value) {
    register.set(value);
    noted.set(value);
  }

  @Override
  public void clear() {
    register.clear();
    noted.clear();
  }

  @Override
  public Optional<T> get() {
    Optional<T> value = register.get();
    noted.read(value.map(noted.codec()::encode).orElse(Value.Null.NULL));
    return value;
  }

  @Override
  public List<T> siblings() {
    return noted.siblings(register.siblings());
  }

  @Override
  public List<Written<T>> writes() {
    return noted.writes(register.writes());
  }
}
