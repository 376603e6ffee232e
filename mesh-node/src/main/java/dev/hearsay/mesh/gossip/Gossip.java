package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The gossip of one node: {@link Rumours} carry what is new, and {@link Repair} brings the rest.
 * Peers are whoever answers: configured, learned or just heard from. Not thread-safe.
 */
public final class Gossip {
  /** Most peers; addresses beyond it are ignored. */
  public static final int PEERS_MAX = 1_000;

  private final HostPort self;
  private Message.Hello identity;
  private final GossipSettings settings;
  private final TreeMap<HostPort, Peer> peers = new TreeMap<>();
  private final SpaceBook spaces = new SpaceBook();
  private final AddressBook book;
  private final Rumours rumours;
  private final GossipLimits limits;
  private final Traffic traffic = new Traffic();
  private final Transfers transfers;
  private final Repair repair;
  private final Acknowledgements acknowledgements;
  private final ForkGossip forks;
  private long nextRepairMillis = Long.MIN_VALUE;

  /**
   * A node that knows only itself.
   *
   * @param self the announced address
   * @param identity what it says of itself; its list of addresses is ignored
   */
  public Gossip(HostPort self, Message.Hello identity, GossipSettings settings) {
    this(self, identity, settings, GossipLimits.DEFAULT, space -> VoterView.NONE);
  }

  /** As {@link #Gossip(HostPort, Message.Hello, GossipSettings)}, with limits of its own. */
  public Gossip(
      HostPort self, Message.Hello identity, GossipSettings settings, GossipLimits limits) {
    this(self, identity, settings, limits, space -> VoterView.NONE);
  }

  /**
   * A node that knows only itself.
   *
   * @param voters what this node durably knows of the voters of a space
   */
  public Gossip(
      HostPort self,
      Message.Hello identity,
      GossipSettings settings,
      GossipLimits limits,
      Function<String, VoterView> voters) {
    this.self = self;
    this.book = new AddressBook(self, peers);
    this.limits = limits;
    this.identity = identity;
    this.settings = settings;
    this.rumours = new Rumours(settings, spaces, peers, traffic);
    Wants wants = new Wants(settings);
    this.transfers = new Transfers(settings, limits, traffic, wants, identity.incarnation());
    this.repair = new Repair(settings, spaces, peers, rumours, wants, transfers, limits, traffic);
    this.acknowledgements =
        new Acknowledgements(self, spaces, repair, new Electorate(identity, spaces, peers, voters));
    this.forks = new ForkGossip(self, identity.incarnation(), spaces, peers, repair);
  }

  /** What concerns voters. */
  public Acknowledgements acknowledgements() {
    return acknowledgements;
  }

  /** From now on this node is another one. */
  public void become(String nodeId) {
    identity = new Message.Hello(nodeId, identity.incarnation(), identity.name(), identity.known());
    acknowledgements.become(nodeId);
  }

  /** What concerns branches under one replica, and nodes with one identity. */
  public ForkGossip forks() {
    return forks;
  }

  /** Adds addresses to try that are never forgotten. */
  public void configure(Collection<HostPort> addresses) {
    book.configure(addresses);
  }

  /** Adds addresses to try. */
  public void learn(Collection<HostPort> addresses) {
    book.learn(addresses);
  }

  /** A space is held here from now on. */
  public List<Effect> opened(String space, VersionVector frontier, Digest digest, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    // Also after its journal failed: what was on its way to it then is lost.
    repair.opened(space, effects);
    Set<HostPort> mentionedBy = spaces.opened(space, frontier, digest);
    for (HostPort peer : mentionedBy) {
      repair.want(space, peer, effects, nowMillis);
    }
    acknowledgements.opened(space, effects, nowMillis);
    return effects;
  }

  /** A space is not held here any more, or cannot be read. */
  public List<Effect> closed(String space) {
    List<Effect> effects = new ArrayList<>();
    spaces.closed(space);
    repair.closed(space, effects);
    return effects;
  }

