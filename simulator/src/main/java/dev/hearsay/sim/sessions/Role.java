package dev.hearsay.sim.sessions;

import java.util.Locale;
import java.util.Optional;

/** Who speaks in a recorded session. */
public enum Role {
  USER(0),
  ASSISTANT(1),
  TOOL(2);

  private final int seat;

  Role(int seat) {
    this.seat = seat;
  }

  /** Its number among the roles of a session, from 0. */
  int seat() {
    return seat;
  }

  /** The role as recordings spell it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Role> of(String label) {
    for (Role role : values()) {
      if (role.label().equals(label)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
