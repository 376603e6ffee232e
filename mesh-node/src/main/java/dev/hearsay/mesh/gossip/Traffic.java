package dev.hearsay.mesh.gossip;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts what limits did, since the start. Not thread-safe. */
public final class Traffic {
  long pushesDropped;
  long answersPutOff;
  long transfersIn;
  long transfersOut;
  long transfersRefused;
  long transfersBroken;
  long transfersPutOff;
  long transferElementsIn;
  long transferBytesIn;
  long transferBytesOut;
  long peersForgotten;
  long heldDropped;
  long deliveriesRefused;
  long closedUnknown;
  long closedRefused;
  private final Map<Bound, Long> forgotten = new EnumMap<>(Bound.class);

  /** So much went, or was not taken, because of that bound. */
  void forgot(Bound bound, long count) {
    forgotten.merge(bound, count, Long::sum);
  }

  /**
   * The counts at one time.
   *
   * @param pushesDropped changes that were not pushed because the peer's window was full
   * @param answersPutOff requests not answered because too much was on its way to the peer
   * @param transfersIn states that were joined
   * @param transfersOut states that were offered
   * @param transfersRefused over a limit, malformed, or in contradiction to what is here
   * @param transfersBroken off before their end, to be gone on with
   * @param transfersPutOff requests not answered because too many states were on their way out
   * @param transferElementsIn in pieces that came
   * @param transferBytesIn the same
   * @param transferBytesOut in pieces that were sent
   * @param peersForgotten addresses that did not answer for long
   * @param heldDropped changes for which there was no room to wait for what they depend on
   * @param deliveriesRefused deliveries not taken because too many wait for the journal
   * @param closedUnknown messages that named a closed vector that is not here; it was asked for
   * @param closedRefused closed vectors that were not what their hash says, or too large
   * @param forgotten what other bounds made this node forget, or not remember
   */
  public record Counts(
      long pushesDropped,
      long answersPutOff,
      long transfersIn,
      long transfersOut,
      long transfersRefused,
      long transfersBroken,
      long transfersPutOff,
      long transferElementsIn,
      long transferBytesIn,
      long transferBytesOut,
      long peersForgotten,
      long heldDropped,
      long deliveriesRefused,
      long closedUnknown,
      long closedRefused,
      Map<Bound, Long> forgotten) {
    public Counts {
      forgotten = Collections.unmodifiableMap(new TreeMap<>(forgotten));
    }
  }

  Counts counts() {
    return new Counts(
        pushesDropped,
        answersPutOff,
        transfersIn,
        transfersOut,
        transfersRefused,
        transfersBroken,
        transfersPutOff,
        transferElementsIn,
        transferBytesIn,
        transferBytesOut,
        peersForgotten,
        heldDropped,
        deliveriesRefused,
        closedUnknown,
        closedRefused,
        forgotten);
  }
}
