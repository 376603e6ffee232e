package dev.hearsay.mesh;

/** A flag that is off at first. An enable wins over a disable that did not see it. */
public interface Flag {
  void enable();

  /** Turns it off as far as this node has seen it on; no effect if it is off. */
  void disable();

  boolean isOn();
}
