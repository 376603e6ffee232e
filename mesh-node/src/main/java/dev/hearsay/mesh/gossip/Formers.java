package dev.hearsay.mesh.gossip;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges what peers say that this node was called before. What is believed makes branches of that
 * incarnation this node's own, to be written anew by it, and stays on its disk: so it is taken only
 * from peers that have said who they are, once at each contact, of no incarnation that another node
 * has had, and so many times in all. Not thread-safe.
 */
final class Formers {
  /** Most that one process believes; each process of a node has had one. */
  static final int BELIEVED_MAX = 64;

  /** Most incarnations of other nodes that are remembered. */
  private static final int OTHERS_MAX = 10_000;

  private final long own;

  /** Of other nodes, by incarnation. */
  private final Map<Long, String> others = new BoundedMap<>(OTHERS_MAX);

  private final Set<Long> believed = new HashSet<>();

  Formers(long own) {
    this.own = own;
  }

  /** A peer says who it is. What it had said before that, it has said now. */
  void onHello(Peer peer, long incarnation, String nodeId, String ownId, List<Effect> effects) {
    boolean isNoted =
        peer.notedIncarnation == incarnation
            && peer.nodeId.equals(nodeId)
            && others.size() < OTHERS_MAX;
    if (!isNoted && !nodeId.equals(ownId)) {
      others.put(incarnation, nodeId);
      peer.notedIncarnation = incarnation;
    }
    if (peer.former != 0) {
      long said = peer.former;
      peer.former = 0;
      judge(peer, said, effects);
    }
  }

  /** A peer says that this node was running under that incarnation before. */
  void onFormer(Peer peer, long incarnation, List<Effect> effects) {
    if (!peer.nodeId.isEmpty()) {
      judge(peer, incarnation, effects);
    } else if (peer.former == 0) {
      // It answers a hello of this node with this, and then says its own.
      peer.former = incarnation;
    } else if (peer.former != incarnation) {
      refuse(peer, incarnation, "it has not said who it is", effects);
    }
  }

  private void judge(Peer peer, long incarnation, List<Effect> effects) {
    if (incarnation == own || believed.contains(incarnation)) {
      return;
    }
    String other = others.get(incarnation);
    if (incarnation == 0) {
      refuse(peer, incarnation, "no node has that", effects);
    } else if (other != null) {
      refuse(peer, incarnation, "node " + other + " had that", effects);
    } else if (peer.formerContact == peer.contacts) {
      refuse(peer, incarnation, "it has named another one before", effects);
    } else if (believed.size() >= BELIEVED_MAX) {
      refuse(peer, incarnation, BELIEVED_MAX + " others were named before", effects);
    } else {
      peer.formerContact = peer.contacts;
      believed.add(incarnation);
      effects.add(new Effect.WasIncarnation(incarnation));
    }
  }

  private static void refuse(Peer peer, long incarnation, String why, List<Effect> effects) {
    String what = "this node is said to have been " + Long.toHexString(incarnation) + ": " + why;
    effects.add(new Effect.Report(peer.address, Effect.Event.REFUSED, what));
  }
}
