package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.Need;
import dev.hearsay.mesh.gossip.PeerView;
import dev.hearsay.mesh.gossip.TransferBytes;
import dev.hearsay.mesh.gossip.VoterRecords;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.wire.Message;
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

  /** How are the peers? */
  record Ask(CompletableFuture<List<PeerView>> answer) implements GossipInput {}

  /** Time passes. */
  record Tick() implements GossipInput {}

  /** What concerns voters. */
  sealed interface AboutVoters extends GossipInput {}

  /** Count the voters that have the target, or learn what they have if it is empty. */
  record Count(
      String space,
      VersionVector target,
      Need need,
      long millis,
      CompletableFuture<VersionVector> done)
      implements AboutVoters {}

  /** Change the voters. */
  record ChangeVoters(
      String space, List<String> voters, long millis, CompletableFuture<VersionVector> done)
      implements AboutVoters {}

  /** A vote is durable. */
  record Voted(HostPort from, Message.VoteAsk ask, VoterRecords.Vote vote) implements AboutVoters {}

  /** Chosen voters are in force in the catalogue here. */
  record Settled(long operation) implements AboutVoters {}

  /** The space's journal has a hole. */
  record Holed(String space) implements AboutVoters {}
}
