package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.EncodedDiff;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What a space is told. */
sealed interface SpaceCommand {
  /** Run a transaction; completes when its change is durable. */
  record Update(String author, Consumer<Draft> body, CompletableFuture<Frontier> done)
      implements SpaceCommand {}

  /** Changes from a peer. */
  record Receive(HostPort from, Effect.Receipt receipt, List<EncodedChange> changes)
      implements SpaceCommand {}

  /** A diff from a peer, already read. */
  record ReceiveDiff(HostPort from, Effect.Receipt receipt, StateDiff diff, EncodedDiff encoded)
      implements SpaceCommand {}

  /** A peer at this frontier wants what it lacks. */
  record Serve(HostPort to, VersionVector frontier, int bytesMax) implements SpaceCommand {}

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
