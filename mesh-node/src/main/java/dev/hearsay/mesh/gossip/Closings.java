package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.wire.ClosingTalk;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import dev.hearsay.mesh.wire.MessageVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Retirement: entries of replicas that write no more are moved to a closed vector of the space,
 * which frontiers name by its hash, so that what is sent does not grow with every start of a node.
 * It is an encoding of what leaves and what comes in; inside, every frontier has all its entries. A
 * closed vector is named by its content: nodes may close different entries, or none, and only to a
 * peer that has said that it holds one is it named. Not thread-safe.
 */
final class Closings {
  /** Closed vectors of one space; the one that was of no use for the longest time goes first. */
  static final int VECTORS_MAX = 4;

  /** Entries of all closed vectors together: about 36 bytes each. */
  static final long ENTRIES_MAX = 1 << 21;

  /** What one message may unfold to, in entries: as much as the largest could list. */
  private static final long UNFOLDED_MAX = MessageFormat.MESSAGE_BYTES_MAX / 9;

  /** So many times as long as the one that closes the others wait for it. */
  private static final long OTHERS = 12;

  private static final int SAID_PER_TICK = 64;
  private static final int TOLD_PER_SECOND = 64;

  private final SpaceBook spaces;
  private final Placements placements;
  private final Traffic traffic;

  /** By space, the one used last at the end. */
  private final Map<String, List<ClosedVector>> bySpace = new HashMap<>();

  /** Spaces in which there is enough to close, and since when. */
  private final Map<String, Long> waiting = new HashMap<>();

  private long settleMillis = BookSettings.DEFAULT.settleMillis();
  private long entries;
  private long nowMillis;
  private int least = BookSettings.DEFAULT.closeEntries();

  Closings(Placements placements, SpaceBook spaces, Traffic traffic) {
    this.placements = placements;
    this.spaces = spaces;
    this.traffic = traffic;
  }

  void use(BookSettings settings) {
    least = settings.closeEntries();
    settleMillis = settings.settleMillis();
  }

  void closed(String space, Collection<Peer> peers) {
    of(space).forEach(vector -> entries -= vector.size());
    bySpace.remove(space);
    waiting.remove(space);
    peers.forEach(peer -> peer.closings.closed(space));
  }

  List<ClosedVector> of(String space) {
    return bySpace.getOrDefault(space, List.of());
  }

  /** The largest that the frontier has all of; null if there is none. */
  @Nullable ClosedVector current(String space, VersionVector frontier) {
    ClosedVector largest = null;
    for (ClosedVector vector : of(space)) {
      boolean larger =
          largest == null
              || vector.size() > largest.size()
              || (vector.size() == largest.size() && vector.isBefore(largest));
      if (larger && vector.fits(frontier)) {
        largest = vector;
      }
    }
    return largest;
  }

  private @Nullable ClosedVector find(String space, Digest hash) {
    List<ClosedVector> vectors = of(space);
    for (int i = vectors.size() - 1; i >= 0; i--) {
      if (vectors.get(i).hash().equals(hash)) {
        vectors.add(vectors.remove(i));
        return vectors.get(vectors.size() - 1);
      }
    }
    return null;
  }

  /** False if there is no room. */
  private boolean keep(String space, ClosedVector vector) {
    List<ClosedVector> vectors = bySpace.computeIfAbsent(space, name -> new ArrayList<>());
    boolean full = entries + vector.size() > ENTRIES_MAX;
    for (ClosedVector old : full ? List.copyOf(vectors) : List.<ClosedVector>of()) {
      if (vector.vector().covers(old.vector()) && vectors.remove(old)) {
        entries -= old.size(); // who still names it is told the new one, or lists all
      }
    }
    if (entries + vector.size() > ENTRIES_MAX) {
      traffic.closedRefused++;
      return false;
    }
    if (vectors.size() == VECTORS_MAX) {
      entries -= vectors.remove(0).size();
    }
    vectors.add(vector);
    entries += vector.size();
    waiting.remove(space);
    return true;
  }

