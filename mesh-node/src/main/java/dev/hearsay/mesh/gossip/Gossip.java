package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The gossip of one node: {@link Rumours} carry what is new, and {@link Repair} brings the rest.
 * Peers are whoever answers: configured, learned or just heard from. Not thread-safe.
 */
public final class Gossip {
  /** Most peers; addresses beyond it are ignored. */
  public static final int PEERS_MAX = 1_000;

  private final HostPort self;
  private final Message.Hello identity;
  private final GossipSettings settings;
  private final TreeMap<HostPort, Peer> peers = new TreeMap<>();
  private final SpaceBook spaces = new SpaceBook();
  private final Rumours rumours;
  private final Repair repair;
  private long nextRepairMillis = Long.MIN_VALUE;

  /**
   * A node that knows only itself.
   *
   * @param self the announced address
   * @param identity what it says of itself; its list of addresses is ignored
   */
  public Gossip(HostPort self, Message.Hello identity, GossipSettings settings) {
    this.self = self;
    this.identity = identity;
    this.settings = settings;
    this.rumours = new Rumours(settings, spaces, peers);
    this.repair = new Repair(settings, spaces, peers, rumours, identity.incarnation());
  }

  /** Adds addresses to try. */
  public void learn(Collection<HostPort> addresses) {
    for (HostPort address : addresses) {
      if (!address.equals(self) && address.port() > 0 && peers.size() < PEERS_MAX) {
        peers.computeIfAbsent(address, Peer::new);
      }
    }
  }

  /** Addresses that a peer names: they give way to whoever speaks. */
  private void learnHearsay(List<HostPort> addresses) {
    for (HostPort address : addresses) {
      if (!peers.containsKey(address)) {
        learn(List.of(address));
        Peer peer = peers.get(address);
        if (peer != null) {
          peer.hearsay = true;
        }
      }
    }
  }

  /** One who speaks does not stay out because a peer has named a thousand who do not. */
  private void makeRoom(HostPort from) {
    if (peers.size() >= PEERS_MAX && !peers.containsKey(from)) {
      peers.values().stream()
          .filter(peer -> peer.hearsay)
          .findFirst()
          .ifPresent(peer -> peers.remove(peer.address));
    }
  }

  /** A space is held here from now on. */
  public List<Effect> opened(String space, VersionVector frontier, Digest digest, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Set<HostPort> mentionedBy = spaces.opened(space, frontier, digest);
    for (HostPort peer : mentionedBy) {
      repair.want(space, peer, effects, nowMillis);
    }
    return effects;
  }

  /**
   * A space has new durable changes.
   *
   * @param minted those that were minted here
   * @param received those that came from peers one by one
   */
  public List<Effect> published(
      String space,
      VersionVector frontier,
      Digest digest,
      List<EncodedChange> minted,
      List<EncodedChange> received,
      long nowMillis) {
    spaces.published(space, frontier, digest);
    List<Effect> effects = new ArrayList<>();
    rumours.published(space, frontier, minted, received, effects, nowMillis);
    return effects;
  }

