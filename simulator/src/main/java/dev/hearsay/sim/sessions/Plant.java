package dev.hearsay.sim.sessions;

import java.util.List;

/** A fault that a node process commits on purpose, to show that the judge finds it. */
public enum Plant {
  /** One message is acknowledged and not written. */
  DROP,
  /** One message is written twice. */
  DUPLICATE,
  /** Two messages of one log change places. */
  REORDER,
  /** Other nodes are asked on and on, although there is nothing to ask. */
  CHATTER,
  /** The node says that others have what it has, and has not looked. */
  UNDRAINED,
  /** Everything that was ever shown is kept, many times. */
  HOARD;

  /** What a process can do that plays recorded sessions. */
  public static final List<Plant> OF_SESSIONS = List.of(DROP, DUPLICATE, REORDER);

  /** What a process can do that has clients elsewhere. */
  public static final List<Plant> OF_WORKLOADS =
      List.of(DROP, DUPLICATE, CHATTER, UNDRAINED, HOARD);
}
