package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The gossip of one node. A writer pushes its changes to every peer it can reach; everything else
 * is repair: two nodes compare the sums of their spaces' digests, then row by row, and whoever
 * lacks something asks for it with its frontier (Demers et al. 1987). Peers are whoever answers:
 * configured, learned or just heard from. Not thread-safe.
 */
public final class Gossip {
  /** Most peers; addresses beyond it are ignored. */
  public static final int PEERS_MAX = 1_000;

  private final HostPort self;
  private final Message.Hello identity;
  private final GossipSettings settings;
  private final TreeMap<HostPort, Peer> peers = new TreeMap<>();
  private final SpaceBook spaces = new SpaceBook();
  private final Wants wants;
  private final Transfers transfers;
  private final RowLimits rowLimits;
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
    this.wants = new Wants(settings);
    this.transfers = new Transfers(settings, identity.incarnation());
    this.rowLimits = new RowLimits(settings.rowsPerMessage());
  }

  /** Adds addresses to try. */
  public void learn(Collection<HostPort> addresses) {
    for (HostPort address : addresses) {
      if (!address.equals(self) && address.port() > 0 && peers.size() < PEERS_MAX) {
        peers.computeIfAbsent(address, Peer::new);
      }
    }
  }

  /** A space is held here from now on. */
  public List<Effect> opened(String space, VersionVector frontier, Digest digest, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Set<HostPort> mentionedBy = spaces.opened(space, frontier, digest);
    for (HostPort peer : mentionedBy) {
      want(space, peer, effects, nowMillis);
    }
    return effects;
  }

  /**
   * A space has new durable changes.
   *
   * @param minted those that were minted here: they are pushed to all peers within reach
   */
  public List<Effect> published(
      String space,
      VersionVector frontier,
      Digest digest,
      List<EncodedChange> minted,
      long nowMillis) {
    spaces.published(space, frontier, digest);
    List<Effect> effects = new ArrayList<>();
    if (minted.isEmpty()) {
      return effects;
    }
    List<List<EncodedChange>> batches = ChangeBatches.of(minted, ChangeBatches.PUSH_BYTES);
    for (Peer peer : peers.values()) {
      if (peer.reachable) {
        peer.push(space, batches, settings, nowMillis).forEach(push -> send(peer, push, effects));
      }
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
    tellFrontiers(effects);
    transfers.expire(nowMillis);
    wants.expire(nowMillis).forEach(ask -> transfers.giveUp(ask.space()));
    effects.addAll(transfers.resume(nowMillis));
    askNext(effects, nowMillis);
    if (nowMillis >= nextRepairMillis) {
      int spread = settings.repairMillis();
      nextRepairMillis = nowMillis + spread / 2 + random.nextInt(spread);
      List<Peer> reachable = peers.values().stream().filter(peer -> peer.reachable).toList();
      if (!reachable.isEmpty()) {
        Peer peer = reachable.get(random.nextInt(reachable.size()));
        send(peer, new Message.Summary(spaces.total()), effects);
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
    if (message instanceof Message.Hello hello) {
      onHello(peer, hello, effects);
    } else if (message instanceof Message.Push push) {
      onPush(peer, push, effects);
    } else if (message instanceof Message.PushAck ack) {
      peer.acknowledged(ack.sequence(), nowMillis);
    } else if (message instanceof Message.Summary summary) {
      onSummary(peer, summary, effects);
    } else if (message instanceof Message.Rows rows) {
      onRows(peer, rows, effects, nowMillis);
    } else if (message instanceof Message.Frontiers frontiers) {
      frontiers.rows().forEach(row -> has(peer, row.space(), row.frontier()));
    } else if (message instanceof Message.Want want) {
      onWant(peer, want, effects);
    } else if (message instanceof Message.Answer answer) {
      onAnswer(peer, answer, effects, nowMillis);
    } else if (message instanceof Message.StatePiece piece) {
      onPiece(peer, piece, effects, nowMillis);
    } else if (message instanceof Message.WantPieces want) {
      transfers.more(peer.address, want, nowMillis).forEach(piece -> send(peer, piece, effects));
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
      wants.forget(peer.address);
      transfers.forget(peer.address);
      send(peer, new Message.Summary(spaces.total()), effects);
    } else if (!peer.reachable) {
      peer.reachable = true;
      effects.add(new Effect.Report(peer.address, Effect.Event.PEER_REACHABLE, peer.name));
      hello(peer, effects, nowMillis);
      // At once, not at the next interval: something was probably missed.
      send(peer, new Message.Summary(spaces.total()), effects);
    }
  }

  private void lose(Peer peer, List<Effect> effects) {
    peer.reachable = false;
    peer.forgetWindow();
    wants.forget(peer.address);
    transfers.forget(peer.address);
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
    send(
        peer,
        new Message.Hello(identity.nodeId(), identity.incarnation(), identity.name(), known),
        effects);
  }

  private void onHello(Peer peer, Message.Hello hello, List<Effect> effects) {
    if (peer.incarnation != hello.incarnation()) {
      // Another process: it knows nothing of the old one's pushes, and may have lost its disk.
      peer.forgetWindow();
      peer.frontiers.clear();
      if (peer.incarnation != 0) {
        send(peer, new Message.Summary(spaces.total()), effects);
      }
    }
    peer.nodeId = hello.nodeId();
    peer.name = hello.name();
    peer.incarnation = hello.incarnation();
    learn(hello.known());
  }

  private void onPush(Peer peer, Message.Push push, List<Effect> effects) {
    if (!spaces.isOpen(push.space())) {
      spaces.mention(push.space(), peer.address);
      send(peer, new Message.PushAck(push.sequence()), effects);
      return;
    }
    for (EncodedChange change : push.changes()) {
      peer.has(push.space(), VersionVector.EMPTY.with(change.change().replica(), change.last()));
    }
    effects.add(
        new Effect.Deliver(
            push.space(), peer.address, new Effect.PushReceipt(push.sequence()), push.changes()));
  }

  private void onSummary(Peer peer, Message.Summary summary, List<Effect> effects) {
    if (summary.total().equals(spaces.total())) {
      spaces.forEach((space, row) -> peer.has(space, row.frontier()));
      return;
    }
    sendRows(peer, spaces.rows(), /* answer= */ false, effects);
  }

  private void onRows(Peer peer, Message.Rows rows, List<Effect> effects, long nowMillis) {
    List<Message.Row> theyLack = new ArrayList<>();
    for (Message.Row theirs : rows.rows()) {
      Message.Row ours = spaces.row(theirs.space());
      if (ours == null) {
        spaces.mention(theirs.space(), peer.address);
        continue;
      }
      peer.has(theirs.space(), theirs.frontier());
      if (ours.frontier().equals(theirs.frontier())) {
        if (peer.hasDiverged(ours, theirs)) {
          String detail = "space '" + ours.space() + "' at " + ours.frontier();
          effects.add(new Effect.Report(peer.address, Effect.Event.DIVERGED, detail));
        }
        continue;
      }
      if (!ours.frontier().covers(theirs.frontier())) {
        want(theirs.space(), peer.address, effects, nowMillis);
      }
      if (!rows.answer() && !theirs.frontier().covers(ours.frontier())) {
        theyLack.add(ours);
      }
    }
    if (!rows.answer()) {
      Set<String> named = new HashSet<>();
      rows.rows().forEach(row -> named.add(row.space()));
      // A message without all of a large node's rows says nothing of those it leaves out.
      if (!rowLimits.isFull(rows.rows())) {
        for (Message.Row ours : spaces.rows()) {
          if (!named.contains(ours.space())) {
            theyLack.add(ours);
          }
        }
      }
      sendRows(peer, theyLack, /* answer= */ true, effects);
    }
  }

  /** Notes it of spaces that are held here: what a peer may name is without bounds. */
  private void has(Peer peer, String space, VersionVector frontier) {
    if (spaces.isOpen(space)) {
      peer.has(space, frontier);
    }
  }

  private void sendRows(Peer peer, List<Message.Row> rows, boolean answer, List<Effect> effects) {
    for (List<Message.Row> part : rowLimits.split(rows)) {
      send(peer, new Message.Rows(part, answer), effects);
    }
    if (rows.isEmpty() && !answer) {
      send(peer, new Message.Rows(List.of(), /* answer= */ false), effects);
    }
  }

  private void onWant(Peer peer, Message.Want want, List<Effect> effects) {
    if (spaces.isOpen(want.space())) {
      peer.has(want.space(), want.frontier());
      effects.add(
          new Effect.Serve(want.space(), peer.address, want.frontier(), settings.answerBytes()));
    }
  }

  /** The space has these changes for the peer, as {@link Effect.Serve} asked. */
  public List<Effect> served(String space, HostPort to, List<EncodedChange> changes, boolean more) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    if (peer == null) {
      return effects;
    }
    List<List<EncodedChange>> pieces = ChangeBatches.of(changes, OutgoingTransfer.PIECE_BYTES);
    List<EncodedChange> last = pieces.remove(pieces.size() - 1);
    for (List<EncodedChange> piece : pieces) {
      send(peer, new Message.Answer(space, piece, Message.Then.WAIT), effects);
    }
    Message.Then then = more ? Message.Then.ASK_AGAIN : Message.Then.DONE;
    send(peer, new Message.Answer(space, last, then), effects);
    return effects;
  }

  /** The peer is below the space's floor: this diff is for it. */
  public List<Effect> served(String space, HostPort to, TransferBytes diff, long nowMillis) {
    List<Effect> effects = new ArrayList<>();
    Peer peer = peers.get(to);
    if (peer != null) {
      transfers.begin(to, space, diff, nowMillis).forEach(piece -> send(peer, piece, effects));
    }
    return effects;
  }

  private void onAnswer(Peer peer, Message.Answer answer, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(answer.space())) {
      return;
    }
    wants.answered(answer.space(), nowMillis);
    effects.add(
        new Effect.Deliver(
            answer.space(),
            peer.address,
            new Effect.AnswerReceipt(answer.then()),
            answer.changes()));
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
      send(peer, new Message.PushAck(push.sequence()), effects);
    } else if (receipt instanceof Effect.AnswerReceipt answer) {
      switch (answer.then()) {
        case WAIT -> {}
        case ASK_AGAIN -> {
          Message.Row row = spaces.row(space);
          if (row != null && wants.goOn(space, from, row.frontier(), nowMillis)) {
            send(peer, new Message.Want(space, row.frontier()), effects);
          }
        }
        case DONE -> {
          wants.done(space, from);
          askNext(effects, nowMillis);
        }
      }
    }
    return effects;
  }

  private void want(String space, HostPort from, List<Effect> effects, long nowMillis) {
    wants.want(space, from);
    askNext(effects, nowMillis);
  }

  private void askNext(List<Effect> effects, long nowMillis) {
    for (Wants.Ask ask : wants.next(nowMillis)) {
      Peer peer = peers.get(ask.from());
      Message.Row row = spaces.row(ask.space());
      if (peer == null || row == null || !peer.reachable) {
        wants.done(ask.space(), ask.from());
      } else {
        wants.sent(ask.space(), row.frontier());
        send(peer, new Message.Want(ask.space(), row.frontier()), effects);
      }
    }
  }

  private void onPiece(Peer peer, Message.StatePiece piece, List<Effect> effects, long nowMillis) {
    if (!spaces.isOpen(piece.space()) || !wants.isAsked(piece.space(), peer.address)) {
      return;
    }
    wants.answered(piece.space(), nowMillis);
    transfers.take(peer.address, piece, nowMillis).ifPresent(effects::add);
  }

  private void tellFrontiers(List<Effect> effects) {
    List<Message.FrontierRow> moved = spaces.takeMoved(rowLimits);
    if (moved.isEmpty()) {
      return;
    }
    for (Peer peer : peers.values()) {
      if (peer.reachable) {
        send(peer, new Message.Frontiers(moved), effects);
      }
    }
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

  private static void send(Peer peer, Message message, List<Effect> effects) {
    effects.add(new Effect.Send(peer.address, message));
  }
}
