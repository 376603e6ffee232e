package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Answers;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Spaces that are here and may not be here any more. One at a time, the peers that may hold such a
 * space are offered it; once one says that all of it is durable there, it is purged here. Few
 * spaces at a time, and one that is offered for long in vain gives way. Once it is to be purged,
 * nothing here vouches for it, whatever its placement becomes: of two nodes that hand a space to
 * each other, one has to keep it. A node that may hold a space says to one that may not only what
 * that one has itself: the name, and of its own frontier what the offered one covers. Not
 * thread-safe.
 */
final class Handovers {
  /**
   * Spaces that are offered or about to be removed at a time: each is read into memory for that.
   */
  static final int AT_ONCE = 32;

  /** Spaces of which it is remembered who is to be told when they are here; else it asks again. */
  private static final int OWED_MAX = 1_000;

  /** Offers of a space after which it gives way to others. */
  private static final int STINT = 16;

  private static final int LOOKED_AT_PER_TICK = 500;

  /** A space that is being offered. */
  private static final class Offer {
    int stint;
    long madeMillis;
    boolean isHurried;

    Offer(long madeMillis) {
      this.madeMillis = madeMillis;
    }
  }

  /** To be removed; asked for again where there is no answer. */
  private record Going(Effect.Purge purge, long askedMillis) {}

  private final GossipSettings settings;
  private final Placements placements;
  private final SpaceBook spaces;
  private final Map<HostPort, Peer> peers;
  private final Map<String, Integer> turns = new HashMap<>();
  private final Map<String, Going> going = new LinkedHashMap<>();
  private final Map<String, Offer> offers = new LinkedHashMap<>();
  private boolean hurried;

  /** Offers of what was not all here, by space and peer. */
  private final Map<String, Map<HostPort, Message.Handover>> owed = new HashMap<>();

  Handovers(
      GossipSettings settings, Placements placements, SpaceBook spaces, Map<HostPort, Peer> peers) {
    this.settings = settings;
    this.placements = placements;
    this.spaces = spaces;
    this.peers = peers;
  }

  /** The space has another placement than before. */
  void placed(String space) {
    for (Peer peer : peers.values()) {
      peer.asked.remove(space);
      if (!placements.mayHold(peer, space)) {
        peer.forget(space); // if it may again, it has what it says then
        peer.equalAt = Digest.ZERO;
      }
    }
    turns.remove(space);
    offers.remove(space); // at once, and to whom it belongs now
    owed.remove(space);
  }

  /** The chains of the space have been compared with a peer's: do not wait for the next turn. */
  void compared(String space) {
    Offer offer = offers.get(space);
    if (offer != null) {
      offer.isHurried = true;
    }
  }

  /**
   * The space has new durable changes: who offered it and waits for that is told.
   *
   * @param leaves as for {@link #onHandover}
   */
  void published(String space, BooleanSupplier leaves, List<Effect> effects) {
    Map<HostPort, Message.Handover> waiting = owed.isEmpty() ? null : owed.remove(space);
    if (waiting != null) {
      waiting.forEach(
          (address, handover) -> {
            Peer peer = peers.get(address);
            if (peer != null && peer.reachable) {
              var unused = onHandover(peer, handover, leaves.getAsBoolean(), effects);
            }
          });
    }
  }

  /** Do not wait for the next turn. */
  void hurry() {
    hurried = true;
  }

  void onTick(List<Effect> effects, long nowMillis) {
    going.replaceAll((space, each) -> again(each, effects, nowMillis));
    offers.entrySet().removeIf(each -> isOver(each.getKey(), each.getValue(), nowMillis));
    offers.forEach((space, offer) -> offerAgain(space, offer, effects, nowMillis));
    hurried = false;
    int looks = Math.min(LOOKED_AT_PER_TICK, spaces.unfiled());
    for (int i = 0; i < looks && offers.size() + going.size() < AT_ONCE; i++) {
      Message.Row row = spaces.nextLeaving();
      if (row == null || offers.containsKey(row.space())) {
        continue;
      }
      if (row.frontier().isEmpty()) {
        purge(new Effect.Purge(row.space(), null, row.frontier()), effects, nowMillis);
      } else {
        Offer offer = new Offer(nowMillis);
        if (offer(row, offer, effects, nowMillis)) {
          offers.put(row.space(), offer);
        }
      }
    }
  }

  private boolean isDue(Offer offer, long nowMillis) {
    return hurried
        || offer.isHurried
        || nowMillis - offer.madeMillis >= settings.askAgainMillis() / 4;
  }

  private boolean isOver(String space, Offer offer, long nowMillis) {
    boolean othersWait = spaces.unfiled() > offers.size() + going.size();
    Message.Row row = spaces.leaving(space);
    return row == null
        || row.frontier().isEmpty() // that goes without an offer
        || (offer.stint >= STINT && othersWait && isDue(offer, nowMillis));
  }

  private void offerAgain(String space, Offer offer, List<Effect> effects, long nowMillis) {
    Message.Row row = spaces.leaving(space);
    if (row != null && isDue(offer, nowMillis)) {
      var unused = offer(row, offer, effects, nowMillis);
    }
  }

