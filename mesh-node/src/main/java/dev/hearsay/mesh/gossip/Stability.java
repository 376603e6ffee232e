package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every known holder of a space has made durable, its stable frontier, and who lacks what
 * since when. Looked at now and then, in spaces of which something has moved. What is held back for
 * the sake of others is let go of by it; nothing else depends on it. Not thread-safe.
 */
final class Stability {
  private static final int SPACES_PER_SWEEP = 2_000;

  private final HostPort self;
  private final long incarnation;
  private final Closings closings;
  private final SpaceBook spaces;
  private final Placements placements;
  private final Collection<Peer> peers;
  private BookSettings settings = BookSettings.DEFAULT;

  /** What is known of a space of which changes are held. */
  private static final class Kept {
    /** What was told to be stable. */
    VersionVector told = VersionVector.EMPTY;

    /** What is told next, if it still holds then. */
    VersionVector next = VersionVector.EMPTY;

    long sinceMillis;
  }

  /** Spaces of which changes are held. */
  private final Map<String, Kept> kept = new HashMap<>();

  private long nextMillis = Long.MIN_VALUE;
  private int holders;

  Stability(
      HostPort self,
      long incarnation,
      Closings closings,
      SpaceBook spaces,
      Placements placements,
      Collection<Peer> peers) {
    this.self = self;
    this.incarnation = incarnation;
    this.closings = closings;
    this.spaces = spaces;
    this.placements = placements;
    this.peers = peers;
  }

  void use(BookSettings now) {
    settings = now;
  }

  /** Changes of the space are held one by one from now on. */
  void holds(String space) {
    kept.computeIfAbsent(space, name -> new Kept());
  }

  /** As {@link #holds}, of changes of which it may have been told before that all have them. */
  void reloaded(String space) {
    kept.put(space, new Kept());
    spaces.stir(space);
  }

  void closed(String space) {
    kept.remove(space);
    peers.forEach(peer -> peer.closed(space));
  }

  /** In how many spaces something is not known to be with all. */
  int unsettled() {
    return kept.size();
  }

  void onTick(List<Effect> effects, long nowMillis) {
    if (nowMillis < nextMillis) {
      return;
    }
    nextMillis = nowMillis + settings.sweepMillis();
    int now = holders(nowMillis);
    if (now != holders) {
      holders = now;
      spaces.stirAll();
    }
    for (String space : spaces.takeStirred(SPACES_PER_SWEEP)) {
      look(space, effects, nowMillis);
    }
  }

  /** The same number as long as the same nodes count. */
  private int holders(long nowMillis) {
    int sum = 0;
    for (Peer peer : peers) {
      if (counts(peer, nowMillis)) {
        int roles = peer.roles == null ? 0 : peer.roles.hashCode();
        sum += 31 * peer.address.hashCode() + Long.hashCode(Standings.incarnation(peer)) + roles;
      }
    }
    return sum;
  }

  /** Whether the node holds anything back. */
  private boolean counts(Peer peer, long nowMillis) {
    if (!Standings.isNode(peer)) {
      // An operator says that there is one, and perhaps it has not been started yet.
      return peer.configured
          && (peer.knownMillis == Long.MIN_VALUE
              || nowMillis - peer.knownMillis <= settings.silentMillis());
    }
    return nowMillis - Standings.heardMillis(peer) <= settings.silentMillis()
        && (peer.reachable || !isElsewhere(peer));
  }

  /** Whether it answers under another address. */
  private boolean isElsewhere(Peer peer) {
    String nodeId = Standings.nodeId(peer);
    return peers.stream().anyMatch(other -> other.reachable && other.nodeId.equals(nodeId));
  }

  private boolean mayHold(Peer peer, Placement placement) {
    return Standings.isNode(peer) ? Standings.mayHold(peer, placement) : placement.isEverywhere();
  }

