package dev.hearsay.sim.history;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Flag;

/** A flag that notes what is done to it. */
record RecordedFlag(Flag flag, Notes notes, Notes.FieldName field) implements Flag {
  @Override
  public void enable() {
    flag.enable();
    notes.add("enable", field, Value.Null.NULL);
  }

  @Override
  public void disable() {
    flag.disable();
    notes.add("disable", field, Value.Null.NULL);
  }

  @Override
  public boolean isOn() {
    boolean on = flag.isOn();
    notes.add("read", field, Value.of(on));
    return on;
  }
}
