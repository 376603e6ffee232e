package dev.hearsay.sim.sessions;

import java.util.List;

/** A recorded session: its name is unique within a recording, and it has at least one message. */
public record Session(String name, List<Message> messages) {

  public Session {
    messages = List.copyOf(messages);
  }
}