  /**
   * Something moved: closes what can be closed, if it is enough.
   *
   * @param reached what all holders in reach have
   * @param first whether this node is the one of them that closes; the others take it over, and
   *     close by themselves only if it does not
   * @return whether to look again, though nothing moves
   */
  boolean look(
      String space,
      VersionVector here,
      VersionVector reached,
      boolean first,
      long own,
      Collection<Peer> peers) {
    int enough = first ? least : 2 * least;
    ClosedVector current = current(space, here);
    int known = current == null ? 0 : current.size();
    if (here.size() - known < enough) {
      return false;
    }
    VersionVector base = current == null ? VersionVector.EMPTY : current.vector();
    VersionVector open = here.beyond(base);
    if (open.size() < enough) {
      return false;
    }
    Set<ReplicaId> living = new HashSet<>();
    living.add(new ReplicaId(own));
    peers.forEach(peer -> living.add(new ReplicaId(Standings.incarnation(peer))));
    ReplicaId[] replicas = new ReplicaId[open.size()];
    long[] counters = new long[open.size()];
    int size = 0;
    for (int i = 0; i < open.size(); i++) {
      ReplicaId replica = open.replicaAt(i);
      if (!living.contains(replica) && reached.covers(replica, open.counterAt(i))) {
        replicas[size] = replica;
        counters[size++] = open.counterAt(i);
      }
    }
    if (size < enough) {
      return false;
    }
    // One that has just started is told in a moment what the others have closed.
    long since = waiting.computeIfAbsent(space, name -> nowMillis);
    if (nowMillis - since < (first ? settleMillis : OTHERS * settleMillis)) {
      return first;
    }
    VersionVector gone =
        VersionVector.ofAscending(Arrays.copyOf(replicas, size), Arrays.copyOf(counters, size));
    ClosedVector next = ClosedVector.of(base.join(gone));
    if (find(space, next.hash()) == null && keep(space, next)) {
      sayToAll(peers, space);
    }
    return false;
  }

  /** So that no two that hold it list all entries to each other because neither has said so. */
  private void sayToAll(Collection<Peer> peers, String space) {
    for (Peer peer : peers) {
      if (peer.reachable && placements.shared(peer, space)) {
        say(peer, space);
      }
    }
  }

  /** The peer is to be told what is closed of the space, if there is room to remember that. */
  void say(Peer peer, String space) {
    if (!peer.closings.say(space)) {
      traffic.forgot(Bound.CLOSINGS, 1);
    }
  }

  void onTick(Collection<Peer> peers, List<Effect> effects, long now) {
    nowMillis = now;
    for (Peer peer : peers) {
      PeerClosings closings = peer.closings;
      int most = closings.hasToSay(nowMillis) && peer.reachable ? SAID_PER_TICK : 0;
      Iterator<Map.Entry<String, PeerClosings.Saying>> each = closings.unsaid.entrySet().iterator();
      while (each.hasNext() && most > 0) {
        Map.Entry<String, PeerClosings.Saying> entry = each.next();
        String space = entry.getKey();
        ClosedVector current = current(space, spaces.frontier(space));
        if (current == null || current.equals(closings.held.get(space))) {
          each.remove();
        } else if (entry.getValue().isDue(nowMillis)) {
          most--;
          ClosingTalk held = new ClosingTalk.Held(current.hash(), /* answer= */ false);
          peer.send(new Message.Closing(space, held), effects);
        }
      }
    }
  }

  /** The message, with closed vectors named where the peer holds them. */
  Message pack(Peer peer, Message message) {
    if (bySpace.isEmpty()) {
      return message;
    }
    Packing packing = new Packing(peer);
    Message packed = MessageVectors.map(message, packing);
    return packing.refs.isEmpty() ? message : new Message.Closed(packing.refs, packed);
  }

