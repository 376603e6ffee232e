package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshTraffic;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.gossip.ClockGuard;
import dev.hearsay.mesh.gossip.Copies;
import dev.hearsay.mesh.gossip.Coverage;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.gossip.ForkView;
import dev.hearsay.mesh.gossip.Holders;
import dev.hearsay.mesh.gossip.Need;
import dev.hearsay.mesh.gossip.VoterRecords;
import dev.hearsay.mesh.space.ForkAction;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the gossip is told by its own node. */
sealed interface GossipInput {
  /** A space is held here from now on. */
  record Opened(String space, VersionVector frontier, Digest digest) implements GossipInput {}

  /** Where the spaces stand that are not in memory is being found out, or is known now. */
  record Learning(boolean now) implements GossipInput {}

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

  /** A frozen state for a peer that is below the floor. */
  record ServedState(String space, HostPort to, OutgoingState state, boolean resumes)
      implements GossipInput {}

  /** Pieces of a frozen state have been read. */
  record PiecesRead(
      String space, HostPort to, long transfer, List<OutgoingState.EncodedPiece> pieces)
      implements GossipInput {}

  /** How far a space has staged a transfer, durably. */
  record Staged(String space, HostPort from, StagingReport report) implements GossipInput {}

  /** What a recovered space has staged of a transfer; null for nothing. */
  record Marked(String space, StagingReport.@Nullable Mark mark) implements GossipInput {}

  /** A space has been read back, and holds changes one by one. */
  record Reloaded(String space) implements GossipInput {}

  /** A space had no room to hold so many changes back, or deliveries, which that peer sent. */
  record HeldDropped(HostPort from, int changes) implements GossipInput {}

  /** A space had so many changes already, which that peer sent. */
  record Duplicates(HostPort from, int changes) implements GossipInput {}

  /** What {@link Effect.Purge} asked for is not done. */
  record Stays(String space, VersionVector frontier, Digest digest) implements GossipInput {}

  /** A space is not held here any more, or cannot be read. */
  record Closed(String space) implements GossipInput {}

  /** What do the limits do? */
  record AskTraffic(CompletableFuture<MeshTraffic> answer) implements GossipInput {}

  /** Where a space may live; durable here. */
  record Placed(String space, Placement placement) implements GossipInput {}

  /** A change from a node that does not hold the space is about to be journaled. */
  record Adopted(String space, HostPort from, EncodedChange change) implements GossipInput {}

  /** Say this to a node that holds a space which this one does not, or the other way round. */
  record SendRemote(HostPort to, Message.Remote message) implements GossipInput {}

  /** What a node asks of, or answers to, a space that only one of the two holds is refused. */
  record RemoteRefused(HostPort from, String why) implements GossipInput {}

  /** A question about who may hold what. */
  sealed interface AboutHolders extends GossipInput {}

  /** Who in reach may hold the space? */
  record AskHolders(String space, CompletableFuture<List<HostPort>> answer)
      implements AboutHolders {}

  /** On which nodes may such a space live? */
  record AskEligible(Placement placement, CompletableFuture<Holders.Eligible> answer)
      implements AboutHolders {}

  /** Who has these copies? */
  record AskCoverage(Copies copies, CompletableFuture<List<Coverage>> answer)
      implements AboutHolders {}

  /** The address accepts connections. */
  record Probed(HostPort address) implements GossipInput {}

  /** Addresses to try. */
  record Learn(Collection<HostPort> addresses) implements GossipInput {}

  /**
   * Messages of peers were dropped before they were looked at, because too many wait.
   *
   * @param take gives how many since it was last called
   */
  record Overrun(Supplier<GossipMailbox.Dropped> take) implements GossipInput {}

  /** A space does not take what a peer sent. */
  record Refused(String space, HostPort from, int count, String why) implements GossipInput {}

  /** How are the peers? */
  record Ask(CompletableFuture<PeerStatuses.Known> answer) implements GossipInput {}

  /** What do the nodes have, and how do the clocks stand? */
  record AskNodes(CompletableFuture<NodeStatuses.Known> answer) implements GossipInput {}

  /** How does this node's clock stand? Told on the gossip's thread. */
  record AskClock(Consumer<ClockGuard.Verdict> answer) implements GossipInput {}

  /** What a space wants done about branches. */
  record Forked(String space, List<ForkAction> actions) implements GossipInput {}

  /** A space has heard what a peer says of branches. */
  record TalkHeard(Effect.ForkHeard heard) implements GossipInput {}

  /** Another state of the space has taken the place of what was there. */
  record Replaced(String space, VersionVector frontier, Digest digest) implements GossipInput {}

  /** Which spaces are kept from which peers? */
  record AskForks(CompletableFuture<List<ForkView>> answer) implements GossipInput {}

  /** The node is another one from now on. */
  record Become(String nodeId) implements GossipInput {}

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

  /** Change the voters without those that are lost. */
  record ReplaceLost(
      String space,
      Set<String> lost,
      List<String> voters,
      long millis,
      CompletableFuture<VersionVector> done)
      implements AboutVoters {}

  /** A vote is durable. */
  record Voted(HostPort from, Message.VoteAsk ask, VoterRecords.Vote vote) implements AboutVoters {}

  /** Chosen voters are in force in the catalogue here. */
  record Settled(long operation) implements AboutVoters {}

  /** The space's journal has a hole. */
  record Holed(String space) implements AboutVoters {}
}
