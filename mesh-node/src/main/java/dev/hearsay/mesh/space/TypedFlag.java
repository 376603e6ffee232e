package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Flag;

record TypedFlag(TypedField<Value> field) implements Flag {
  @Override
  public void enable() {
    field.edit(dev.hearsay.crdt.Flag::enable);
  }

  @Override
  public void disable() {
    field.edit(draft -> dev.hearsay.crdt.Flag.disable(draft));
  }

  @Override
  public boolean isOn() {
    return dev.hearsay.crdt.Flag.isOn(field.view());
  }
}
