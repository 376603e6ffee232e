package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.ActorContext;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;

/** Sends the bytes of messages to the gossip of peers. Not thread-safe. */
final class PeerLinks {
  private final ActorContext context;
  private final TrafficBook traffic;
  private final Map<HostPort, ActorRef> refs = new HashMap<>();
  private long fragmentIds;

  /**
   * @param context of the actor that sends
   */
  PeerLinks(ActorContext context, TrafficBook traffic) {
    this.context = context;
    this.traffic = traffic;
  }

  void send(Effect.Send send) {
    ActorRef ref = refs.computeIfAbsent(send.to(), this::resolve);
    for (byte[] fragment : Fragments.split(encode(send), ++fragmentIds)) {
      ref.tell(fragment, context.self());
    }
  }

  /**
   * Says hello where nobody is in reach, past what the transport holds against a process that said
   * goodbye: it sends that one nothing but selections, and another process may be there that does
   * not know whom to say hello to.
   */
  void knock(Effect.Send send) {
    for (byte[] fragment : Fragments.split(encode(send), ++fragmentIds)) {
      context.actorSelection(path(send.to())).tell(fragment, context.self());
    }
  }

  void forget(HostPort address) {
    refs.remove(address);
  }

  private byte[] encode(Effect.Send send) {
    byte[] bytes = MessageFormat.encode(send.message());
    traffic.sent(send.to(), send.message(), bytes.length);
    return bytes;
  }

  /** By path and without a UID, so that the reference outlives a restart of the peer. */
  private ActorRef resolve(HostPort address) {
    ExtendedActorSystem system = (ExtendedActorSystem) context.system();
    return system.provider().resolveActorRef(path(address));
  }

  private String path(HostPort address) {
    return "pekko://" + context.system().name() + "@" + address + "/user/" + GossipActor.NAME;
  }
}
