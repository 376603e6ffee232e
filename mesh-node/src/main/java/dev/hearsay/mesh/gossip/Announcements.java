package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Message;
import java.util.Collection;
import java.util.List;

/**
 * Tells all peers, now and then, which frontiers moved: the what-I-have digests of Plumtree. One
 * that answers nothing is told less and less often. Not thread-safe.
 */
final class Announcements {
  /** Told to a peer that says nothing but that it lives, in bytes; then each after a pause. */
  static final long UNANSWERED_BYTES_MAX = RowLimits.BYTES_MAX;

  /** The pause doubles so often. */
  private static final int STALLS_MAX = 6;

  /** What one peer was told since it last answered. */
  static final class Window {
    private long bytes;
    private int stalls;
    private long untilMillis = Long.MIN_VALUE;

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

  private final GossipSettings settings;
  private final SpaceBook spaces;
  private final Placements placements;
  private final Collection<Peer> peers;
  private final Traffic traffic;
  private final RowLimits rowLimits;
  private long nextMillis = Long.MIN_VALUE;

  Announcements(
      GossipSettings settings,
      SpaceBook spaces,
      Placements placements,
      Collection<Peer> peers,
      Traffic traffic) {
    this.settings = settings;
    this.spaces = spaces;
    this.placements = placements;
    this.peers = peers;
    this.traffic = traffic;
    this.rowLimits = new RowLimits(settings.rowsPerMessage());
  }

  /** Tells all what moved since it was last told. */
  void onTick(List<Effect> effects, long nowMillis) {
    if (nowMillis < nextMillis) {
      return;
    }
    nextMillis = nowMillis + settings.announceMillis();
    List<Message.FrontierRow> moved = spaces.takeMoved(rowLimits);
    if (moved.isEmpty()) {
      return;
    }
    // One message for all who may hold all of it, which is nearly always everybody.
    Message.Frontiers whole = new Message.Frontiers(moved);
    for (Peer peer : peers) {
      if (peer.reachable) {
        List<Message.FrontierRow> sayable = sayable(moved, peer);
        if (sayable.size() == moved.size()) {
          tell(peer, whole, effects, nowMillis);
        } else if (!sayable.isEmpty()) {
          tell(peer, new Message.Frontiers(sayable), effects, nowMillis);
        }
      }
    }
  }

  private List<Message.FrontierRow> sayable(List<Message.FrontierRow> rows, Peer peer) {
    for (Message.FrontierRow row : rows) {
      if (!placements.mayHold(peer, row.space())) {
        return rows.stream().filter(each -> placements.mayHold(peer, each.space())).toList();
      }
    }
    return rows;
  }

  private void tell(Peer peer, Message.Frontiers told, List<Effect> effects, long nowMillis) {
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
