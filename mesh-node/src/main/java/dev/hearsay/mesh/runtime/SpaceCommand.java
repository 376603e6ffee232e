package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.ForkChoice;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.Effect;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.space.Trimming;
import dev.hearsay.mesh.wire.Message;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a space is told. */
sealed interface SpaceCommand {
  /** Run a transaction; completes when its change is durable. */
  record Update(String author, Consumer<Draft> body, CompletableFuture<Minted> done)
      implements SpaceCommand {}

  /** Something that a peer has brought, and that may have to wait. */
  sealed interface Brought extends SpaceCommand {
    HostPort from();

    /** About how many it takes while it waits. */
    long bytes();
  }

  /** Changes from a peer. */
  record Receive(HostPort from, Effect.Receipt receipt, List<EncodedChange> changes)
      implements Brought {
    @Override
    public long bytes() {
      return changes.stream().mapToLong(EncodedChange::sizeBytes).sum();
    }
  }

  /** A transfer from a peer begins. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record ReceiveHead(HostPort from, Message.StateOffer offer, byte[] head) implements Brought {
    @Override
    public long bytes() {
      return head.length;
    }
  }

  /** A piece of it. */
  record ReceivePiece(HostPort from, Message.StatePiece piece) implements Brought {
    @Override
    public long bytes() {
      return piece.piece().sizeBytes();
    }
  }

  /** A peer at this frontier wants what it lacks. */
  record Serve(HostPort to, VersionVector frontier, int bytesMax) implements SpaceCommand {}

  /** As {@link Serve}, of one to whom a transfer came in part. */
  record ServeRest(HostPort to, VersionVector frontier, StagingReport.Mark mark, int bytesMax)
      implements SpaceCommand {}

  /** What concerns branches, and who holds which. */
  sealed interface OfForks extends SpaceCommand {}

  /** A peer speaks of branches; the gossip is told when that is heard. */
  record ForkHeard(Effect.ForkHeard heard) implements OfForks {}

  /** Something points to another branch at the peer. */
  record ForkSuspected(HostPort peer) implements OfForks {}

  /** An operator decides. */
  record ResolveFork(ForkChoice choice, CompletableFuture<Frontier> done) implements OfForks {}

  /** The operator has waited long enough: what has not begun by now is not done. */
  record WithdrawFork(CompletableFuture<Frontier> done) implements OfForks {}

  /** These peers are known no more. */
  record PeersForgotten(List<HostPort> peers) implements OfForks {}

  /**
   * That node has everything up to that frontier: end, for the space to be removed from this node,
   * or say that it stays.
   */
  record Purge(@Nullable HostPort by, VersionVector covered) implements SpaceCommand {}

  /** Every known holder has all of that. */
  record Stable(VersionVector frontier) implements SpaceCommand {
    /** Lets go of it, if the space is recovered, and goes on. */
    <B> B trim(@Nullable SpaceCore core, B next) {
      if (core != null) {
        Trimming.trim(core, frontier);
      }
      return next;
    }
  }

  /**
   * A node that does not hold the space hands in a change.
   *
   * @param notTaken runs if it does not enter the state now
   */
  record Adopt(HostPort from, EncodedChange change, Runnable notTaken) implements SpaceCommand {
    /** Tells if it is not in the newest state. */
    void unlessIn(SpaceCore core) {
      if (!core.head().frontier().covers(change.change().replica(), change.last())) {
        notTaken.run();
      }
    }
  }

  /** From the journal. */
  record Journaled(SpaceJournal.Outcome outcome) implements SpaceCommand {}

  /** Leave the memory once all is written, if nobody wants anything meanwhile. */
  record Leave() implements SpaceCommand {}

  /** Finish what is being written and stop. */
  record Close() implements SpaceCommand {}

  /** Read the journal again after a failure. */
  record StartOver() implements SpaceCommand {}
}
