package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.EncodedDiff;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.OutgoingState;
import dev.hearsay.mesh.space.RepairAnswer;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.StagingReport;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a {@link VirtualNode} does with states on their way in, and what it may do wrong. */
final class VirtualTransfers {
  /** With a credit of a few pieces. */
  static final GossipLimits LIMITS =
      new GossipLimits(
          2,
          16,
          1_000_000,
          1L << 30,
          1 << 20,
          128 << 10,
          5_000,
          4 << 20,
          64L << 20,
          256L << 20,
          1 << 20,
          1 << 22,
          600_000,
          3_600_000,
          600_000);

  private final VirtualMesh mesh;
  private final VirtualNode node;

  /** Where the last state begun on its way in stands. */
  private VersionVector coming = VersionVector.EMPTY;

  VirtualTransfers(VirtualMesh mesh, VirtualNode node) {
    this.mesh = mesh;
    this.node = node;
  }

  /** Interprets an effect that is about a transfer. */
  void run(Effect effect) {
    if (effect instanceof Effect.DeliverHead deliver) {
      staged(
          deliver.space(),
          deliver.from(),
          core -> begin(core, deliver, node.forks.head(DiffFormat.decode(deliver.head()))));
      coming = DiffFormat.decode(deliver.head()).frontier();
    } else if (effect instanceof Effect.DeliverPiece deliver) {
      staged(deliver.space(), deliver.from(), core -> stage(core, deliver));
    } else if (effect instanceof Effect.ReadState read) {
      node.later(mesh.random.nextInt(3), () -> read(read));
    } else if (effect instanceof Effect.ServeRest rest) {
      node.later(
          0,
          () ->
              served(
                  rest.space(),
                  rest.to(),
                  node.core(rest.space()).answer(rest.frontier(), rest.mark(), rest.bytesMax())));
    }
  }

  private void staged(String space, HostPort from, Function<SpaceCore, StagingReport> stage) {
    node.later(
        0,
        () -> {
          if (!node.forks.isMet(
              space, node.held(space), from, may -> again(space, from, stage, may))) {
            return;
          }
          StagingReport report = stage.apply(node.core(space));
          node.forks.staged(space, from, report);
          if (report.state() == StagingReport.State.COMMITTED) {
            node.diffsTaken++;
          }
          node.finish(space, () -> node.gossip().staged(space, from, report, mesh.nowMillis()));
          if (mesh.transferFault == TransferFault.ADVERTISES_BEFORE_THE_COMMIT
              && report.state() == StagingReport.State.GOES_ON) {
            advertise(space);
          }
        });
  }

  private void again(
      String space, HostPort from, Function<SpaceCore, StagingReport> stage, boolean may) {
    if (may) {
      staged(space, from, stage);
    }
  }

  private void read(Effect.ReadState read) {
    node.run(
        node.gossip()
            .read(
                read.space(),
                read.to(),
                read.transfer(),
                read.state().read(read.from(), read.bytesMax()),
                mesh.nowMillis()));
  }

  void served(String space, HostPort to, RepairAnswer answer) {
    long now = mesh.nowMillis();
    if (answer instanceof RepairAnswer.Changes changes) {
      node.run(node.gossip().served(space, to, changes.changes(), changes.more(), now));
    } else if (answer instanceof RepairAnswer.Difference difference) {
      if (!node.durable(space).frontier().covers(difference.state().frontier())) {
        throw new MeshOracle.Violation(node.address() + " offers what is not durable");
      }
      OutgoingState state =
          new OutgoingState(difference.state(), difference.base(), difference.baseHashes());
      node.run(node.gossip().served(space, to, state, difference.resumes(), now));
    }
  }

  /** Tells of a frontier as if it were durable. */
  private void advertise(String space) {
    node.run(
        node.gossip()
            .published(
                space,
                coming,
                node.durable(space).digest(),
                List.of(),
                List.of(),
                mesh.nowMillis()));
  }

  static StagingReport begin(SpaceCore core, Effect.DeliverHead deliver, StateDiff head) {
    return core.begin(
        new SpaceEvent.Begun(
            deliver.offer().transfer(),
            deliver.offer().resumes(),
            deliver.offer().elements(),
            head,
            new EncodedDiff(deliver.head())));
  }

  private StagingReport stage(SpaceCore core, Effect.DeliverPiece deliver) {
    long from = deliver.piece().from();
    if (mesh.transferFault == TransferFault.LOSES_A_PIECE) {
      JournaledState.Staged staged = core.journaled().staged();
      long taken = staged == null ? 0 : staged.state().taken();
      if (taken > 0 && taken == from && mesh.random.nextInt(3) == 0) {
        return new StagingReport(
            deliver.piece().transfer(), taken, StagingReport.State.GOES_ON, null, null);
      }
      from = taken;
    }
    return stage(core, deliver.piece(), from);
  }

  static StagingReport stage(SpaceCore core, Message.StatePiece piece) {
    return stage(core, piece, piece.from());
  }

  private static StagingReport stage(SpaceCore core, Message.StatePiece piece, long from) {
    byte[] bytes = piece.piece().unsafe();
    return core.stage(
        new SpaceEvent.Staged(piece.transfer(), DiffFormat.decode(bytes), new EncodedDiff(bytes)),
        from);
  }

  /** The core after recovery. */
  SpaceCore recovered(SpaceCore core) {
    core.recovered();
    JournaledState.Staged staged = core.journaled().staged();
    if (staged == null || mesh.transferFault != TransferFault.JOINS_WITHOUT_THE_COMMIT) {
      return core;
    }
    SpaceCore wrong = new SpaceCore(new ReplicaId(mesh.random.nextLong()), SpaceLimits.DEFAULT);
    wrong.restore(join(core.durable(), staged.state()));
    return wrong;
  }

  private static SpaceState join(SpaceState state, StagedState staged) {
    List<StateDiff.FieldAtoms> runs = new ArrayList<>();
    staged.forEachRun(Integer.MAX_VALUE, runs::add);
    return state.join(
        new StateDiff(
            staged.books().base(),
            staged.books().heads(),
            staged.head().latest(),
            runs,
            staged.head().living()));
  }
}