  /** Time passes. */
  public List<Effect> onTick(long nowMillis, RandomGenerator random) {
    List<Effect> effects = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.reachable && nowMillis - peer.heardMillis > settings.suspectMillis()) {
        lose(peer, effects);
      }
      if (peer.reachable) {
        peer.expireWindow(nowMillis, settings.askAgainMillis());
        if (isDue(peer.helloMillis, settings.helloMillis(), nowMillis)) {
          hello(peer, effects, nowMillis);
        }
      } else if (isDue(peer.probedMillis, settings.probeMillis(), nowMillis)) {
        peer.probedMillis = nowMillis;
        effects.add(new Effect.Probe(peer.address));
      }
    }
    repair.onTick(effects, nowMillis);
    rumours
        .onTick(effects, nowMillis)
        .forEach((space, from) -> repair.want(space, from, effects, nowMillis));
    if (nowMillis >= nextRepairMillis) {
      int spread = settings.repairMillis();
      nextRepairMillis = nowMillis + spread / 2 + random.nextInt(spread);
      List<Peer> reachable = peers.values().stream().filter(peer -> peer.reachable).toList();
      if (!reachable.isEmpty()) {
        repair.compare(reachable.get(random.nextInt(reachable.size())), effects);
      }
    }
    return effects;
  }

  /** The address accepts connections: say hello. */
  public List<Effect> probed(HostPort address, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(address);
    if (peer != null && !peer.reachable) {
      hello(peer, effects, nowMillis);
    }
    return effects;
  }

  /** A message has come. */
  public List<Effect> onMessage(HostPort from, Message message, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    if (from.equals(self)) {
      return effects;
    }
    makeRoom(from);
    learn(List.of(from));
    Peer peer = peers.get(from);
    if (peer == null) {
      return effects;
    }
    peer.hearsay = false;
    heard(peer, effects, nowMillis);
    if (message instanceof Message.Hello hello) {
      onHello(peer, hello, effects);
    } else if (message instanceof Message.Push push) {
      onPush(peer, push, effects, nowMillis);
    } else if (message instanceof Message.PushAck ack) {
      peer.acknowledged(ack.sequence(), nowMillis);
    } else if (message instanceof Message.Frontiers frontiers) {
      rumours.onFrontiers(peer, frontiers, nowMillis);
    } else if (message instanceof Message.Prune prune) {
      rumours.onPrune(peer, prune);
    } else if (message instanceof Message.Graft graft) {
      rumours.onGraft(peer, graft);
    } else {
      if (message instanceof Message.Answer answer) {
        rumours.onAnswer(peer, answer, nowMillis);
      }
      repair.onMessage(peer, message, effects, nowMillis);
    }
    return effects;
  }

  private void heard(Peer peer, List<Effect> effects, long nowMillis) {
    boolean paused = peer.reachable && nowMillis - peer.heardMillis > settings.pauseMillis();
    peer.heardMillis = nowMillis;
    if (paused) {
      // Too short to be given up, long enough to have lost something: what was asked will not be
      // answered, and what was pushed not be acknowledged.
      peer.forgetWindow();
      peer.backMillis = nowMillis;
      repair.forget(peer);
      repair.compare(peer, effects);
    } else if (!peer.reachable) {
      peer.reachable = true;
      peer.backMillis = nowMillis;
      rumours.peerUp(peer);
      effects.add(new Effect.Report(peer.address, Effect.Event.PEER_REACHABLE, peer.name));
      hello(peer, effects, nowMillis);
      // At once, not at the next interval: something was probably missed.
      repair.compare(peer, effects);
    }
  }

  private void lose(Peer peer, List<Effect> effects) {
    peer.reachable = false;
    peer.forgetWindow();
    rumours.peerDown(peer);
    repair.forget(peer);
    effects.add(new Effect.Report(peer.address, Effect.Event.PEER_UNREACHABLE, peer.name));
  }

  private void hello(Peer peer, List<Effect> effects, long nowMillis) {
    peer.helloMillis = nowMillis;
    List<HostPort> known = new ArrayList<>();
    for (Peer other : peers.values()) {
      if (known.size() < 64 && !other.address.equals(peer.address) && !other.nodeId.isEmpty()) {
        known.add(other.address);
      }
    }
    peer.send(
        new Message.Hello(identity.nodeId(), identity.incarnation(), identity.name(), known),
        effects);
  }

  private void onHello(Peer peer, Message.Hello hello, List<Effect> effects) {
    if (peer.incarnation != hello.incarnation()) {
      // Another process: it knows nothing of the old one's pushes, and may have lost its disk.
      peer.forgetWindow();
      peer.forgetFrontiers();
      rumours.peerDown(peer);
      rumours.peerUp(peer);
      if (peer.incarnation != 0) {
        repair.compare(peer, effects);
      }
    }
    peer.nodeId = hello.nodeId();
    peer.name = hello.name();
    peer.incarnation = hello.incarnation();
    learnHearsay(hello.known());
  }

  private void onPush(Peer peer, Message.Push push, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(push.space())) {
      spaces.mention(push.space(), peer.address);
      peer.send(new Message.PushAck(push.sequence()), effects);
      return;
    }
    rumours.onPush(peer, push, effects, nowMillis);
    effects.add(
        new Effect.Deliver(
            push.space(), peer.address, new Effect.PushReceipt(push.sequence()), push.changes()));
  }

  /** The space has these changes for the peer, as {@link Effect.Serve} asked. */
  public List<Effect> served(String space, HostPort to, List<EncodedChange> changes, boolean more) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    if (peer != null) {
      repair.served(peer, space, changes, more, effects);
    }
    return effects;
  }

  /** The peer is below the space's floor: this diff is for it. */
  public List<Effect> served(String space, HostPort to, TransferBytes diff, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    if (peer != null) {
      repair.served(peer, space, diff, effects, nowMillis);
    }
    return effects;
  }

  /**
   * What {@link Effect.Deliver} or {@link Effect.DeliverDiff} brought is durable, or brought
   * nothing.
   */
  public List<Effect> delivered(
      String space, HostPort from, Effect.Receipt receipt, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(from);
    if (peer == null) {
      return effects;
    }
    if (receipt instanceof Effect.PushReceipt push) {
      peer.send(new Message.PushAck(push.sequence()), effects);
    } else if (receipt instanceof Effect.AnswerReceipt answer) {
      repair.delivered(peer, space, answer.then(), effects, nowMillis);
    }
    return effects;
  }

  /** The peers, by address. */
  public List<PeerView> peers() {
    List<PeerView> views = new ArrayList<>();
    for (Peer peer : peers.values()) {
      views.add(peer.view(spaces.lag(peer.frontiers)));
    }
    return views;
  }

  private static boolean isDue(long lastMillis, long everyMillis, long nowMillis) {
    return lastMillis == Long.MIN_VALUE || nowMillis - lastMillis >= everyMillis;
  }
}
