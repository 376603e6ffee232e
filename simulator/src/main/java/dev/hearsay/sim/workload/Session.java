package dev.hearsay.sim.workload;

import dev.hearsay.crdt.Dot;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.history.Notes;
import dev.hearsay.sim.history.Operation;
import dev.hearsay.sim.history.Operation.Result;
import dev.hearsay.sim.history.RecordingFields;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One agent: makes one call after the other, and has all that it does and sees taken down. It may
 * {@linkplain #moveTo move} to another node, with what it knows. For the thread of the run.
 */
public final class Session {
  private final String name;
  private final Takedown takedown;
  private MeshClient client;

  /**
   * Where the sessions of a run are taken down.
   *
   * @param run the number of the run
   * @param history takes down
   * @param calls numbers the calls of the run
   */
  public record Takedown(int run, History history, AtomicLong calls) {
    public Takedown(int run, History history) {
      this(run, history, new AtomicLong());
    }
  }

  /** A session of that name, which no other session of the run has. */
  public Session(String name, MeshClient client, Takedown takedown) {
    this.name = name;
    this.client = client;
    this.takedown = takedown;
  }

  public String name() {
    return name;
  }

  /** The place from which it acts. */
  public MeshClient client() {
    return client;
  }

  /** Acts from another node from now on. */
  public void moveTo(MeshClient other) {
    client = other;
  }

  /** A call that is under way. */
  private final class Call {
    private final long number = takedown.calls.incrementAndGet();
    private final String node = client.node();
    private final long startNanos = client.nanos();
    private final String space;
    private final boolean write;
    private final Acknowledgement acknowledgement;
    private final @Nullable Frontier after;
    private final Notes notes = new Notes();
    private @Nullable Dot change;

    Call(String space, WriteOptions options) {
      this.space = space;
      this.write = true;
      this.acknowledgement = options.acknowledgement();
      this.after = null;
    }

    Call(String space, ReadOptions options) {
      this.space = space;
      this.write = false;
      this.acknowledgement = options.acknowledgement();
      this.after = options.after().versions().isEmpty() ? null : options.after();
    }

    /** So far. */
    List<Operation> operations() {
      return notes.of(call(Result.UNKNOWN, null, null));
    }

    private Operation.Call call(
        Result result, @Nullable Frontier frontier, @Nullable String error) {
      return new Operation.Call(
          takedown.run,
          write,
          node,
          name,
          number,
          space,
          acknowledgement,
          result,
          startNanos,
          client.nanos(),
          change,
          after,
          frontier,
          error);
    }

    Call begun() {
      takedown.history.begun(call(Result.UNKNOWN, null, null));
      return this;
    }

    void ended(Outcome<Frontier> outcome) {
      Operation.Call call;
      if (outcome instanceof Outcome.Ok<Frontier> ok) {
        call = call(Result.OK, ok.value(), null);
      } else if (outcome instanceof Outcome.Failed<Frontier> failed) {
        call = call(Result.FAIL, null, failed.error());
      } else {
        call = call(Result.UNKNOWN, null, ((Outcome.Unknown<Frontier>) outcome).error());
      }
      if (notes.isEmpty()) {
        takedown.history.endedUnseen(call);
      }
      takedown.history.ended(notes.of(call));
    }
  }

  /** Writes to the node's space, and tells how it ended. */
  public void write(
      String space,
      WriteOptions options,
      Consumer<Transaction> body,
      Consumer<Outcome<Frontier>> done) {
    Call call = new Call(space, options).begun();
    client
        .space(space)
        .write(
            options,
            transaction -> {
              call.notes.clear();
              body.accept(RecordingFields.of(transaction, call.notes));
            },
            new WriteProgress() {
              @Override
              public void minted(Dot change) {
                call.change = change;
                takedown.history.minted(call.operations());
              }

              @Override
              public void done(Outcome<Frontier> outcome) {
                call.ended(outcome);
                done.accept(outcome);
              }
            });
  }

  /** Writes locally and asks for nothing. */
  public void write(String space, Consumer<Transaction> body) {
    write(space, WriteOptions.local(), body, outcome -> {});
  }

  /**
   * Reads the node's space.
   *
   * @param body what is looked at, if the read succeeds
   * @param done told after that
   */
  public void read(
      String space,
      ReadOptions options,
      Consumer<Snapshot> body,
      Consumer<Outcome<Frontier>> done) {
    Call call = new Call(space, options).begun();
    client
        .space(space)
        .read(
            options,
            outcome -> {
              Outcome<Frontier> ended;
              if (outcome instanceof Outcome.Ok<Snapshot> ok) {
                body.accept(RecordingFields.of(ok.value(), call.notes));
                ended = new Outcome.Ok<>(ok.value().frontier());
              } else if (outcome instanceof Outcome.Failed<Snapshot> failed) {
                ended = new Outcome.Failed<>(failed.error());
              } else {
                ended = new Outcome.Unknown<>(((Outcome.Unknown<Snapshot>) outcome).error());
              }
              call.ended(ended);
              done.accept(ended);
            });
  }

  /** Reads locally. */
  public void read(String space, Consumer<Snapshot> body) {
    read(space, ReadOptions.local(), body, outcome -> {});
  }
}
