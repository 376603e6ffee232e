package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.Comparator;
import java.util.List;

/**
 * Tells peers, now and then, which frontiers moved: the what-I-have digests of Plumtree. Few are
 * told all at once. Many are told in turns, each what moved since its last, so that a node says
 * about the same however many others there are (the small active views of HyParView, Leitão et al.
 * 2007, have the same reason); every node has an order of its own, so that somebody who has a
 * change tells it to one who lacks it in nearly every round. One that answers nothing is told less
 * and less often. Not thread-safe.
 */
final class Announcements {
  /** Told to a peer that says nothing but that it lives, in bytes; then each after a pause. */
  static final long UNANSWERED_BYTES_MAX = RowLimits.BYTES_MAX;

  /** Told in one round, where not all are. */
  static final int PEERS_AT_ONCE = 4;

  /** Rounds until it is a peer's turn again, at most: with very many, more are told in each. */
  static final int TURNS_MAX = 16;

  /** The pause doubles so often. */
  private static final int STALLS_MAX = 6;

  private static final long NEVER = -1;

  /** What one peer was told since it last answered. */
  static final class Window {
    private long bytes;
    private int stalls;
    private long untilMillis = Long.MIN_VALUE;

    /** The last round of which it was told what moved until then; before the first, nothing. */
    private long told = NEVER;

    /** The peer has said something that shows more than that it lives. */
    void answered() {
      bytes = 0;
      stalls = 0;
      untilMillis = Long.MIN_VALUE;
    }

    /** Whether it is told so many bytes now. */
    boolean take(long size, int pauseMillis, long nowMillis) {
      if (bytes < UNANSWERED_BYTES_MAX) {
        bytes += size;
        return true;
      }
      if (nowMillis < untilMillis) {
        return false;
      }
      untilMillis = nowMillis + ((long) pauseMillis << stalls);
      stalls = Math.min(stalls + 1, STALLS_MAX);
      return true;
    }
  }

  private final HostPort here;
  private final GossipSettings settings;
  private final Placements placements;
  private final Peers peers;
  private final Traffic traffic;
  private final RecentMoves moves;

  /** All peers, in an order that no other node has. */
  private List<Peer> order = List.of();

  /** How many peers had come and gone when they were put in order. */
  private long orderedAt = -1;

  /** Whose turn it is next in that order. */
  private int next;

  private long nextMillis = Long.MIN_VALUE;

  Announcements(
      HostPort here,
      GossipSettings settings,
      SpaceBook spaces,
      Placements placements,
      Peers peers,
      Traffic traffic) {
    this.here = here;
    this.settings = settings;
    this.placements = placements;
    this.peers = peers;
    this.traffic = traffic;
    // One whose place in the order changes may wait for nearly two turns.
    this.moves = new RecentMoves(spaces, new RowLimits(settings.rowsPerMessage()), 2 * TURNS_MAX);
  }

  /** Tells those whose turn it is what moved since they were last told. */
  void onTick(List<Effect> effects, long nowMillis) {
    if (nowMillis < nextMillis) {
      return;
    }
    nextMillis = nowMillis + settings.announceMillis();
    long before = moves.number();
    moves.next();
    // What all were told in the round before is one message for all, which is nearly always so.
    long shared = before;
    List<Message.Frontiers> sharedParts = messages(shared);
    for (Peer peer : inTurn()) {
      if (peer.reachable) {
        long told = told(peer, before);
        if (told != shared) {
          shared = told;
          sharedParts = messages(shared);
        }
        sharedParts.forEach(part -> tell(peer, part, effects, nowMillis));
      }
      // One that was out of reach is compared with when it is back.
      peer.announced.told = moves.number();
    }
  }

  /** One that is new was compared with when it came: since then it was not its turn. */
  private long told(Peer peer, long before) {
    boolean never = peer.announced.told == NEVER;
    return never ? Math.max(0, before - turns() + 1) : peer.announced.told;
  }

  private List<Message.Frontiers> messages(long after) {
    List<List<Message.FrontierRow>> parts = moves.after(after);
    // Of a quiet mesh this is all that ever happens, ten times a second.
    return parts.isEmpty() ? List.of() : parts.stream().map(Message.Frontiers::new).toList();
  }

  /** How many are told in a round. */
  private int atOnce() {
    return peers.size() < settings.directHoldersMax()
        ? peers.size()
        : Math.max(PEERS_AT_ONCE, (peers.size() + TURNS_MAX - 1) / TURNS_MAX);
  }

  /** How many rounds it takes until all have had their turn. */
  private int turns() {
    return (peers.size() + atOnce() - 1) / atOnce();
  }

  private Iterable<Peer> inTurn() {
    int atOnce = atOnce();
    if (atOnce == peers.size()) {
      return peers.values();
    }
    if (orderedAt != peers.changes()) {
      orderedAt = peers.changes();
      order = peers.values().stream().sorted(Comparator.comparingLong(this::place)).toList();
    }
    if (next >= order.size()) {
      next = 0;
    }
    List<Peer> turn = order.subList(next, Math.min(next + atOnce, order.size()));
    next += atOnce;
    return turn;
  }

  private long place(Peer peer) {
    long pair = ((long) here.toString().hashCode() << 32) ^ peer.address.toString().hashCode();
    return BucketTree.mix(pair);
  }

  private Message.Frontiers sayable(Message.Frontiers whole, Peer peer) {
    for (Message.FrontierRow row : whole.rows()) {
      if (!placements.mayHold(peer, row.space())) {
        return new Message.Frontiers(
            whole.rows().stream().filter(each -> placements.mayHold(peer, each.space())).toList());
      }
    }
    return whole;
  }

  private void tell(Peer peer, Message.Frontiers whole, List<Effect> effects, long nowMillis) {
    Message.Frontiers told = sayable(whole, peer);
    if (told.rows().isEmpty()) {
      return;
    }
    long bytes = 0;
    for (Message.FrontierRow row : told.rows()) {
      bytes += RowLimits.bytes(row.space(), row.frontier());
    }
    if (peer.announced.take(bytes, settings.askAgainMillis(), nowMillis)) {
      peer.send(told, effects);
    } else {
      traffic.forgot(Bound.ANNOUNCEMENTS, told.rows().size());
    }
  }
}
