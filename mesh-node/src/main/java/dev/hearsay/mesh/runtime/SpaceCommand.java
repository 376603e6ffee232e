package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What a space is told. */
sealed interface SpaceCommand {
  /** Run a transaction; completes when its change is durable. */
  record Update(String author, Consumer<Draft> body, CompletableFuture<Minted> done)
      implements SpaceCommand {}

  /** Changes from a peer. */
  record Receive(HostPort from, Effect.Receipt receipt, List<EncodedChange> changes)
      implements SpaceCommand {}

  /** A transfer from a peer begins. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record ReceiveHead(HostPort from, Message.StateOffer offer, byte[] head)
      implements SpaceCommand {}

  /** A piece of it. */
  record ReceivePiece(HostPort from, Message.StatePiece piece) implements SpaceCommand {}

  /** A peer at this frontier wants what it lacks. */
  record Serve(HostPort to, VersionVector frontier, int bytesMax) implements SpaceCommand {}

  /** As {@link Serve}, of one to whom a transfer came in part. */
  record ServeRest(HostPort to, VersionVector frontier, StagingReport.Mark mark, int bytesMax)
      implements SpaceCommand {}

  /**
   * Others have everything up to that frontier: end, for the space to be removed from this node.
   */
  record Purge(VersionVector covered) implements SpaceCommand {}

  /** From the journal. */
  record Journaled(SpaceJournal.Outcome outcome) implements SpaceCommand {}

  /** Finish what is being written and stop. */
  record Close() implements SpaceCommand {}

  /** Read the journal again after a failure. */
  record StartOver() implements SpaceCommand {}
}