  /** What the space has staged of a transfer, durably; null for nothing. */
  public void mark(String space, StagingReport.@Nullable Mark mark) {
    transfers.in.mark(space, mark);
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
    acknowledgements.published(space, effects, nowMillis);
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
    forgetTheGone(effects, nowMillis);
    forks.onTick(effects, nowMillis);
    repair.onTick(effects, nowMillis);
    acknowledgements.onTick(effects, nowMillis);
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

  private void forgetTheGone(List<Effect> effects, long nowMillis) {
    Iterator<Peer> each = peers.values().iterator();
    while (each.hasNext()) {
      Peer peer = each.next();
      if (peer.knownMillis == Long.MIN_VALUE) {
        peer.knownMillis = nowMillis;
      }
      boolean heard = peer.heardMillis != Long.MIN_VALUE;
      long since = heard ? peer.heardMillis : peer.knownMillis;
      long most = heard ? limits.goneMillis() : limits.unheardMillis();
      if (!peer.configured && !peer.reachable && nowMillis - since > most) {
        each.remove();
        traffic.peersForgotten++;
        effects.add(new Effect.Report(peer.address, Effect.Event.PEER_FORGOTTEN, peer.name));
      }
    }
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
  public List<Effect> onMessage(HostPort from, Message received, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    if (from.equals(self)) {
      return effects;
    }
    book.makeRoom(from);
    learn(List.of(from));
    Peer peer = peers.get(from);
    if (peer == null) {
      return effects;
    }
    peer.hearsay = false;
    heard(peer, effects, nowMillis);
    Message message = forks.admitted(peer, received, effects);
    if (message == null || forks.onMessage(peer, message, identity.nodeId(), effects, nowMillis)) {
      return effects;
    }
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
    } else if (!acknowledgements.onMessage(peer, message, effects, nowMillis)) {
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
      peer.contacts++;
      peer.forgetWindow();
      peer.backMillis = nowMillis;
      repair.forget(peer, effects);
      repair.compare(peer, effects);
    } else if (!peer.reachable) {
      peer.contacts++;
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
    repair.forget(peer, effects);
    effects.add(new Effect.Report(peer.address, Effect.Event.PEER_UNREACHABLE, peer.name));
  }

  private void hello(Peer peer, List<Effect> effects, long nowMillis) {
    peer.helloMillis = nowMillis;
    List<HostPort> known = new ArrayList<>();
    for (Peer other : peers.values()) {
      // Nor of those who are gone: told in turns, they would never be forgotten.
      boolean isAlive =
          !other.nodeId.isEmpty() && nowMillis - other.heardMillis <= limits.mentionMillis();
      if (known.size() < 64 && !other.address.equals(peer.address) && isAlive) {
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
    book.learnHearsay(hello.known());
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
  public List<Effect> served(
      String space, HostPort to, List<EncodedChange> changes, boolean more, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    if (peer != null) {
      repair.served(peer, space, changes, more, effects, nowMillis);
    }
    return effects;
  }

  /** The peer is below the space's floor: this state is for it. */
  public List<Effect> served(
      String space, HostPort to, OutgoingState state, boolean resumes, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    if (peer != null) {
      transfers.served(peer, space, state, resumes, effects, nowMillis);
    }
    return effects;
  }

  /** The pieces that {@link Effect.ReadState} asked for. */
  public List<Effect> read(
      String space,
      HostPort to,
      long transfer,
      List<OutgoingState.EncodedPiece> pieces,
      long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    if (peer != null) {
      transfers.out.read(peer, space, transfer, pieces, effects, nowMillis);
    }
    return effects;
  }

  /** How far the space has staged what {@link Effect.DeliverHead} and its pieces brought. */
  public List<Effect> staged(String space, HostPort from, StagingReport report, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(from);
    if (peer == null) {
      transfers.in.mark(space, report.mark());
    } else {
      repair.staged(peer, space, report, effects, nowMillis);
    }
    return effects;
  }

  /** States on their way in. */
  public List<TransferView> transfers(long nowMillis) {
    return transfers.in.views(nowMillis);
  }

  /** A space had no room to hold so many changes back. */
  public void heldDropped(int changes) {
    traffic.heldDropped += changes;
  }

  /** What limits did so far. */
  public Traffic.Counts traffic() {
    return traffic.counts();
  }

  /** What {@link Effect.Deliver} brought is durable, or brought nothing. */
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
