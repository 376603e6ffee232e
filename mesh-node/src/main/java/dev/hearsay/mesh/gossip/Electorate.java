package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The voters as this node can reach them: who they are, what each is known to have had, and whether
 * this node itself may speak as one. Not thread-safe.
 */
final class Electorate {
  /** Spaces of one voter of which it is remembered what it said. */
  static final int REMEMBERED_MAX = 100_000;

  private record Told(long incarnation, VersionVector frontier) {}

  String self;
  final long incarnation;
  final SpaceBook spaces;
  final Function<String, VoterView> views;
  final Traffic traffic;
  private final Map<HostPort, Peer> peers;
  private final Map<String, Map<String, Told>> told = new HashMap<>();
  private final Set<String> doubtful = new TreeSet<>();
  private long requests;

  Electorate(
      Message.Hello identity,
      SpaceBook spaces,
      Map<HostPort, Peer> peers,
      Function<String, VoterView> views,
      Traffic traffic) {
    this.traffic = traffic;
    this.self = identity.nodeId();
    this.incarnation = identity.incarnation();
    this.requests = identity.incarnation();
    this.spaces = spaces;
    this.peers = peers;
    this.views = views;
  }

  VoterView view(String space) {
    return views.apply(space);
  }

  /** A number that no request of this node had; another start of it begins elsewhere. */
  long nextRequest() {
    return ++requests;
  }

  void doubt(String space) {
    doubtful.add(space);
  }

  void trust(String space) {
    doubtful.remove(space);
  }

  /** False while this node may lack something that it acknowledged. */
  boolean isTrusted(String space) {
    return !doubtful.contains(space);
  }

  /** Whether this node may speak as a voter on the space. */
  boolean speaks(String space) {
    return spaces.isOpen(space) && isTrusted(space);
  }

  /** The nodes that were heard since then, here or by another that was heard here. */
  Set<String> heardSince(long millis) {
    Set<String> heard = new TreeSet<>();
    for (Peer peer : peers.values()) {
      if (peer.reachable || (Standings.isNode(peer) && Standings.heardMillis(peer) > millis)) {
        heard.add(peer.nodeId);
        heard.add(Standings.nodeId(peer));
      }
    }
    return heard;
  }

  /** Sends to those of these nodes that can be reached. */
  void send(Collection<String> nodes, Message message, List<Effect> effects) {
    for (Peer peer : peers.values()) {
      if (peer.reachable && nodes.contains(peer.nodeId)) {
        peer.send(message, effects);
      }
    }
  }

  /** Sends to all that can be reached. */
  void sendToAll(Message message, List<Effect> effects) {
    peers.values().stream().filter(p -> p.reachable).forEach(p -> p.send(message, effects));
  }

  @Nullable Peer peer(HostPort address) {
    return peers.get(address);
  }

  /** The nodes as people know them. */
  List<String> names(Collection<String> nodes) {
    Map<String, String> names = new TreeMap<>();
    nodes.forEach(node -> names.put(node, node.equals(self) ? "this node" : node));
    for (Peer peer : peers.values()) {
      if (names.containsKey(peer.nodeId)) {
        names.put(peer.nodeId, peer.name + (peer.reachable ? "" : " (not reachable)"));
      }
    }
    return names.values().stream().sorted().toList();
  }

  /**
   * Whether the voter still has what it once said it had: if another process of the same identity
   * has less, it lost data, and its word does not count until it has pulled.
   *
   * @param partial the answer speaks only of some replicas
   */
  boolean believes(Message.AckTell tell, boolean partial) {
    Map<String, Told> ofNode = told.computeIfAbsent(tell.nodeId(), id -> new HashMap<>());
    Told before = ofNode.get(tell.space());
    VersionVector known = before == null ? VersionVector.EMPTY : before.frontier();
    if (before != null && before.incarnation() != tell.incarnation()) {
      VersionVector due = partial ? restricted(known, tell.frontier()) : known;
      if (!tell.frontier().covers(due)) {
        return false;
      }
    }
    if (before != null || ofNode.size() < REMEMBERED_MAX) {
      // What an earlier process had is remembered until a later one has shown all of it.
      boolean all = before == null || tell.frontier().covers(known);
      long by =
          all || before.incarnation() == tell.incarnation()
              ? tell.incarnation()
              : before.incarnation();
      ofNode.put(tell.space(), new Told(by, known.join(tell.frontier())));
    } else {
      traffic.forgot(Bound.VOTERS, 1);
    }
    return true;
  }

  /** What the node was heard to have. */
  VersionVector told(String node, String space) {
    Told before = told.getOrDefault(node, Map.of()).get(space);
    return before == null ? VersionVector.EMPTY : before.frontier();
  }

  /** What the node was heard to have of the space is not believed any more. */
  void forget(String node, String space) {
    Map<String, Told> ofNode = told.get(node);
    if (ofNode != null) {
      ofNode.remove(space);
    }
  }

  /** The entries of those replicas that the other names. */
  static VersionVector restricted(VersionVector vector, VersionVector to) {
    VersionVector restricted = VersionVector.EMPTY;
    for (int i = 0; i < to.size(); i++) {
      long counter = vector.counter(to.replicaAt(i));
      if (counter > 0) {
        restricted = restricted.with(to.replicaAt(i), counter);
      }
    }
    return restricted;
  }
}
