package dev.hearsay.sim.sessions;

import java.util.List;

/** The sessions of one file, in the file's order. */
public record Recording(List<Session> sessions) {

  public Recording {
    sessions = List.copyOf(sessions);
  }

  /** How many messages all sessions have together. */
  public int messageCount() {
    return sessions.stream().mapToInt(session -> session.messages().size()).sum();
  }

  /** The first {@code count} sessions, or all if there are fewer. */
  public Recording first(int count) {
    return new Recording(sessions.subList(0, Math.min(count, sessions.size())));
  }
}
