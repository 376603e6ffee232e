package dev.hearsay.mesh.space;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import org.jspecify.annotations.Nullable;

/**
 * What a journal makes: the state of a space, and what has been staged of a transfer that has not
 * been committed. Immutable.
 *
 * @param staged null if no transfer is on its way
 */
public record JournaledState(SpaceState state, @Nullable Staged staged) {
  public static final JournaledState EMPTY = new JournaledState(SpaceState.EMPTY, null);

  /**
   * A transfer on its way in.
   *
   * @param transfer as its sender named it
   */
  public record Staged(long transfer, StagedState state) {}
}