  private void look(String space, List<Effect> effects, long nowMillis) {
    Placement placement = placements.of(space);
    if (placement == null || !spaces.isOpen(space)) {
      return;
    }
    VersionVector here = spaces.frontier(space);
    VersionVector stable = here;
    VersionVector reached = here;
    boolean alone = true;
    boolean inReach = false;
    boolean first = true;
    for (Peer peer : peers) {
      if (!mayHold(peer, placement)) {
        peer.notes.behind.remove(space);
        continue;
      }
      VersionVector there = Standings.frontier(peer, space);
      mark(peer, space, here, there, nowMillis);
      if (counts(peer, nowMillis)) {
        stable = stable.meet(there);
        alone &= !Standings.isNode(peer);
      }
      if (peer.reachable) {
        // Not what is stable: a pod that is gone for good would keep all later ones from closing.
        reached = reached.meet(there);
        inReach = true;
        first &= self.compareTo(peer.address) < 0;
      }
    }
    if (inReach && closings.look(space, here, reached, first, incarnation, peers)) {
      spaces.stir(space);
    }
    Kept held = kept.get(space);
    // One that knows of nobody else keeps what it has: it may be all that another will lack.
    if (held != null && !alone) {
      tell(space, held, here, stable, effects, nowMillis);
    }
  }

  private void tell(
      String space,
      Kept held,
      VersionVector here,
      VersionVector stable,
      List<Effect> effects,
      long nowMillis) {
    if (peers.stream().anyMatch(peer -> peer.avoids(space))) {
      // Another branch has the same counters, and this one may have to be written anew.
      held.next = VersionVector.EMPTY;
      return;
    }
    boolean due = nowMillis - held.sinceMillis >= settings.settleMillis();
    VersionVector settled = due ? held.next.meet(stable) : VersionVector.EMPTY;
    if (!held.told.covers(settled)) {
      effects.add(new Effect.Stable(space, settled));
      held.told = held.told.join(settled);
    }
    if (due || held.next.isEmpty()) {
      held.next = stable;
      held.sinceMillis = nowMillis;
    }
    if (held.told.covers(here)) {
      kept.remove(space);
    } else if (!held.told.covers(stable)) {
      spaces.stir(space); // and look again when it is due
    }
  }

  private static void mark(
      Peer peer, String space, VersionVector here, VersionVector there, long nowMillis) {
    if (!Standings.isNode(peer) || there.covers(here)) {
      peer.notes.behind.remove(space);
      return;
    }
    PeerNotes.Mark mark = peer.notes.behind.get(space);
    if (mark == null || there.covers(mark.upTo())) {
      peer.notes.behind.put(space, new PeerNotes.Mark(here, nowMillis));
    }
  }

  /** Who has what. */
  void views(ClockGuard clocks, List<NodeView> views, long nowMillis) {
    for (Peer peer : peers) {
      if (Standings.isNode(peer)) {
        views.add(view(peer, clocks, nowMillis));
      }
    }
  }

  private NodeView view(Peer peer, ClockGuard clocks, long nowMillis) {
    long[] lag = new long[3];
    Set<String> lacking = new HashSet<>();
    spaces.forEach(
        (space, row) -> {
          if (spaces.isOpen(space) && Standings.mayHold(peer, placements.of(space))) {
            VersionVector there = Standings.frontier(peer, space);
            long behind = row.frontier().missingFrom(there);
            lag[0] = sum(lag[0], behind);
            lag[1] = sum(lag[1], there.missingFrom(row.frontier()));
            if (behind > 0) {
              lacking.add(space);
            }
          }
        });
    long behindMillis = 0;
    for (Map.Entry<String, PeerNotes.Mark> each : peer.notes.behind.entrySet()) {
      boolean open = lacking.contains(each.getKey());
      VersionVector there = Standings.frontier(peer, each.getKey());
      if (open && !there.covers(each.getValue().upTo())) {
        behindMillis = Math.max(behindMillis, nowMillis - each.getValue().sinceMillis());
      }
    }
    Set<String> roles = Standings.roles(peer);
    return new NodeView(
        Standings.name(peer),
        peer.address,
        Standings.nodeId(peer),
        roles == null ? List.of() : roles.stream().sorted().toList(),
        peer.reachable,
        nowMillis - Standings.heardMillis(peer),
        lag[0],
        lag[1],
        lacking.size(),
        behindMillis,
        clocks.offset(peer));
  }

  private static long sum(long some, long more) {
    long sum = some + more;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
