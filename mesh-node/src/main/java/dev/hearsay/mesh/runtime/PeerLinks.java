package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Gossip;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.MessageFormat;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;

/** Sends the bytes of messages to the gossip of peers. Not thread-safe. */
final class PeerLinks {
  /** Beyond it, addresses are forgotten at which no peer is any more. */
  static final int REFS_MAX = 2 * Gossip.PEERS_MAX;

  private final ExtendedActorSystem system;
  private final ActorRef self;
  private final TrafficBook traffic;
  private final Predicate<HostPort> isPeer;

  /** Of peers alone: at their names others could make up as many addresses as they like. */
  private final Map<HostPort, ActorRef> refs = new HashMap<>();

  /** From anywhere, or a process before this one may have begun a message under the same. */
  private long fragmentIds = new SecureRandom().nextLong();

  /**
   * @param self who sends
   * @param isPeer whether a peer is at that address, as it has said
   */
  PeerLinks(ActorSystem system, ActorRef self, TrafficBook traffic, Predicate<HostPort> isPeer) {
    this.system = (ExtendedActorSystem) system;
    this.self = self;
    this.traffic = traffic;
    this.isPeer = isPeer;
  }

  void send(Effect.Send send) {
    ActorRef known = refs.get(send.to());
    ActorRef ref = known == null ? resolve(send.to()) : known;
    if (known == null && isPeer.test(send.to())) {
      refs.put(send.to(), ref);
      if (refs.size() > REFS_MAX) {
        refs.keySet().removeIf(isPeer.negate());
      }
    }
    for (byte[] fragment : Fragments.split(encode(send), ++fragmentIds)) {
      ref.tell(fragment, self);
    }
  }

  /**
   * Says hello where nobody is in reach, past what the transport holds against a process that said
   * goodbye: it sends that one nothing but selections, and another process may be there that does
   * not know whom to say hello to.
   */
  void knock(Effect.Send send) {
    for (byte[] fragment : Fragments.split(encode(send), ++fragmentIds)) {
      system.actorSelection(path(send.to())).tell(fragment, self);
    }
  }

  void forget(HostPort address) {
    refs.remove(address);
  }

  /** How many addresses are remembered. */
  int size() {
    return refs.size();
  }

  private byte[] encode(Effect.Send send) {
    byte[] bytes = MessageFormat.encode(send.message());
    traffic.sent(send.to(), send.message(), bytes.length);
    return bytes;
  }

  /** By path and without a UID, so that the reference outlives a restart of the peer. */
  private ActorRef resolve(HostPort address) {
    return system.provider().resolveActorRef(path(address));
  }

  private String path(HostPort address) {
    return "pekko://" + system.name() + "@" + address + "/user/" + GossipActor.NAME;
  }
}
