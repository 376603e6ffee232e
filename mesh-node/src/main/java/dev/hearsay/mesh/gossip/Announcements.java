package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.Message;
import java.util.Collection;
import java.util.List;

/** Tells all peers what moved in the spaces since it was last told. Not thread-safe. */
final class Announcements {
  private final GossipSettings settings;
  private final SpaceBook spaces;
  private final Placements placements;
  private final Collection<Peer> peers;
  private final RowLimits rowLimits;
  private long nextMillis = Long.MIN_VALUE;

  Announcements(
      GossipSettings settings, SpaceBook spaces, Placements placements, Collection<Peer> peers) {
    this.settings = settings;
    this.spaces = spaces;
    this.placements = placements;
    this.peers = peers;
    this.rowLimits = new RowLimits(settings.rowsPerMessage());
  }

  void onTick(List<Effect> effects, long nowMillis) {
    if (nowMillis >= nextMillis) {
      nextMillis = nowMillis + settings.announceMillis();
      announce(effects);
    }
  }

  private void announce(List<Effect> effects) {
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
          peer.send(whole, effects);
        } else if (!sayable.isEmpty()) {
          peer.send(new Message.Frontiers(sayable), effects);
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
}
