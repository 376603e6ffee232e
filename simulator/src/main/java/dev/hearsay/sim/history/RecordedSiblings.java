package dev.hearsay.sim.history;

import dev.hearsay.mesh.MvRegister;
import dev.hearsay.mesh.Written;
import java.util.List;

/** A register of siblings that notes what is done to it. */
record RecordedSiblings<T>(MvRegister<T> register, RecordedWrites<T> noted)
    implements MvRegister<T> {
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
  public List<T> values() {
    return noted.siblings(register.values());
  }

  @Override
  public List<Written<T>> writes() {
    return noted.writes(register.writes());
  }
}
