package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.ForkGuard;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.HashSet;
import java.util.Set;

/** A space of a {@link FuzzedNode}, with the guard before it. */
final class FuzzedSpace {
  final String name;
  final SpaceCore core;
  final ForkGuard guard;
  private final Set<ReplicaId> ours = new HashSet<>();
  private long drawn;

  /** Nothing is in it; that replica writes. */
  FuzzedSpace(String name, long replica) {
    this.name = name;
    this.drawn = replica * 1_000_000;
    this.core = new SpaceCore(new ReplicaId(replica), SpaceLimits.DEFAULT);
    ours.add(core.own());
    this.guard = new ForkGuard(core, ours::contains);
    core.keepCountsOf(ours::contains);
  }

  ReplicaId draw() {
    ReplicaId next = new ReplicaId(++drawn);
    ours.add(next);
    return next;
  }

  /** Before something is written: the replica may be another's by now. */
  void requireOwn() {
    if (core.ownIsTaken()) {
      core.renew(draw());
    }
  }

  SpaceState state() {
    return core.durable();
  }

  StagingReport begin(Effect.DeliverHead deliver) {
    Message.StateOffer offer = deliver.offer();
    try {
      return core.begin(
          new SpaceEvent.Begun(
              offer.transfer(),
              offer.resumes(),
              offer.elements(),
              DiffFormat.decode(deliver.head()),
              new EncodedDiff(deliver.head())));
    } catch (RejectedException e) {
      return core.refuse(offer.transfer(), e);
    }
  }

  StagingReport stage(Effect.DeliverPiece deliver) {
    Message.StatePiece piece = deliver.piece();
    byte[] bytes = piece.piece().unsafe();
    try {
      return core.stage(
          new SpaceEvent.Staged(piece.transfer(), DiffFormat.decode(bytes), new EncodedDiff(bytes)),
          piece.from());
    } catch (RejectedException e) {
      return core.refuse(piece.transfer(), e);
    }
  }
}
