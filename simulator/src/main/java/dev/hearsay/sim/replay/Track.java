package dev.hearsay.sim.replay;

import dev.hearsay.sim.sessions.Message;
import dev.hearsay.sim.sessions.Session;
import java.util.List;

/** How far one session has been played. */
final class Track {

  /** What a session waits for. */
  enum State {
    READY,
    /** A node has its next message and has not acknowledged it. */
    IN_FLIGHT,
    /** The node that had its next message was killed: was it written or not? */
    UNKNOWN,
    DONE
  }

  private final int number;
  private final Session session;
  private int next;
  private State state = State.READY;

  Track(int number, Session session) {
    this.number = number;
    this.session = session;
  }

  /** The session's place in the recording, from 0. */
  int number() {
    return number;
  }

  String name() {
    return session.name();
  }

  int index() {
    return next;
  }

  Message message() {
    return session.messages().get(next);
  }

  /** The messages that no node has been asked to write yet. */
  List<Message> remaining() {
    int from = state == State.READY ? next : Math.min(next + 1, session.messages().size());
    return session.messages().subList(from, session.messages().size());
  }

  State state() {
    return state;
  }

  void state(State now) {
    state = now;
  }

  void acknowledged() {
    next++;
    state = next == session.messages().size() ? State.DONE : State.READY;
  }
}
