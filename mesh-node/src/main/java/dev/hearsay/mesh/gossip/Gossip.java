package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
  private final Message.Hello identity;
  private final GossipSettings settings;
  private final TreeMap<HostPort, Peer> peers = new TreeMap<>();
  private final Placements placements;
  private final SpaceBook spaces;
  private final Borders borders;
  private final Rumours rumours;
  private final Handovers handovers;
  private final Repair repair;
  private long nextRepairMillis = Long.MIN_VALUE;

  /** A node that knows only itself, and to which every space lives everywhere. */
  public Gossip(HostPort self, Message.Hello identity, GossipSettings settings) {
    this(self, identity, settings, null);
  }

  /**
   * A node that knows only itself.
   *
   * @param self the announced address
   * @param identity what it says of itself; its list of addresses is ignored
   * @param roles by which spaces are placed: nothing is said of a space before {@link #placed}.
   *     Null for a node to which every space lives everywhere.
   */
  public Gossip(
      HostPort self, Message.Hello identity, GossipSettings settings, @Nullable Set<String> roles) {
    this.self = self;
    this.identity = identity;
    this.settings = settings;
    this.placements = new Placements(identity.name(), roles);
    this.spaces = new SpaceBook(placements);
    this.borders = new Borders(placements, spaces);
    this.rumours = new Rumours(settings, spaces, placements, peers);
    this.handovers = new Handovers(settings, placements, spaces, peers);
    this.repair =
        new Repair(settings, spaces, peers, rumours, handovers, placements, identity.incarnation());
  }

  /** Adds addresses to try. */
  public void learn(Collection<HostPort> addresses) {
    for (HostPort address : addresses) {
      if (!address.equals(self) && address.port() > 0 && peers.size() < PEERS_MAX) {
        peers.computeIfAbsent(address, peer -> new Peer(peer, borders));
      }
    }
  }

  /** A space is held here from now on. */
  public List<Effect> opened(String space, VersionVector frontier, Digest digest, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    spaces.published(space, frontier, digest);
    wantFromMentioned(space, effects, nowMillis);
    return effects;
  }

  private void wantFromMentioned(String space, List<Effect> effects, long nowMillis) {
    if (spaces.isOpen(space)) {
      for (HostPort peer : spaces.takeMentions(space)) {
        repair.want(space, peer, effects, nowMillis);
      }
    }
  }

  /** Where the space may live; durable here. */
  public List<Effect> placed(String space, Placement placement, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    if (!placement.equals(placements.of(space))) {
      placements.put(space, placement);
      spaces.placed(space);
      handovers.hurry();
      wantFromMentioned(space, effects, nowMillis);
    }
    return effects;
  }

  /** The space is not here any more. */
  public void closed(String space) {
    spaces.closed(space);
  }

  /** A node that does not hold the space has handed in a change; it is being journaled. */
  public void adopted(String space, EncodedChange change, HostPort from, long nowMillis) {
    if (spaces.isOpen(space)) {
      rumours.adopt(space, change, from, nowMillis);
    }
  }

  /** Peers in reach that may hold the space, by address. */
  public List<HostPort> holders(String space) {
    return peers.values().stream()
        .filter(peer -> peer.reachable && placements.mayHold(peer, space))
        .map(peer -> peer.address)
        .toList();
  }

  /** Who is known to have durably what these frontiers cover, space by space. */
  public List<Coverage> coverage(Map<String, VersionVector> targets) {
    List<Coverage> coverage = new ArrayList<>();
    targets.forEach(
        (space, target) -> {
          Set<String> having = new HashSet<>();
          List<String> lacking = new ArrayList<>();
          for (Peer peer : peers.values()) {
            if (!placements.mayHold(peer, space) || peer.nodeId.isEmpty()) {
              continue;
            }
            VersionVector has = peer.frontiers.getOrDefault(space, VersionVector.EMPTY);
            if (!peer.reachable) {
              lacking.add(peer.name + " (silent)");
            } else if (has.covers(target)) {
              having.add(peer.nodeId);
            } else {
              lacking.add(peer.name);
            }
          }
          coverage.add(new Coverage(space, having.size(), lacking));
        });
    return coverage;
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
    if (spaces.isOpen(space)) {
      rumours.published(space, frontier, minted, received, effects, nowMillis);
    }
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
    handovers.onTick(effects, nowMillis);
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
    learn(List.of(from));
    Peer peer = peers.get(from);
    if (peer == null) {
      return effects;
    }
    heard(peer, effects, nowMillis);
    Message admitted = borders.admit(peer, message, effects);
    if (admitted != null) {
      take(peer, admitted, effects, nowMillis);
    }
    return effects;
  }

  private void take(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    if (message instanceof Message.Hello hello) {
      onHello(peer, hello, effects);
    } else if (message instanceof Message.Push push) {
      onPush(peer, push, effects, nowMillis);
    } else if (message instanceof Message.Roles roles) {
      onRoles(peer, roles, effects);
    } else if (message instanceof Message.Handover handover) {
      if (!spaces.isOpen(handover.space())) {
        spaces.mention(handover.space(), peer.address);
      } else if (handovers.onHandover(peer, handover, effects)) {
        repair.want(handover.space(), peer.address, effects, nowMillis);
      }
    } else if (message instanceof Message.Covered covered) {
      handovers.onCovered(peer, covered, effects);
    } else if (message instanceof Message.PruneIn prune) {
      rumours.onPrune(peer, prune);
    } else if (message instanceof Message.GraftIn graft) {
      rumours.onGraft(peer, graft);
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
    if (!peer.knowsRoles) {
      sayRoles(peer, /* ask= */ true, effects);
    }
  }

  private void sayRoles(Peer peer, boolean ask, List<Effect> effects) {
    Set<String> roles = placements.roles();
    if (roles != null) {
      List<String> ascending = roles.stream().sorted().toList();
      peer.send(new Message.Roles(identity.incarnation(), ascending, ask), effects);
    }
  }

  private void onRoles(Peer peer, Message.Roles said, List<Effect> effects) {
    if (peer.incarnation == 0 || said.incarnation() != peer.incarnation) {
      return; // of another process than the one that said hello; it says it again with the next
    }
    Set<String> roles = Set.copyOf(said.roles());
    boolean isNew = !roles.equals(peer.roles) || (!peer.knowsRoles && !said.ask());
    peer.roles = roles;
    if (said.ask()) {
      sayRoles(peer, /* ask= */ false, effects);
    } else {
      peer.knowsRoles = true;
    }
    if (isNew && peer.knowsRoles) {
      // Only now is there anything to compare of spaces that do not live everywhere.
      handovers.hurry();
      repair.compare(peer, effects);
    }
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
    learn(hello.known());
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
      views.add(peer.view(spaces.lag(peer)));
    }
    return views;
  }

  private static boolean isDue(long lastMillis, long everyMillis, long nowMillis) {
    return lastMillis == Long.MIN_VALUE || nowMillis - lastMillis >= everyMillis;
  }
}