  private final class Packing implements MessageVectors.Mapping {
    final List<Message.ClosedRef> refs = new ArrayList<>();
    private final Peer peer;
    private int place = -1;
    private long unfolded;

    Packing(Peer peer) {
      this.peer = peer;
    }

    @Override
    public VersionVector of(String space, VersionVector vector) {
      place++;
      if (vector.size() < least || !bySpace.containsKey(space)) {
        return vector;
      }
      ClosedVector held = peer.closings.held.get(space);
      ClosedVector current = current(space, vector);
      if (current != null && !current.equals(held) && placements.shared(peer, space)) {
        say(peer, space);
      }
      VersionVector open = held == null || !held.fits(vector) ? null : held.open(vector);
      if (held == null || open == null || unfolded + held.unfolds(open) > UNFOLDED_MAX) {
        return vector;
      }
      unfolded += held.unfolds(open);
      find(space, held.hash()); // it is of use
      refs.add(new Message.ClosedRef(place, held.hash()));
      return open;
    }
  }

  /** The message with all entries; null if one of its closed vectors is not held here. */
  @Nullable Message unpack(Peer peer, Message.Closed closed, List<Effect> effects) {
    Unpacking unpacking = new Unpacking(closed.refs());
    Message message = MessageVectors.map(closed.inner(), unpacking);
    if (unpacking.unfolded > UNFOLDED_MAX) {
      refuse(peer, "a message that unfolds to " + unpacking.unfolded + " entries", effects);
      return null;
    }
    if (unpacking.unknown.isEmpty()) {
      return message;
    }
    traffic.closedUnknown++;
    // All is listed the next time, also of spaces that are gone; of those here it is asked for.
    peer.send(new Message.ClosedUnknown(List.copyOf(unpacking.unknown.values())), effects);
    unpacking.unknown.entrySet().stream()
        .filter(each -> spaces.isOpen(each.getKey()) && placements.shared(peer, each.getKey()))
        .limit(PeerClosings.INCOMING_MAX)
        .forEach(each -> ask(peer, each.getKey(), each.getValue(), effects));
    return null;
  }

  private final class Unpacking implements MessageVectors.Mapping {
    private final Iterator<Message.ClosedRef> refs;
    private Message.@Nullable ClosedRef next;
    private int place = -1;
    long unfolded;

    /** By space. */
    final Map<String, Digest> unknown = new LinkedHashMap<>();

    Unpacking(List<Message.ClosedRef> all) {
      refs = all.iterator();
      next = refs.next();
    }

    @Override
    public VersionVector of(String space, VersionVector vector) {
      place++;
      Message.ClosedRef ref = next;
      if (ref == null || ref.vector() != place) {
        return vector;
      }
      next = refs.hasNext() ? refs.next() : null;
      ClosedVector closed = find(space, ref.hash());
      if (closed == null) {
        unknown.put(space, ref.hash());
        return vector;
      }
      unfolded += closed.unfolds(vector);
      return unfolded > UNFOLDED_MAX ? vector : closed.close(vector);
    }
  }

  /** Asks for a closed vector, which is not to be named before it is here. */
  private void ask(Peer peer, String space, Digest hash, List<Effect> effects) {
    PeerClosings closings = peer.closings;
    PeerClosings.Incoming incoming = closings.incoming.get(space);
    if (incoming == null || !incoming.hash.equals(hash)) {
      ClosedVector base = current(space, spaces.frontier(space));
      incoming =
          new PeerClosings.Incoming(
              hash,
              base == null ? Digest.ZERO : base.hash(),
              base == null ? VersionVector.EMPTY : base.vector(),
              nowMillis);
      if (closings.incoming.containsKey(space)
          || closings.incoming.size() < PeerClosings.INCOMING_MAX) {
        closings.incoming.put(space, incoming);
      }
    }
    peer.send(new Message.Closing(space, incoming.ask()), effects);
  }

