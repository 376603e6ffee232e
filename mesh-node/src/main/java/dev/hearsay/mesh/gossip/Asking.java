package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandTell;
import java.util.List;

/** Something that asks voters and waits for their answers. Not thread-safe. */
abstract class Asking {
  /** Before any time, and far enough from the end of numbers to be subtracted. */
  static final long NEVER = Long.MIN_VALUE / 2;

  private static final long PAUSE_MILLIS_MIN = 200;

  /** Less than {@link Waiters} keep a question for. */
  private static final long PAUSE_MILLIS_MAX = 3_200;

  final String space;
  final long operation;
  final long deadlineMillis;

  /** Names what is being asked now; answers to anything earlier are not for this. */
  long request;

  /** The requests under which it is found. */
  long known;

  long knownStands;

  /** When it was last asked. */
  long askedMillis = NEVER;

  /** How long to wait before asking again. */
  private long pauseMillis = PAUSE_MILLIS_MIN;

  Asking(String space, long operation, long deadlineMillis) {
    this.space = space;
    this.operation = operation;
    this.deadlineMillis = deadlineMillis;
  }

  /** Asks those who have not answered yet. */
  abstract void ask(List<Effect> effects, long nowMillis);

  /** Whether to ask again; each time a peer that is slow is left alone for twice as long. */
  boolean isDue(long nowMillis) {
    if (nowMillis - askedMillis < pauseMillis) {
      return false;
    }
    pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
    return true;
  }

  /** Something else is asked from now on. */
  void askAnew(long nextRequest) {
    request = nextRequest;
    hurry();
  }

  /** Whatever was asked before, somebody may answer now. */
  final void hurry() {
    pauseMillis = PAUSE_MILLIS_MIN;
  }

  /** Names what it asks of where voters stand; {@link #request} if that is all it asks. */
  long standsRequest() {
    return request;
  }

  /** What of its questions not every version understands. */
  abstract Peer.Speech speech();

  /** A trusted answer in the way that every version understands; false if it was not asked for. */
  boolean onTell(HostPort from, Message.AckTell tell, List<Effect> effects, long nowMillis) {
    return false;
  }

  /** A trusted answer to {@link #standsRequest}. */
  void onStand(HostPort from, StandTell tell, List<Effect> effects, long nowMillis) {}

  /** The space has compared what a voter told, and it is the same here. */
  void onSame(ForkTalk.Judged judged) {}

  /**
   * Another state has taken the place of what was here: what was compared with that may not be here
   * any more. True if it cannot go on.
   */
  boolean replaced(List<Effect> effects, long nowMillis) {
    return false;
  }

  /** A vote in answer to {@link #request}. */
  void onVote(Message.VoteTell tell, List<Effect> effects, long nowMillis) {}

  /** Looks whether that is enough, and goes on; true if there is nothing more to wait for. */
  abstract boolean goOn(List<Effect> effects, long nowMillis);

  /** Whether something that becomes durable here can make a difference. */
  boolean waitsForHere() {
    return true;
  }

  /** What to say if the time is over. */
  abstract Shortfall shortfall();
}
