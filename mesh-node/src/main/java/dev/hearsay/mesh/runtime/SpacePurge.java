package dev.hearsay.mesh.runtime;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsFailure;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/**
 * Removes the events of a space, and then its snapshots, after the space's own entity has stopped.
 * In this order: where it is cut short, what is left is a snapshot, a state that somebody else has,
 * from which the next start goes on.
 */
final class SpacePurge extends AbstractPersistentActor {
  private final String persistenceId;
  private final CompletableFuture<Void> done;

  static Props props(String persistenceId, CompletableFuture<Void> done) {
    return Props.create(SpacePurge.class, () -> new SpacePurge(persistenceId, done));
  }

  private SpacePurge(String persistenceId, CompletableFuture<Void> done) {
    this.persistenceId = persistenceId;
    this.done = done;
  }

  @Override
  public String persistenceId() {
    return persistenceId;
  }

  @Override
  public Recovery recovery() {
    return Recovery.none();
  }

  @Override
  public Receive createReceiveRecover() {
    return receiveBuilder()
        .match(RecoveryCompleted.class, completed -> deleteMessages(Long.MAX_VALUE))
        .build();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(
            DeleteMessagesSuccess.class,
            success -> deleteSnapshots(SnapshotSelectionCriteria.latest()))
        .match(DeleteMessagesFailure.class, failure -> end(failure.cause()))
        .match(
            DeleteSnapshotsSuccess.class,
            success -> {
              done.complete(null);
              getContext().stop(getSelf());
            })
        .match(DeleteSnapshotsFailure.class, failure -> end(failure.cause()))
        .build();
  }

  private void end(Throwable cause) {
    done.completeExceptionally(cause);
    getContext().stop(getSelf());
  }

  @Override
  public void onRecoveryFailure(Throwable cause, scala.Option<Object> event) {
    done.completeExceptionally(cause);
  }

  @Override
  public void postStop() throws Exception {
    done.completeExceptionally(new IllegalStateException("the node closed"));
    super.postStop();
  }
}
