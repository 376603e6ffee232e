package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.List;

/**
 * Changes that peers brought and that are with spaces here, not yet dealt with. A peer need not
 * keep to its window, and a journal may stall: so they are bounded, those of each peer and all
 * together, by the memory that they take. What is beyond is not taken and not acknowledged, which
 * fills the window of an honest peer; it comes again by repair. Not thread-safe.
 */
final class Undelivered {
  /** What a change takes beside its bytes once it is decoded, about. */
  static final int CHANGE_BYTES = 256;

  private final Traffic traffic;
  private final Loads loads;

  Undelivered(GossipLimits limits, Traffic traffic) {
    this.traffic = traffic;
    this.loads = new Loads(limits.undeliveredPeerBytes(), limits.undeliveredBytes());
  }

  /** What a delivery weighs. */
  static long weight(List<EncodedChange> changes) {
    long weight = CHANGE_BYTES;
    for (EncodedChange change : changes) {
      weight += change.sizeBytes() + CHANGE_BYTES;
    }
    return weight;
  }

  /** Whether there is room for the delivery; if not, that is counted and reported. */
  boolean admits(HostPort from, List<EncodedChange> changes, List<Effect> effects) {
    boolean fits = loads.fits(from, weight(changes));
    if (!fits) {
      traffic.deliveriesRefused++;
      effects.add(
          new Effect.Report(
              from,
              Effect.Event.REFUSED,
              "it sends faster than this node's disk takes it: "
                  + loads.of(from)
                  + " bytes of it wait, of "
                  + loads.all()
                  + " in all"));
    }
    return fits;
  }

  /** A push is given to its space, which says when it has dealt with it. */
  Effect.Deliver push(Message.Push push, HostPort from) {
    long weight = weight(push.changes());
    loads.given(push.space(), from, weight);
    Effect.Receipt receipt = new Effect.PushReceipt(push.sequence(), weight);
    return new Effect.Deliver(push.space(), from, receipt, push.changes());
  }

  /** The same of an answer. */
  Effect.Deliver answer(Message.Answer answer, HostPort from) {
    long weight = weight(answer.changes());
    loads.given(answer.space(), from, weight);
    Effect.Receipt receipt = new Effect.AnswerReceipt(answer.then(), weight);
    return new Effect.Deliver(answer.space(), from, receipt, answer.changes());
  }

  /** A delivery is dealt with. */
  void done(String space, HostPort from, long weight) {
    loads.done(space, from, weight);
  }

  /** Whatever was with the space is not any more. */
  void reset(String space) {
    loads.reset(space);
  }
}
