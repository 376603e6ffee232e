package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.OperationIds;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An agent's writes and reads that ask the space's voters. Thread-safe. */
record AcknowledgedWrites(Writes writes, Voting voting) {
  /** A write that is durable here, and what voters must have for it to be acknowledged. */
  private record Local(Frontier frontier, VersionVector target) {}

  private String space() {
    return writes.cell().name();
  }

  /** Writes as the options say; every failure completes the future. */
  CompletableFuture<Frontier> write(WriteOptions options, Consumer<Draft> body) {
    Acknowledgement acknowledgement = options.acknowledgement();
    try {
      if (isLocal(acknowledgement)) {
        return local(options, body).thenApply(Local::frontier);
      }
      long deadline = deadline(options.timeout());
      return voting
          .ready(space(), acknowledgement, deadline)
          .thenCompose(ready -> earlier(options, deadline))
          .thenCompose(seen -> local(options, body))
          .thenCompose(
              done ->
                  voting
                      .acknowledged(space(), done.target(), acknowledgement, deadline)
                      .thenApply(acknowledged -> done.frontier()));
    } catch (HearsayException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Before an operation id is looked up: whatever was acknowledged under it is here. */
  private CompletableFuture<?> earlier(WriteOptions options, long deadline) {
    return options.operationId().isEmpty()
        ? CompletableFuture.completedFuture(null)
        : voting
            .learned(space(), Acknowledgement.QUORUM, deadline)
            .thenCompose(frontier -> reached(frontier, deadline));
  }

  private CompletableFuture<Local> local(WriteOptions options, Consumer<Draft> body) {
    Optional<String> id = options.operationId();
    if (id.isEmpty()) {
      return writes.send(body).thenApply(AcknowledgedWrites::local);
    }
    AtomicReference<@Nullable VersionVector> first = new AtomicReference<>();
    Consumer<Draft> once =
        draft -> {
          Optional<VersionVector> found = OperationIds.find(draft, id.get());
          if (found.isPresent()) {
            first.set(found.get());
          } else {
            body.accept(draft);
            OperationIds.add(draft, id.get());
          }
        };
    return writes
        .send(once)
        .thenApply(
            minted -> {
              VersionVector found = first.get();
              return found == null ? local(minted) : new Local(new Frontier(found), found);
            });
  }

  private static Local local(Minted minted) {
    // One that wrote nothing is as good as what it read.
    VersionVector target = minted.own().isEmpty() ? minted.frontier().versions() : minted.own();
    return new Local(minted.frontier(), target);
  }

  /** The state with what the options say in it; every failure completes the future. */
  CompletableFuture<SpaceState> read(ReadOptions options) {
    long deadline = deadline(options.timeout());
    VersionVector after = options.after().versions();
    if (isLocal(options.acknowledgement())) {
      return reached(after, deadline);
    }
    return voting
        .ready(space(), options.acknowledgement(), deadline)
        .thenCompose(ready -> voting.learned(space(), options.acknowledgement(), deadline))
        .thenCompose(frontier -> reached(frontier.join(after), deadline));
  }

  private CompletableFuture<SpaceState> reached(VersionVector frontier, long deadline) {
    SpaceRoot root = writes.cell().root();
    CompletableFuture<SpaceState> waiting = root.await(frontier);
    if (waiting.isDone()) {
      return waiting;
    }
    return waiting
        .orTimeout(Voting.millisUntil(deadline), TimeUnit.MILLISECONDS)
        .handle(
            (state, failure) -> {
              if (failure == null) {
                return state;
              }
              root.stopWaiting(waiting);
              if (failure instanceof TimeoutException) {
                throw new HearsayException(
                    ErrorCode.READ_TIMEOUT,
                    "space '"
                        + space()
                        + "' has not got what others have in time; "
                        + frontier.missingFrom(root.state().frontier())
                        + " dots are missing here; reading again is harmless: MeshNode.nodes()"
                        + " says who is ahead of this node, and who is out of reach",
                    failure);
              }
              throw failure instanceof RuntimeException e ? e : new CompletionException(failure);
            });
  }

  /** Changes the voters. */
  CompletableFuture<Void> changeVoters(Collection<String> nodes, Duration timeout) {
    return voting.changeTo(space(), nodes, millis(timeout));
  }

  /** Changes the voters without those that are lost for good. */
  CompletableFuture<Void> replaceLostVoters(
      Set<String> lost, Collection<String> nodes, Duration timeout) {
    return voting.replaceLost(space(), lost, nodes, millis(timeout));
  }

  private static long millis(Duration timeout) {
    return Math.max(1, TimeUnit.MILLISECONDS.convert(timeout));
  }

  private static long deadline(Duration timeout) {
    return System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
  }

  private static boolean isLocal(Acknowledgement acknowledgement) {
    return acknowledgement.kind() == Acknowledgement.Kind.LOCAL;
  }
}
