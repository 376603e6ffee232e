package dev.hearsay.sim.live;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.OperationIds;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.history.Notes;
import dev.hearsay.sim.history.Operation;
import dev.hearsay.sim.history.RecordingFields;
import dev.hearsay.sim.lab.Edit;
import dev.hearsay.sim.lab.NodeGoneException;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.lab.RequestFailedException;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.workload.WriteProgress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A space at a node process. A transaction begins there, on the space's own thread, which then
 * waits: its state comes here, the body runs on it, and what the body did goes back and is done
 * there, through the API. So the change is known here before anybody can see it, to the byte.
 */
final class LiveSpace implements SpaceClient {
  private static final AtomicLong CALLS = new AtomicLong();

  private final LiveMesh mesh;
  private final LiveNode node;
  private final String name;

  LiveSpace(LiveMesh mesh, LiveNode node, String name) {
    this.mesh = mesh;
    this.node = node;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void write(WriteOptions options, Consumer<Transaction> body, WriteProgress progress) {
    if (!node.isUp()) {
      progress.done(new Outcome.Failed<>("NODE_CLOSED: " + node + " is down"));
      return;
    }
    mesh.callBegun();
    new Write(options, body, progress).begin();
  }

  @Override
  public void read(ReadOptions options, Consumer<Outcome<Snapshot>> done) {
    if (!node.isUp()) {
      done.accept(new Outcome.Failed<>("NODE_CLOSED: " + node + " is down"));
      return;
    }
    Frontier after = options.after();
    boolean local = options.acknowledgement().kind() == Acknowledgement.Kind.LOCAL;
    if (local && after.versions().isEmpty()) {
      done.accept(new Outcome.Ok<>(new StateSnapshot(mesh.read(node, name))));
      return;
    }
    mesh.callBegun();
    Request.Look look =
        new Request.Look(
            name,
            demand(options.acknowledgement(), options.timeout()),
            after.versions().isEmpty() ? null : after.toString());
    node.ask(
        look,
        Reply.State.class,
        (state, failure) -> {
          mesh.callEnded();
          if (state != null) {
            done.accept(new Outcome.Ok<>(new StateSnapshot(DiffFormat.decodeState(state.state()))));
          } else {
            // A read has no effect, whatever became of it.
            done.accept(new Outcome.Failed<>(describe(failure)));
          }
        });
  }

  private static Request.Demand demand(Acknowledgement acknowledgement, Duration timeout) {
    return new Request.Demand(
        acknowledgement.kind(), acknowledgement.count(), TimeUnit.MILLISECONDS.convert(timeout));
  }

  private static String describe(@Nullable Throwable failure) {
    if (failure instanceof RequestFailedException refused) {
      return refused.code() + ": " + refused.getMessage();
    }
    if (failure instanceof NodeGoneException) {
      return "NODE_CLOSED: " + failure.getMessage();
    }
    throw new IllegalStateException("the lab failed", failure);
  }

  /** One transaction. */
  private final class Write {
    private final long call = CALLS.incrementAndGet();
    private final WriteOptions options;
    private final Consumer<Transaction> body;
    private final WriteProgress progress;
    private @Nullable Dot change;

    Write(WriteOptions options, Consumer<Transaction> body, WriteProgress progress) {
      this.options = options;
      this.body = body;
      this.progress = progress;
    }

    void begin() {
      Request.Transact asked =
          new Request.Transact(
              call,
              name,
              demand(options.acknowledgement(), options.timeout()),
              options.operationId().orElse(null));
      node.ask(
          asked,
          Reply.class,
          (reply, failure) -> {
            if (reply instanceof Reply.Turn turn) {
              run(turn);
            } else if (reply instanceof Reply.Ended ended) {
              done(new Outcome.Ok<>(Frontier.parse(ended.frontier())));
            } else if (failure instanceof NodeGoneException) {
              // Nobody has told the node what to write.
              done(new Outcome.Failed<>(describe(failure)));
            } else {
              done(outcome(failure));
            }
          });
    }

    private void run(Reply.Turn turn) {
      SpaceState before = DiffFormat.decodeState(turn.before());
      Draft draft =
          new Draft(
              before, new ReplicaId(turn.replica()), new HybridTime(turn.time()), node.name());
      Notes notes = new Notes();
      try {
        body.accept(RecordingFields.of(new DraftTransaction(draft), notes));
      } catch (HearsayException e) {
        // The node's body throws the same.
        commit(List.of(), e.code());
        return;
      } catch (RuntimeException | AssertionError e) {
        commit(List.of(), ErrorCode.INTERNAL);
        throw e;
      }
      options.operationId().ifPresent(id -> OperationIds.add(draft, id));
      if (!draft.isEmpty()) {
        EncodedChange minted = ChangeFormat.encode(draft.toChange());
        change = minted.change().name();
        mesh.minted(node, name, minted, before.frontier());
        progress.minted(minted.change().name());
      }
      commit(notes.of(unnamed()).stream().flatMap(one -> Edit.of(one).stream()).toList(), null);
    }

    private Operation.Call unnamed() {
      return new Operation.Call(
          0,
          true,
          node.name(),
          "",
          0,
          name,
          options.acknowledgement(),
          Operation.Result.UNKNOWN,
          0,
          0,
          change,
          null,
          null,
          null);
    }

    private void commit(List<Edit> edits, @Nullable ErrorCode refusal) {
      node.ask(
          new Request.Commit(call, edits, refusal == null ? null : refusal.name()),
          Reply.Ended.class,
          (ended, failure) -> {
            if (ended == null) {
              done(outcome(failure));
              return;
            }
            Frontier frontier = Frontier.parse(ended.frontier());
            Dot written = change;
            if (written != null) {
              mesh.acknowledged(node, name, written, options.acknowledgement());
            }
            done(new Outcome.Ok<>(frontier));
          });
    }

    private Outcome<Frontier> outcome(@Nullable Throwable failure) {
      if (failure instanceof RequestFailedException refused) {
        ErrorCode code = ErrorCode.valueOf(refused.code());
        return code.isDefinite()
            ? new Outcome.Failed<>(describe(failure))
            : new Outcome.Unknown<>(describe(failure));
      }
      return new Outcome.Unknown<>(describe(failure));
    }

    private void done(Outcome<Frontier> outcome) {
      mesh.callEnded();
      progress.done(outcome);
    }
  }
}
