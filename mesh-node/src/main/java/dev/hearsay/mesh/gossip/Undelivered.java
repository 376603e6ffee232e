package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes that peers brought and that are with spaces here, not yet dealt with. A peer need not
 * keep to its window, and a journal may stall: so they are bounded, those of each peer and all
 * together, by the memory that they take. What is beyond is not taken and not acknowledged, which
 * fills the window of an honest peer; it comes again by repair. Not thread-safe.
 */
final class Undelivered {
  /** What a change takes beside its bytes once it is decoded, about. */
  static final int CHANGE_BYTES = 256;

  /** Of one peer. */
  private static final class Load {
    long bytes;
    final Map<String, Long> bySpace = new HashMap<>();
  }

  private final GossipLimits limits;
  private final Traffic traffic;
  private final Map<HostPort, Load> byPeer = new HashMap<>();
  private long bytes;

  Undelivered(GossipLimits limits, Traffic traffic) {
    this.limits = limits;
    this.traffic = traffic;
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
    Load load = byPeer.get(from);
    long weight = weight(changes);
    // One is always taken, however large, so that nothing waits for a room that cannot be.
    boolean fits =
        load == null
            || (load.bytes + weight <= limits.undeliveredPeerBytes()
                && bytes + weight <= limits.undeliveredBytes());
    if (!fits) {
      traffic.deliveriesRefused++;
      effects.add(
          new Effect.Report(
              from,
              Effect.Event.REFUSED,
              "it sends faster than this node's disk takes it: "
                  + load.bytes
                  + " bytes of it wait, of "
                  + bytes
                  + " in all"));
    }
    return fits;
  }

  /** A push is given to its space, which says when it has dealt with it. */
  Effect.Deliver push(Message.Push push, HostPort from) {
    long weight = weight(push.changes());
    given(push.space(), from, weight);
    Effect.Receipt receipt = new Effect.PushReceipt(push.sequence(), weight);
    return new Effect.Deliver(push.space(), from, receipt, push.changes());
  }

  /** The same of an answer. */
  Effect.Deliver answer(Message.Answer answer, HostPort from) {
    long weight = weight(answer.changes());
    given(answer.space(), from, weight);
    Effect.Receipt receipt = new Effect.AnswerReceipt(answer.then(), weight);
    return new Effect.Deliver(answer.space(), from, receipt, answer.changes());
  }

  private void given(String space, HostPort from, long weight) {
    Load load = byPeer.computeIfAbsent(from, key -> new Load());
    load.bytes += weight;
    load.bySpace.merge(space, weight, Long::sum);
    bytes += weight;
  }

  /** A delivery is dealt with. */
  void done(String space, HostPort from, long weight) {
    Load load = byPeer.get(from);
    Long held = load == null ? null : load.bySpace.get(space);
    if (held != null) {
      take(load, from, space, Math.min(held, weight));
    }
  }

  /** Whatever was with the space is not any more. */
  void reset(String space) {
    for (HostPort from : List.copyOf(byPeer.keySet())) {
      done(space, from, Long.MAX_VALUE);
    }
  }

  private void take(Load load, HostPort from, String space, long weight) {
    load.bySpace.merge(space, -weight, Long::sum);
    load.bySpace.remove(space, 0L);
    load.bytes -= weight;
    bytes -= weight;
    if (load.bySpace.isEmpty()) {
      byPeer.remove(from);
    }
  }
}
