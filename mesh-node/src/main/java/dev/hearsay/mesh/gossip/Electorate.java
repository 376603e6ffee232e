package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
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

  /**
   * What a voter was seen to have, of the branches that are here.
   *
   * @param since number of the last question that was asked before this was known
   */
  private record Told(long incarnation, VersionVector frontier, long since) {}

  /**
   * A question that not every version understands.
   *
   * @param older the same for one that does not; whoever does leaves it unanswered
   * @param again whether it was asked before
   */
  record Question(Peer.Speech speech, Message message, Message.AckAsk older, boolean again) {}

  String self;
  final long incarnation;
  final SpaceBook spaces;
  final Function<String, VoterView> views;
  final Traffic traffic;
  final UnheardTalk talk;
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
    this.talk = new UnheardTalk(traffic);
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

  /** Has the space answer, or judge, what a peer asks or tells; false if there is no room. */
  boolean tell(String space, HostPort from, ForkTalk question, List<Effect> effects) {
    return talk.tell(new Effect.ForkHeard(space, from, question, Map.of()), effects);
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

  /**
   * Asks those of these nodes that can be reached, each in a way that it understands: who has not
   * answered is asked in both, until it is known which of them it answers.
   *
   * @return who was asked in the older way
   */
  Set<String> ask(Collection<String> nodes, Question question, List<Effect> effects) {
    Set<String> older = new TreeSet<>();
    for (Peer peer : peers.values()) {
      if (peer.reachable && nodes.contains(peer.nodeId)) {
        boolean isOlder = peer.isOlderIn.contains(question.speech());
        if (!isOlder) {
          peer.send(question.message(), effects);
        }
        if (isOlder || (question.again() && !peer.speaks.contains(question.speech()))) {
          peer.send(question.older(), effects);
          older.add(peer.nodeId);
        }
      }
    }
    return older;
  }

  /** The nodes that can be reached. */
  Set<String> inReach() {
    Set<String> inReach = new TreeSet<>();
    peers.values().stream().filter(p -> p.reachable).forEach(p -> inReach.add(p.nodeId));
    return inReach;
  }

  /** Another number whenever a peer has come into reach, or is another process. */
  long contacts() {
    long contacts = peers.size();
    for (Peer peer : peers.values()) {
      contacts = 31 * contacts + 7L * peer.contacts + peer.incarnation;
    }
    return contacts;
  }

  /** It is of an older version, and counts by its counters: said once for each of its starts. */
  void isOlder(Peer peer, Peer.Speech speech, List<Effect> effects) {
    boolean isKnown = !peer.isOlderIn.isEmpty();
    peer.isOlderIn.add(speech);
    if (!isKnown) {
      effects.add(new Effect.Report(peer.address, Effect.Event.OLDER_VOTER, peer.name));
    }
  }

  @Nullable Peer peer(HostPort address) {
    return peers.get(address);
  }

  /** A node as people know it, and whether it is in reach. */
  String name(String node) {
    String name = node + " (not reachable)";
    for (Peer peer : peers.values()) {
      if (peer.nodeId.equals(node)) {
        name = peer.name + (peer.reachable ? "" : " (not reachable)");
        if (peer.reachable) {
          break;
        }
      }
    }
    return name;
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
   * Whether the voter still has what it was seen to have before it was asked. If another process of
   * the same identity has less, or the same one, resumed from an image of itself, it lost data, and
   * its word does not count until it has pulled.
   *
   * @param partial the answer speaks only of some replicas
   */
  boolean believes(Message.AckTell tell, boolean partial) {
    Told before = told.getOrDefault(tell.nodeId(), Map.of()).get(tell.space());
    if (before == null
        || (before.incarnation() == tell.incarnation() && tell.request() - before.since() <= 0)) {
      return true;
    }
    VersionVector known = before.frontier();
    return tell.frontier().covers(partial ? restricted(known, tell.frontier()) : known);
  }

  /** The voter was seen to have that, of the branches that are here. */
  void remember(String node, String space, long incarnation, VersionVector frontier) {
    Map<String, Told> ofNode = told.computeIfAbsent(node, id -> new HashMap<>());
    Told before = ofNode.get(space);
    if (before == null) {
      if (ofNode.size() < REMEMBERED_MAX) {
        ofNode.put(space, new Told(incarnation, frontier, requests));
      } else {
        traffic.forgot(Bound.VOTERS, 1);
      }
      return;
    }
    // What an earlier process had is remembered until a later one has shown all of it.
    VersionVector known = before.frontier();
    boolean shows = before.incarnation() == incarnation || frontier.covers(known);
    long by = shows ? incarnation : before.incarnation();
    long since = known.covers(frontier) ? before.since() : requests;
    ofNode.put(space, new Told(by, known.join(frontier), since));
  }

  /** What the node was seen to have. */
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

  /** What any node was heard to have of the space may be of a branch that is not here any more. */
  void forget(String space) {
    told.values().forEach(ofNode -> ofNode.remove(space));
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
