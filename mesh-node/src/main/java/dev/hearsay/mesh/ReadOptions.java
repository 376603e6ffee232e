package dev.hearsay.mesh;

import dev.hearsay.crdt.VersionVector;
import java.time.Duration;

/**
 * What a read sees at least. Other than local, this node first learns what so many of the space's
 * voters have made durable, waits until it has that too, and then reads. Immutable.
 *
 * @param acknowledgement whose frontiers are learned
 * @param after a frontier to wait for besides
 * @param timeout zero if nothing is waited for
 * @since 0.1
 */
public record ReadOptions(Acknowledgement acknowledgement, Frontier after, Duration timeout) {
  private static final Frontier NOTHING = new Frontier(VersionVector.EMPTY);

  /** What this node has. */
  public static ReadOptions local() {
    return new ReadOptions(Acknowledgement.LOCAL, NOTHING, Duration.ZERO);
  }

  /** This and all that it depends on. */
  public static ReadOptions after(Frontier frontier, Duration timeout) {
    return new ReadOptions(Acknowledgement.LOCAL, frontier, WriteOptions.checked(timeout));
  }

  /** All that so many voters have. */
  public static ReadOptions atLeast(int voters, Duration timeout) {
    return new ReadOptions(Acknowledgement.atLeast(voters), NOTHING, WriteOptions.checked(timeout));
  }

  /** All that a majority of the voters has: every write that was acknowledged by a quorum. */
  public static ReadOptions quorum(Duration timeout) {
    return new ReadOptions(Acknowledgement.QUORUM, NOTHING, WriteOptions.checked(timeout));
  }

  /** All that any voter has: every write that was acknowledged by any voter. */
  public static ReadOptions all(Duration timeout) {
    return new ReadOptions(Acknowledgement.ALL, NOTHING, WriteOptions.checked(timeout));
  }
}
