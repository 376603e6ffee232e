package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.PeerView;
import dev.hearsay.mesh.gossip.TransferBytes;
import dev.hearsay.mesh.space.EncodedDiff;
import java.util.Collection;
import java.util.List;
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

  /** The address accepts connections. */
  record Probed(HostPort address) implements GossipInput {}

  /** Addresses to try. */
  record Learn(Collection<HostPort> addresses) implements GossipInput {}

  /** A diff has been read from its bytes. */
  record DiffRead(
      String space, HostPort from, Effect.Receipt receipt, StateDiff diff, EncodedDiff encoded)
      implements GossipInput {}

  /** A space does not take what a peer sent. */
  record Refused(HostPort from, int count, String why) implements GossipInput {}

  /** How are the peers? */
  record Ask(CompletableFuture<List<PeerView>> answer) implements GossipInput {}

  /** Time passes. */
  record Tick() implements GossipInput {}
}
