package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.Draft;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The way of an agent's writes into a space. Thread-safe. */
record Writes(SpaceCell cell, String author, Executor callbacks, BooleanSupplier closed) {
  /** Runs the transaction and waits until its change is durable. */
  Frontier await(Consumer<Draft> body) {
    requireOutsideTransaction();
    return await(send(body)).frontier();
  }

  /** Waits for the end of a write that has begun, through interrupts. */
  static <T> T await(CompletableFuture<T> done) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return done.get();
        } catch (InterruptedException e) {
          // The change will be journaled all the same; waiting on keeps the answer definite.
          interrupted = true;
        } catch (ExecutionException e) {
          throw unwrapped(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs the transaction; the stage completes on a thread of its own, with every failure. */
  CompletionStage<Frontier> async(Consumer<Draft> body) {
    try {
      return send(body).thenApplyAsync(Minted::frontier, callbacks);
    } catch (HearsayException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /**
   * Hands the transaction to the space.
   *
   * @throws HearsayException if that is impossible
   */
  CompletableFuture<Minted> send(Consumer<Draft> body) {
    if (closed.getAsBoolean()) {
      throw new HearsayException(ErrorCode.NODE_CLOSED, "the node is closed; nothing was written");
    }
    CompletableFuture<Minted> done = new CompletableFuture<>();
    cell.update(new SpaceCommand.Update(author, body, done));
    return done;
  }

  void requireOutsideTransaction() {
    refuseInTransaction();
  }

  static void refuseInTransaction() {
    if (SpaceActor.IN_TRANSACTION.get()) {
      throw new HearsayException(
          ErrorCode.NESTED_UPDATE,
          "a transaction must not wait for another write: use the transaction it was given");
    }
  }

  /** The failure as the caller should see it, with a stack trace that shows where it called. */
  static RuntimeException unwrapped(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof HearsayException hearsay) {
      return new HearsayException(hearsay.code(), String.valueOf(hearsay.getMessage()), hearsay);
    }
    if (cause instanceof RuntimeException runtime) {
      return runtime;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new HearsayException(ErrorCode.INTERNAL, String.valueOf(cause), cause);
  }
}
