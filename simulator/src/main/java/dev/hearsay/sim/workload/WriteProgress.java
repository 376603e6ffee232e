package dev.hearsay.sim.workload;

import dev.hearsay.crdt.Dot;
import dev.hearsay.mesh.Frontier;

/** Is told how a write goes on. */
@FunctionalInterface
public interface WriteProgress {
  /**
   * The body has run and the change is minted, of that name; not called if the body wrote nothing,
   * threw, or repeated an operation id. Observers have been told just before; nobody sees the
   * change yet.
   */
  default void minted(Dot change) {}

  /**
   * The end; called exactly once, at the latest when the node crashes.
   *
   * @param outcome a frontier that includes the change
   */
  void done(Outcome<Frontier> outcome);
}
