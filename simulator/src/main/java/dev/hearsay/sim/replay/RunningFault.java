package dev.hearsay.sim.replay;

/** A fault that is under way; moved on by the driver a few hundred times a second. */
interface RunningFault {

  /** Does what is due. */
  void step() throws ReplayFailedException;

  /** Whether the fault and all its consequences are over. */
  boolean isOver();

  /** No more messages than these are handed over until the fault is over. */
  int messageLimit();
}