  /** False if nobody is in reach who may have it. */
  private boolean offer(Message.Row row, Offer offer, List<Effect> effects, long nowMillis) {
    Peer heir = heir(row.space());
    offer.stint++;
    offer.madeMillis = nowMillis;
    offer.isHurried = false;
    if (heir == null) {
      return false;
    }
    heir.asked.add(row.space());
    heir.send(new Message.Handover(row.space(), row.frontier(), row.digest()), effects);
    return true;
  }

  private Going again(Going each, List<Effect> effects, long nowMillis) {
    if (nowMillis - each.askedMillis() < settings.askAgainMillis()) {
      return each;
    }
    effects.add(each.purge());
    return new Going(each.purge(), nowMillis);
  }

  private void purge(Effect.Purge purge, List<Effect> effects, long nowMillis) {
    if (spaces.goes(purge.space())) {
      offers.remove(purge.space());
      going.put(purge.space(), new Going(purge, nowMillis));
      effects.add(purge);
    }
  }

  /** The space is not removed after all. */
  void stays(String space, long nowMillis) {
    if (going.remove(space) != null) {
      offers.put(space, new Offer(nowMillis));
    }
    spaces.stays(space);
  }

  /** It is not here any more; true if that is because another node has all of it. */
  boolean closed(String space) {
    offers.remove(space);
    turns.remove(space);
    owed.remove(space);
    return going.remove(space) != null;
  }

  private @Nullable Peer heir(String space) {
    List<Peer> heirs = new ArrayList<>();
    for (Peer peer : peers.values()) {
      if (peer.reachable && placements.mayHold(peer, space) && !peer.avoids(space)) {
        heirs.add(peer);
      }
    }
    if (heirs.isEmpty()) {
      return null;
    }
    // The same a few times, so that it can fetch what it lacks; then another.
    int turn = turns.merge(space, 1, Integer::sum) - 1;
    return heirs.get(Math.floorMod(turn / 4, heirs.size()));
  }

  /**
   * The peer offers what it may not hold, or is to leave with; true if it is to be asked for what
   * is missing here.
   *
   * @param leaves whether this node is drained itself, and is not to be counted on
   */
  boolean onHandover(Peer peer, Message.Handover handover, boolean leaves, List<Effect> effects) {
    String space = handover.space();
    Message.Row ours = spaces.row(space);
    if (ours == null || !spaces.isOpen(space)) {
      spaces.mention(space, peer.address);
      return false;
    }
    noteOffer(peer, handover);
    if (!ours.frontier().covers(handover.frontier())) {
      if (owed.size() < OWED_MAX || owed.containsKey(space)) {
        owed.computeIfAbsent(space, name -> new TreeMap<>()).put(peer.address, handover);
      }
      return true;
    }
    if (ours.frontier().equals(handover.frontier()) && !ours.digest().equals(handover.digest())) {
      String detail = "space '" + space + "' at " + ours.frontier();
      effects.add(new Effect.Report(peer.address, Effect.Event.DIVERGED, detail));
      return false;
    }
    // One that may hold it is told if this node is further, and so has to compare the chains.
    VersionVector covered = placements.mayHold(peer, space) ? ours.frontier() : handover.frontier();
    peer.send(leaves ? new Message.Leaves(space) : new Message.Covered(space, covered), effects);
    return false;
  }

  /**
   * The peer has the space and may not hold it any more: of that space it may be spoken to, also if
   * it holds another branch, or neither would ever learn that the other has looked.
   */
  void noteOffer(Peer peer, Message.Handover handover) {
    String space = handover.space();
    // One that may hold it only asks who has it.
    if (spaces.isOpen(space) && !placements.mayHold(peer, space)) {
      peer.offers(space, handover.frontier());
    }
  }

  /** The peer has what it was offered; if that is all there is here, it goes. */
  void onCovered(
      Peer peer,
      Message.Covered covered,
      Acknowledgements acknowledgements,
      List<Effect> effects,
      long nowMillis) {
    String space = covered.space();
    Message.Row ours = spaces.row(space);
    // An answer to what was offered before the space was here the last time says nothing any more.
    if (ours == null || placements.mayHold(space) || !peer.asked.contains(space)) {
      return;
    }
    peer.has(space, covered.frontier());
    // What is too many at a time is offered again.
    boolean may = !going.containsKey(space) && going.size() < AT_ONCE;
    if (may && covered.frontier().covers(ours.frontier())) {
      acknowledgements.leaving(space, effects);
      purge(new Effect.Purge(space, peer.address, covered.frontier()), effects, nowMillis);
    }
  }

  /** Whether that frontier may be said to the peer, because it may hold the space or offered it. */
  boolean maySay(Peer peer, String space, VersionVector frontier) {
    return frontier.equals(sayable(peer, space, frontier));
  }

  /** Whether it may hold the space, also if this node may not any more. */
  boolean mayHold(Peer peer, String space) {
    return placements.mayHold(peer, space);
  }

  /** The frontier that may be said to the peer; null if nothing may. */
  @Nullable VersionVector sayable(Peer peer, String space, VersionVector frontier) {
    if (placements.shared(peer, space)) {
      return frontier;
    }
    VersionVector offered = peer.offered.get(space);
    return offered == null || !placements.mayHold(space) ? null : Answers.meet(offered, frontier);
  }
}
