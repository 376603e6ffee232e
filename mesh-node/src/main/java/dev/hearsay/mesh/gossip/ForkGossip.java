package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What concerns branches under one replica, and nodes with one identity. Not thread-safe. */
public final class ForkGossip {
  /** What a peer has brought does not wait longer for it to answer. */
  static final long ANSWER_MILLIS_MAX = 15_000;

  /** Most questions of which it is remembered that they are not answered. */
  private static final int ASKED_MAX = 100_000;

  private record Asked(String space, HostPort peer) {}

  private record Waiting(long sinceMillis, long askedMillis) {}

  private final SpaceBook spaces;
  private final Map<HostPort, Peer> peers;
  private final Repair repair;
  private final Handovers handovers;
  private final Holders holders;
  private final Avoidance avoidance;
  private final Twins twins;
  private final Formers formers;

  /** Peers that were asked to compare a space and have not answered. */
  private final Map<Asked, Waiting> unanswered = new BoundedMap<>(ASKED_MAX);

  private long nowMillis;
  private final Acknowledgements acknowledgements;
  private final UnheardTalk talk;

  ForkGossip(
      HostPort self,
      Message.Hello identity,
      SpaceBook spaces,
      Map<HostPort, Peer> peers,
      Repair repair,
      Handovers handovers,
      Holders holders,
      Acknowledgements acknowledgements) {
    this.talk = acknowledgements.talk;
    this.acknowledgements = acknowledgements;
    this.spaces = spaces;
    this.peers = peers;
    this.repair = repair;
    this.handovers = handovers;
    this.holders = holders;
    this.avoidance = new Avoidance(peers);
    this.formers = new Formers(identity.incarnation());
    this.twins = new Twins(self, identity.incarnation(), peers);
  }

