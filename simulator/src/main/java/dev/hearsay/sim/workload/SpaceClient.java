package dev.hearsay.sim.workload;

import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import java.util.function.Consumer;

/**
 * A space on one virtual node, as {@link dev.hearsay.mesh.Space} without waiting: what would block
 * there is told here, in virtual time. Works over restarts of the node. For the thread of the run.
 */
public interface SpaceClient {
  /** The space's name. */
  String name();

  /**
   * Runs the body on the node's newest state, at once or, where the API says so, when voters have
   * answered, and makes one change of it. If the body throws a {@link
   * dev.hearsay.mesh.HearsayException} nothing is written and the write has failed; any other
   * exception ends the run.
   */
  void write(WriteOptions options, Consumer<Transaction> body, WriteProgress progress);

  /**
   * Reads, with at least what the options say in it.
   *
   * @param done called exactly once, at the latest when the node crashes; before this returns, if
   *     nothing has to be waited for. A read never is {@link Outcome.Unknown}.
   */
  void read(ReadOptions options, Consumer<Outcome<Snapshot>> done);
}
