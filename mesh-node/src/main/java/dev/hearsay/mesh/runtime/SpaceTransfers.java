package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.StagingReport;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;

/** States of one space on their way in and out, for its {@link SpaceActor}. */
final class SpaceTransfers {
  private final String space;
  private final NodeContext node;
  private final JournalRepair journal;

  SpaceTransfers(String space, NodeContext node, ActorSystem system) {
    this.space = space;
    this.node = node;
    this.journal = new JournalRepair(space, system, node.notices());
  }

  /** Reads the head and has it staged; what the report says becomes durable with what waits. */
  StagingReport receive(SpaceCore core, SpaceCommand.ReceiveHead receive) {
    StateDiff head;
    try {
      head = DiffFormat.decode(receive.head());
    } catch (RejectedException e) {
      return core.refuse(receive.offer().transfer(), e);
    }
    return core.begin(
        new SpaceEvent.Begun(
            receive.offer().transfer(),
            receive.offer().resumes(),
            receive.offer().elements(),
            head,
            new EncodedDiff(receive.head())));
  }

  StagingReport receive(SpaceCore core, SpaceCommand.ReceivePiece receive) {
    long transfer = receive.piece().transfer();
    byte[] bytes = receive.piece().piece().unsafe();
    StateDiff piece;
    try {
      piece = DiffFormat.decode(bytes);
    } catch (RejectedException e) {
      return core.refuse(transfer, e);
    }
    return core.stage(
        new SpaceEvent.Staged(transfer, piece, new EncodedDiff(bytes)), receive.piece().from());
  }

  void serve(SpaceCore core, SpaceCommand.Serve serve) {
    RepairAnswer answer = core.answer(serve.frontier(), serve.bytesMax());
    serve(answer, serve.to(), serve.frontier(), serve.bytesMax());
  }

  void serve(SpaceCore core, SpaceCommand.ServeRest serve) {
    RepairAnswer answer = core.answer(serve.frontier(), serve.mark(), serve.bytesMax());
    serve(answer, serve.to(), serve.frontier(), serve.bytesMax());
  }

  /**
   * Hands an answer to the gossip. Where the tail does not reach, the journal is read or the state
   * is frozen; elsewhere, because that takes a while.
   */
  private void serve(RepairAnswer answer, HostPort to, VersionVector frontier, int bytesMax) {
    if (answer instanceof RepairAnswer.Changes changes) {
      serve(changes, to);
    } else if (answer instanceof RepairAnswer.Difference difference) {
      node.background().execute(() -> serve(difference, to, frontier, bytesMax));
    }
  }

  private void serve(RepairAnswer.Changes changes, HostPort to) {
    node.gossip()
        .accept(new GossipInput.ServedChanges(space, to, changes.changes(), changes.more()));
  }

  private void serve(
      RepairAnswer.Difference difference, HostPort to, VersionVector frontier, int bytesMax) {
    if (JournalRepair.isWorthIt(difference.state(), frontier)) {
      Optional<RepairAnswer.Changes> changes = journal.read(difference.state(), frontier, bytesMax);
      if (changes.isPresent()) {
        serve(changes.get(), to);
        return;
      }
    }
    OutgoingState frozen =
        new OutgoingState(difference.state(), difference.base(), difference.baseHashes());
    node.gossip().accept(new GossipInput.ServedState(space, to, frozen, difference.resumes()));
  }
}
