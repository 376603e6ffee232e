package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.gossip.Coverage;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.PeerView;
import dev.hearsay.mesh.gossip.TransferBytes;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.wire.Message;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the gossip is told by its own node. */
sealed interface GossipInput {
  /** A space is held here from now on. */
  record Opened(String space, VersionVector frontier, Digest digest) implements GossipInput {}

  /** A space has new durable changes. */
  record Published(
      String space,
      VersionVector frontier,
      Digest digest,
      List<EncodedChange> minted,
      List<EncodedChange> received)
      implements GossipInput {}

  /** A delivery is dealt with. */
  record Delivered(String space, HostPort from, Effect.Receipt receipt) implements GossipInput {}

  /** Changes that a peer asked for. */
  record ServedChanges(String space, HostPort to, List<EncodedChange> changes, boolean more)
      implements GossipInput {}

  /** A diff for a peer that is below the floor. */
  record ServedDiff(String space, HostPort to, TransferBytes diff) implements GossipInput {}

  /** Where a space may live; durable here. */
  record Placed(String space, Placement placement) implements GossipInput {}

  /** A space is not here any more. */
  record Closed(String space) implements GossipInput {}

  /** A change from a node that does not hold the space is about to be journaled. */
  record Adopted(String space, HostPort from, EncodedChange change) implements GossipInput {}

  /** Say this to a node that holds a space which this one does not, or the other way round. */
  record SendRemote(HostPort to, Message.Remote message) implements GossipInput {}

  /** Who in reach may hold the space? */
  record AskHolders(String space, CompletableFuture<List<HostPort>> answer)
      implements GossipInput {}

  /** Who has what these frontiers cover? */
  record AskCoverage(Map<String, VersionVector> targets, CompletableFuture<List<Coverage>> answer)
      implements GossipInput {}

  /** The address accepts connections. */
  record Probed(HostPort address) implements GossipInput {}

  /** Addresses to try. */
  record Learn(Collection<HostPort> addresses) implements GossipInput {}

  /** A diff has been read from its bytes. */
  record DiffRead(
      String space, HostPort from, Effect.Receipt receipt, StateDiff diff, EncodedDiff encoded)
      implements GossipInput {}

  /** How are the peers? */
  record Ask(CompletableFuture<List<PeerView>> answer) implements GossipInput {}

  /** Time passes. */
  record Tick() implements GossipInput {}
}
