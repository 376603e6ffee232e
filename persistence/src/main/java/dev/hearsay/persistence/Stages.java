package dev.hearsay.persistence;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.dispatch.Futures;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/** From Java's futures to Scala's, with the failure as it was thrown. */
final class Stages {
  private Stages() {}

  static <T> Future<T> toScala(CompletionStage<T> stage) {
    Promise<T> promise = Futures.promise();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            promise.success(value);
          } else {
            promise.failure(cause(failure));
          }
        });
    return promise.future();
  }

  /** With a value of its own, known before. */
  static <T> Future<T> toScala(CompletionStage<Void> stage, T value) {
    Promise<T> promise = Futures.promise();
    stage.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            promise.success(value);
          } else {
            promise.failure(cause(failure));
          }
        });
    return promise.future();
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
