package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.sim.check.BoundedMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node keeps is compared with its own bounds, and not with what a peer says. */
class HoldingsTest {
  private static final int ELEMENTS = 40;

  /** Of a state with large elements, so that it comes in several pieces, the first is staged. */
  private static SpaceCore staging() {
    SpaceCore sender = new SpaceCore(new ReplicaId(2), SpaceLimits.DEFAULT);
    for (int i = 0; i < ELEMENTS; i++) {
      String element = i + "x".repeat(10_000);
      sender.mint(
          sender.head().latest().next(),
          "x",
          draft -> new DraftTransaction(draft).orSet("set", String.class).add(element));
      while (sender.nextEvent().isPresent()) {
        sender.persisted();
      }
    }
    OutgoingState out = new OutgoingState(sender.durable(), VersionVector.EMPTY);
    SpaceCore receiver = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
    EncodedDiff head = new EncodedDiff(out.head());
    receiver.begin(
        new SpaceEvent.Begun(
            1, /* resumes= */ false, out.elements(), DiffFormat.decode(out.head()), head));
    OutgoingState.EncodedPiece piece = out.read(0, 1).get(0);
    receiver.stage(
        new SpaceEvent.Staged(1, DiffFormat.decode(piece.bytes()), new EncodedDiff(piece.bytes())),
        0);
    while (receiver.nextEvent().isPresent()) {
      receiver.persisted();
    }
    return receiver;
  }

  private static BoundedMemory judged(SpaceCore core, long elementsMax) {
    GossipLimits base = GossipLimits.DEFAULT;
    GossipLimits limits =
        new GossipLimits(
            base.transfersInMax(),
            base.transfersOutMax(),
            elementsMax,
            base.bytesMax(),
            base.headBytesMax(),
            base.creditBytes(),
            base.idleMillis(),
            base.answersBytes(),
            base.undeliveredPeerBytes(),
            base.undeliveredBytes(),
            base.frontierEntriesPeer(),
            base.frontierEntries(),
            base.unheardMillis(),
            base.goneMillis(),
            base.mentionMillis());
    WorldSettings settings =
        WorldSettings.of(1, 2)
            .withLimits(GossipSettings.DEFAULT, limits, SpaceLimits.DEFAULT, 1_000);
    BoundedMemory judge = new BoundedMemory();
    Holdings.ofSpace(
        Holdings.Labels.of("memory"),
        core,
        settings,
        (what, amount, most) -> judge.held(1, "n0", what, amount, most));
    return judge;
  }

  @Test
  void moreElementsStagedThanOneTransferMayHaveAreFoundWhateverTheSenderAnnounced() {
    SpaceCore core = staging();
    assertEquals(List.of(), judged(core, ELEMENTS).violations());
    String found = judged(core, 2).violations().toString();
    assertTrue(found.contains("elements staged in 'memory', more than 2"), found);
  }
}
