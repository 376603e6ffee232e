package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
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
  private final PeerBook book;
  private final Peers peers;
  private final Placements placements;
  private final SpaceBook spaces;
  private final Borders borders;
  private final Rumours rumours;
  private final Handovers handovers;
  private final Holders holders;
  private final Traffic traffic = new Traffic();
  private final Undelivered undelivered;
  private final Transfers transfers;
  private final Repair repair;
  private final Introductions introductions;
  private final Reach reach;
  private final Acknowledgements acknowledgements;
  private final ForkGossip forks;
  private final Books books;
  private long nextRepairMillis = Long.MIN_VALUE;

  /** A node that knows only itself, and to which every space lives everywhere. */
  public Gossip(HostPort self, Message.Hello identity, GossipSettings settings) {
    this(self, identity, settings, GossipLimits.DEFAULT, space -> VoterView.NONE, null);
  }

  /** As {@link #Gossip(HostPort, Message.Hello, GossipSettings)}, with limits of its own. */
  public Gossip(
      HostPort self, Message.Hello identity, GossipSettings settings, GossipLimits limits) {
    this(self, identity, settings, limits, space -> VoterView.NONE, null);
  }

  /**
   * A node that knows only itself, and is reached at {@code self}.
   *
   * @param identity what it says of itself; its list of addresses is ignored
   * @param voters what this node durably knows of the voters of a space
   * @param roles by which spaces are placed: nothing is said of a space before {@link #placed};
   *     null for a node to which every space lives everywhere
   */
  public Gossip(
      HostPort self,
      Message.Hello identity,
      GossipSettings settings,
      GossipLimits limits,
      Function<String, VoterView> voters,
      @Nullable Set<String> roles) {
    this.self = self;
    this.identity = identity;
    this.settings = settings;
    this.book = new PeerBook(self, limits, traffic);
    this.peers = book.peers;
    this.undelivered = new Undelivered(limits, traffic);
    this.placements = new Placements(identity.name(), roles);
    this.spaces = new SpaceBook(placements, traffic);
    this.borders = new Borders(placements, spaces, limits, traffic);
    this.rumours = new Rumours(self, settings, spaces, placements, peers, traffic);
    this.handovers = new Handovers(settings, placements, spaces, peers);
    Wants wants = new Wants(settings);
    this.transfers = new Transfers(settings, limits, traffic, wants, identity.incarnation());
    this.repair =
        new Repair(
            settings,
            spaces,
            peers,
            rumours,
            handovers,
            placements,
            wants,
            transfers,
            limits,
            traffic,
            undelivered);
    this.introductions =
        new Introductions(identity, limits, placements, peers, rumours, repair, handovers);
    this.reach =
        new Reach(identity.mesh(), settings, book, borders, introductions, rumours, repair);
    Electorate electorate = new Electorate(identity, spaces, peers, voters, traffic);
    BranchChecks checks = new BranchChecks(electorate);
    this.holders = new Holders(identity.nodeId(), placements, spaces, peers.values(), checks);
    this.acknowledgements = new Acknowledgements(self, spaces, repair, electorate, checks);
    this.forks =
        new ForkGossip(self, identity, spaces, peers, repair, handovers, holders, acknowledgements);
    this.books = new Books(self, borders, placements, peers, identity.incarnation(), settings);
  }

  /** What is known of all others. */
  public Books books() {
    return books;
  }

  /** What concerns voters. */
  public Acknowledgements acknowledgements() {
    return acknowledgements;
  }

  /** Nodes of other meshes. */
  public Outsiders outsiders() {
    return reach.outsiders;
  }

  /** From now on this node is another one. */
  public void become(String nodeId) {
    identity = introductions.become(nodeId);
    holders.become(nodeId);
    acknowledgements.become(nodeId);
  }

  /** What concerns branches under one replica, and nodes with one identity. */
  public ForkGossip forks() {
    return forks;
  }

  /** Who may hold what. */
  public Holders holders() {
    return holders;
  }

  /** Adds addresses to try that are never forgotten. */
  public void configure(Collection<HostPort> addresses) {
    book.configure(addresses, borders);
  }

  /** Adds addresses to try. */
  public void learn(Collection<HostPort> addresses) {
    book.learn(addresses, borders);
  }

  /** A space is held here from now on. */
  public List<Effect> opened(String space, VersionVector frontier, Digest digest, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    // Also after its journal failed: what was on its way to it then is lost.
    repair.opened(space, effects);
    undelivered.reset(space);
    forks.reset(space);
    spaces.published(space, frontier, digest);
    wantFromMentioned(space, effects, nowMillis);
    acknowledgements.opened(space, effects, nowMillis);
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
      handovers.placed(space);
      holders.placed(space);
      if (!spaces.isOpen(space)) {
        // It is not fetched here any more.
        repair.opened(space, effects);
      }
      wantFromMentioned(space, effects, nowMillis);
    }
    return effects;
  }

  /** What {@link Effect.Purge} asked for is not done: the space is here as it was. */
  public List<Effect> stays(String space, VersionVector frontier, Digest digest, long nowMillis) {
    handovers.stays(space, nowMillis);
    List<Effect> effects = new ArrayList<>(opened(space, frontier, digest, nowMillis));
    acknowledgements.stays(space, effects);
    return effects;
  }

  /** A space is not held here any more, or cannot be read. */
  public List<Effect> closed(String space) {
    List<Effect> effects = new ArrayList<>();
    spaces.closed(space);
    if (handovers.closed(space)) {
      holders.handedOver(space);
    }
    books.closed(space);
    undelivered.reset(space);
    forks.reset(space);
    repair.closed(space, effects);
    return effects;
  }

  /** Nothing is compared while it is found out what is held here: all would seem to be missing. */
  public List<Effect> learning(boolean now) {
    List<Effect> effects = new ArrayList<>();
    repair.paused = now;
    if (!now) {
      peers.values().stream()
          .filter(peer -> peer.reachable)
          .forEach(peer -> repair.compare(peer, effects));
    }
    return effects;
  }

  /** What the space has staged of a transfer, durably; null for nothing. */
  public void mark(String space, StagingReport.@Nullable Mark mark) {
    transfers.in.mark(space, mark);
  }

  /** A node that does not hold the space has handed in a change; it is being journaled. */
  public void adopted(String space, EncodedChange change, HostPort from, long nowMillis) {
    if (spaces.isOpen(space)) {
      rumours.adopt(space, change, from, nowMillis);
    }
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
    books.published(space);
    List<Effect> effects = new ArrayList<>();
    if (spaces.isOpen(space)) {
      rumours.published(space, frontier, minted, received, effects, nowMillis);
      acknowledgements.published(space, effects, nowMillis);
      handovers.published(space, holders::isLeaving, effects);
    }
    return effects;
  }

  /** Time passes. */
  public List<Effect> onTick(long nowMillis, RandomGenerator random) {
    List<Effect> effects = new ArrayList<>();
    reach.onTick(effects, nowMillis);
    forks.onTick(effects, nowMillis);
    book.forgetTheGone(reach.isToAll(), effects, nowMillis);
    repair.onTick(effects, nowMillis);
    acknowledgements.onTick(effects, nowMillis);
    handovers.onTick(effects, nowMillis);
    books.onTick(effects, nowMillis);
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
      introductions.hello(peer, effects, nowMillis);
    }
    return effects;
  }

  /** A message has come. */
  public List<Effect> onMessage(HostPort from, Message received, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = from.equals(self) ? null : reach.admit(from, received, effects, nowMillis);
    Message admitted = peer == null ? null : borders.admit(peer, received, effects);
    if (peer != null && admitted != null) {
      take(peer, admitted, effects, nowMillis);
    }
    return effects;
  }

  private void take(Peer peer, Message received, List<Effect> effects, long nowMillis) {
    Message message = forks.admitted(peer, received, effects);
    if (message == null || forks.onMessage(peer, message, identity.nodeId(), effects, nowMillis)) {
      return;
    }
    if (message instanceof Message.Hello hello) {
      introductions.onHello(peer, hello, effects);
      book.learnHearsay(peer, hello.known(), borders);
    } else if (message instanceof Message.Push push) {
      onPush(peer, push, effects, nowMillis);
    } else if (message instanceof Message.Roles roles) {
      introductions.onRoles(peer, roles, effects);
    } else if (message instanceof Message.Handover handover) {
      if (handovers.onHandover(peer, handover, holders.isLeaving(), effects)) {
        repair.want(handover.space(), peer.address, effects, nowMillis);
      }
    } else if (message instanceof Message.Covered covered) {
      holders.onCovered(peer, covered);
      handovers.onCovered(peer, covered, acknowledgements, effects, nowMillis);
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
    } else if (!holders.onMessage(peer, message)
        && !books.onMessage(peer, message, effects, nowMillis)
        && !acknowledgements.onMessage(peer, message, effects, nowMillis)) {
      if (!repair.paused
          || message instanceof Message.Want
          || message instanceof Message.Answer
          || message instanceof Message.Transfer) {
        repair.onMessage(peer, message, effects, nowMillis);
      }
    }
  }

  private void onPush(Peer peer, Message.Push push, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(push.space())) {
      spaces.mention(push.space(), peer.address);
      peer.send(new Message.PushAck(push.sequence()), effects);
      return;
    }
    if (undelivered.admits(peer.address, push.changes(), effects)) {
      rumours.onPush(peer, push, effects, nowMillis);
      effects.add(undelivered.push(push, peer.address));
    }
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
      repair.served(peer, space, state, resumes, effects, nowMillis);
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
      transfers.in.staged(space, from, report, effects, nowMillis);
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
    undelivered.done(space, from, receipt.weight());
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
    return peers.values().stream().map(peer -> peer.view(spaces.lag(peer))).toList();
  }
}
