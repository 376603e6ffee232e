package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.gossip.PeerView;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.Trimming;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a virtual node keeps in memory beside the states of its spaces, each with its bound. */
final class Holdings {
  /** Is told of each. */
  interface Teller {
    /** So much of that, of which there may be so much. */
    void holds(String what, long amount, long most);
  }

  /** What is kept for one space, in words: they are said every second of every space and node. */
  record Labels(
      String deliveries, String heldBack, String oneByOne, String bytesOneByOne, String staged) {
    static Labels of(String space) {
      String name = "'" + space + "'";
      return new Labels(
          "deliveries that wait for the journal of " + name,
          "changes held back in " + name,
          "changes one by one in " + name,
          "bytes of changes one by one in " + name,
          "elements staged in " + name);
    }
  }

  /** Of the few names that workloads give to their spaces. */
  private static final Map<String, Labels> LABELS = new ConcurrentHashMap<>();

  /** To ask a node about its peers takes as long as to compare all frontiers. */
  private static final int PEERS_EVERY_SECONDS = 5;

  private Holdings() {}

  static void tell(VirtualNode node, Teller teller) {
    WorldSettings settings = node.world().settings();
    for (VirtualSpace space : node.held()) {
      SpaceCore core = space.core();
      Labels labels = LABELS.computeIfAbsent(space.name(), Labels::of);
      if (core != null) {
        ofSpace(labels, core, settings, teller);
        long peers = settings.nodes();
        teller.holds(
            labels.deliveries(),
            space.deliveriesWaiting(),
            peers * settings.gossip().windowPushes() + settings.gossip().wantsMax());
      }
    }
    if (node.world().nowMillis() / 1_000 % PEERS_EVERY_SECONDS
        == node.index() % PEERS_EVERY_SECONDS) {
      ofPeers(node, settings, teller);
    }
  }

  private static void ofPeers(VirtualNode node, WorldSettings settings, Teller teller) {
    GossipSettings gossip = settings.gossip();
    GossipLimits limits = settings.limits();
    for (PeerView peer : node.gossip().peers()) {
      // One more than fits is begun, so that what is larger than all the room goes as well.
      teller.holds(
          "bytes for " + peer.address() + " that it has not acknowledged",
          peer.pushedBytes(),
          2L * gossip.windowBytes());
      teller.holds(
          "bytes of answers to " + peer.address(),
          peer.answeredBytes(),
          (long) limits.answersBytes() + 2L * gossip.answerBytes());
    }
  }

  static void ofSpace(Labels labels, SpaceCore core, WorldSettings settings, Teller teller) {
    SpaceLimits limits = settings.spaceLimits();
    teller.holds(labels.heldBack(), core.heldBack(), limits.heldChangesMax());
    teller.holds(labels.oneByOne(), Trimming.held(core), limits.tailChangesMax());
    teller.holds(labels.bytesOneByOne(), core.tailBytes(), limits.tailBytesMax());
    JournaledState.Staged staged = core.journaled().staged();
    if (staged != null) {
      // Not what the sender said would come: that is for the receiver to bound.
      teller.holds(labels.staged(), staged.state().taken(), settings.limits().elementsMax());
    }
  }
}
