package dev.hearsay.sim.sessions;

/** A fault that a node process commits on purpose, to show that the judge finds it. */
public enum Plant {
  /** One message is acknowledged and not written. */
  DROP,
  /** One message is written twice. */
  DUPLICATE,
  /** Two messages of one log change places. */
  REORDER
}