  /** True if there is no more to do. */
  boolean onMessage(
      Collection<Peer> peers, Peer peer, Message message, List<Effect> effects, long now) {
    nowMillis = now;
    if (message instanceof Message.ClosedUnknown unknown) {
      peer.closings.held.values().removeIf(held -> unknown.hashes().contains(held.hash()));
      return true;
    }
    if (!(message instanceof Message.Closing closing)) {
      return false;
    }
    String space = closing.space();
    if (!spaces.isOpen(space) || !placements.shared(peer, space)) {
      return true;
    }
    if (closing.talk() instanceof ClosingTalk.Held held) {
      onHeld(peer, space, held, effects);
    } else if (closing.talk() instanceof ClosingTalk.Ask ask) {
      onAsk(peer, space, ask, effects);
    } else if (closing.talk() instanceof ClosingTalk.Tell tell) {
      onTell(peers, peer, space, tell, effects);
    }
    return true;
  }

  private void onHeld(Peer peer, String space, ClosingTalk.Held held, List<Effect> effects) {
    ClosedVector vector = find(space, held.hash());
    if (vector == null) {
      ask(peer, space, held.hash(), effects);
      return;
    }
    peer.closings.held.put(space, vector);
    if (!held.answer()) {
      sayHeld(peer, space, vector, effects);
    }
  }

  private static void sayHeld(Peer peer, String space, ClosedVector vector, List<Effect> effects) {
    ClosingTalk held = new ClosingTalk.Held(vector.hash(), /* answer= */ true);
    peer.send(new Message.Closing(space, held), effects);
  }

  private void onAsk(Peer peer, String space, ClosingTalk.Ask ask, List<Effect> effects) {
    ClosedVector held = peer.closings.held.get(space);
    if (held != null && held.hash().equals(ask.hash())) {
      peer.closings.held.remove(space); // it has lost it
    }
    ClosedVector vector = find(space, ask.hash());
    if (vector == null || !peer.closings.mayTell(TOLD_PER_SECOND, nowMillis)) {
      return;
    }
    ClosingTalk.Tell tell = PeerClosings.tell(ask, vector, find(space, ask.base()));
    if (tell != null) {
      peer.send(new Message.Closing(space, tell), effects);
    }
  }

  private void onTell(
      Collection<Peer> peers,
      Peer peer,
      String space,
      ClosingTalk.Tell tell,
      List<Effect> effects) {
    PeerClosings.Incoming incoming = peer.closings.incoming.get(space);
    if (incoming == null || !incoming.hash.equals(tell.hash())) {
      return; // not asked for, or not any more
    }
    if (tell.base().equals(Digest.ZERO) && !incoming.base.equals(Digest.ZERO)) {
      incoming =
          new PeerClosings.Incoming(tell.hash(), Digest.ZERO, VersionVector.EMPTY, nowMillis);
      peer.closings.incoming.put(space, incoming);
    }
    if (!incoming.isNext(tell)) {
      return;
    }
    Optional<ClosedVector> whole;
    try {
      whole = incoming.add(tell, nowMillis);
    } catch (RejectedException e) {
      peer.closings.incoming.remove(space);
      refuse(peer, e.getMessage() + ", of space '" + space + "'", effects);
      return;
    }
    if (whole.isEmpty()) {
      peer.send(new Message.Closing(space, incoming.ask()), effects);
      return;
    }
    peer.closings.incoming.remove(space);
    ClosedVector vector = whole.get();
    if (find(space, vector.hash()) != null || keep(space, vector)) {
      peer.closings.held.put(space, vector);
      sayHeld(peer, space, vector, effects);
      sayToAll(peers, space);
    }
  }

  private void refuse(Peer peer, String why, List<Effect> effects) {
    traffic.closedRefused++;
    effects.add(new Effect.Report(peer.address, Effect.Event.REFUSED, why));
  }
}
