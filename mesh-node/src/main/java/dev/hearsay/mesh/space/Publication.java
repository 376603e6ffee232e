package dev.hearsay.mesh.space;

import dev.hearsay.crdt.SpaceState;
import java.util.List;

/**
 * What has become durable.
 *
 * @param state to show to readers
 * @param steps what led there, in order
 */
public record Publication(SpaceState state, List<Step> steps) {
  public Publication {
    steps = List.copyOf(steps);
  }

  /**
   * One part and the state right after it.
   *
   * @param local minted here
   */
  public record Step(SpaceEvent.Part part, SpaceState after, boolean local) {}
}
