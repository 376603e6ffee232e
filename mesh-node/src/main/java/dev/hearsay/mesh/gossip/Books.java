package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What this node knows of all others: what they have, and how their clocks stand. */
public final class Books {
  private final Relays relays;
  private final Stability stability;
  private final ClockGuard clocks;
  private final Closings closings;
  private final Collection<Peer> peers;

  Books(
      HostPort self,
      Borders borders,
      Placements placements,
      Map<HostPort, Peer> peers,
      long incarnation,
      GossipSettings settings) {
    SpaceBook spaces = borders.spaces;
    this.closings = borders.closings;
    this.peers = peers.values();
    this.relays = new Relays(spaces, placements, peers, incarnation, settings);
    this.stability = new Stability(self, incarnation, closings, spaces, placements, peers.values());
    this.clocks = new ClockGuard(peers.values());
  }

  /** From now on with these times. */
  public void use(BookSettings settings) {
    relays.use(settings);
    stability.use(settings);
    clocks.use(settings);
    closings.use(settings);
  }

  /** The clocks. */
  public ClockGuard clocks() {
    return clocks;
  }

  /** The other nodes, by address. */
  public List<NodeView> nodes(long nowMillis) {
    List<NodeView> views = new ArrayList<>();
    stability.views(clocks, views, nowMillis);
    return views;
  }

  /** In how many spaces something is held that is not known to be with all holders. */
  public int unsettledSpaces() {
    return stability.unsettled();
  }

  /** Closed vectors of the space that this node may name to any peer. */
  public List<ClosedVector> closedVectors(String space) {
    Stream<ClosedVector> here = closings.of(space).stream();
    Stream<ClosedVector> there =
        peers.stream().map(peer -> peer.closings.held.get(space)).filter(Objects::nonNull);
    return Stream.concat(here, there).distinct().toList();
  }

  void published(String space) {
    stability.holds(space);
  }

  /**
   * A space has been read back from the journal, and holds changes of it one by one: which of them
   * are with all is to be told again.
   */
  public void reloaded(String space) {
    stability.reloaded(space);
  }

  void closed(String space) {
    stability.closed(space);
    closings.closed(space, peers);
  }

  void onTick(List<Effect> effects, long nowMillis) {
    relays.onTick(effects, nowMillis);
    stability.onTick(effects, nowMillis);
    clocks.onTick(effects, nowMillis);
    closings.onTick(peers, effects, nowMillis);
  }

  /** True if there is no more to do. */
  boolean onMessage(Peer peer, Message message, List<Effect> effects, long nowMillis) {
    return relays.onMessage(peer, message, effects, nowMillis)
        || clocks.onMessage(peer, message, effects, nowMillis)
        || closings.onMessage(peers, peer, message, effects, nowMillis);
  }
}