  /** The peer holds another branch of the space, which is not exchanged with it any more. */
  public List<Effect> avoid(String space, HostPort address, String detail) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(address);
    if (peer != null) {
      repair.avoid(peer, space, effects);
    }
    avoidance.avoid(space, address, detail);
    return effects;
  }

  /** The space is exchanged with the peer again. */
  public List<Effect> meet(String space, HostPort address) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(address);
    boolean avoided = peer != null && peer.avoids(space);
    avoidance.meet(space, address);
    handovers.compared(space);
    if (avoided && peer.reachable) {
      repair.compare(peer, effects);
    }
    return effects;
  }

  /** Another state of the space has taken the place of what was there, and is durable. */
  public List<Effect> replaced(String space, VersionVector frontier, Digest digest) {
    List<Effect> effects = new ArrayList<>();
    spaces.replaced(space, frontier, digest);
    holders.replaced(new Message.Row(space, frontier, digest));
    avoidance.replaced(space, effects);
    acknowledgements.replaced(space, effects, nowMillis);
    return effects;
  }

  /** What the space has to say of branches. */
  public List<Effect> say(String space, HostPort to, ForkTalk talk) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    Message.Row ours = spaces.row(space);
    if (talk instanceof ForkTalk.Inner voters) {
      if (peer == null || handovers.mayHold(peer, space)) {
        acknowledgements.onTalk(space, to, voters, effects);
      }
    } else if (peer != null && ours != null) {
      // One that may not hold the space, and hands it over, is told of nothing that it has not.
      VersionVector sayable =
          handovers.mayHold(peer, space)
              ? ours.frontier()
              : handovers.sayable(peer, space, ours.frontier());
      if (sayable == null) {
        sayable = VersionVector.EMPTY;
      }
      if (talk instanceof ForkTalk.Heads heads && heads.answer()) {
        unanswered.putIfAbsent(new Asked(space, to), new Waiting(nowMillis, nowMillis));
      }
      boolean all = sayable.equals(ours.frontier());
      peer.send(new Message.Fork(space, all ? talk : talk.within(sayable)), effects);
    }
    return effects;
  }

  /** How often the peer has come into reach: what it brings is compared anew each time. */
  public int contact(HostPort address) {
    Peer peer = peers.get(address);
    return peer == null ? 0 : peer.contacts;
  }

  /** Which spaces are not exchanged with which peers. */
  public List<ForkView> views() {
    return avoidance.views();
  }

  void onTick(List<Effect> effects, long nowMillis) {
    this.nowMillis = nowMillis;
    twins.onTick(nowMillis);
    avoidance.onTick(nowMillis, effects);
    if (!unanswered.isEmpty()) {
      unanswered.entrySet().removeIf(asked -> isOver(asked, effects));
    }
  }

  /**
   * Asks again, or gives up: whatever waits for the answer will be brought and asked about anew.
   */
  private boolean isOver(Map.Entry<Asked, Waiting> asked, List<Effect> effects) {
    String space = asked.getKey().space();
    HostPort address = asked.getKey().peer();
    long sinceMillis = asked.getValue().sinceMillis();
    Peer peer = peers.get(address);
    if (peer == null || !peer.reachable || nowMillis - sinceMillis > ANSWER_MILLIS_MAX) {
      effects.add(new Effect.ForkHeard(space, address, new ForkTalk.Silent(), Map.of()));
      return true;
    }
    // One that is avoided is asked again by all means.
    if (!peer.avoids(space)
        && nowMillis - asked.getValue().askedMillis() >= Avoidance.COMPARE_MILLIS) {
      asked.setValue(new Waiting(sinceMillis, nowMillis));
      effects.add(new Effect.ForkSuspected(space, address));
    }
    return false;
  }

  /** What is left of a peer's message; null if nothing is. */
  @Nullable Message admitted(Peer peer, Message received, List<Effect> effects) {
    Message message = Avoidance.admitted(peer, received);
    if (message == null && received instanceof Message.Push push) {
      peer.send(new Message.PushAck(push.sequence()), effects);
    } else if (message == null && received instanceof Message.Handover handover) {
      handovers.noteOffer(peer, handover);
    }
    return message;
  }

  /** An answer that the space has no room to hear is asked for again. */
  private void onFork(Peer peer, Message.Fork fork, List<Effect> effects) {
    boolean isHeard = true;
    if (spaces.isHere(fork.space())) {
      // Only how a chain goes on is judged by what others have.
      Map<HostPort, VersionVector> others =
          fork.talk() instanceof ForkTalk.Links ? avoidance.others(fork.space()) : Map.of();
      isHeard =
          talk.tell(new Effect.ForkHeard(fork.space(), peer.address, fork.talk(), others), effects);
    }
    if (isHeard && fork.talk() instanceof ForkTalk.Heads) {
      unanswered.remove(new Asked(fork.space(), peer.address));
    }
  }

  /** The space has heard what {@link Effect.ForkHeard} told it; also if it could do nothing. */
  public void heard(Effect.ForkHeard heard) {
    talk.heard(heard);
  }

  /** The space is here anew, or not any more: what was on its way to it is lost. */
  void reset(String space) {
    talk.reset(space);
  }

  /** True if there is no more to do; a hello goes on to who else wants to know. */
  boolean onMessage(
      Peer peer, Message message, String ownId, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.Hello hello) {
      if (peer.incarnation != hello.incarnation()) {
        peer.contacts++;
        if (peer.incarnation != 0 && peer.nodeId.equals(hello.nodeId())) {
          peer.send(new Message.Former(peer.incarnation), effects);
        }
      }
      twins.onHello(peer, hello, ownId, effects, nowMillis);
      formers.onHello(peer, hello.incarnation(), hello.nodeId(), ownId, effects);
      return false;
    } else if (message instanceof Message.Twin twin) {
      twins.onTwin(peer, twin, ownId, effects, nowMillis);
    } else if (message instanceof Message.Former former) {
      formers.onFormer(peer, former.incarnation(), effects);
    } else if (message instanceof Message.Fork fork) {
      onFork(peer, fork, effects);
    } else {
      return false;
    }
    return true;
  }
}
