package dev.hearsay.persistence;

import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * Events that an application still wants to read, though snapshots stand for them: deletions of an
 * entity's events, as Pekko's retention asks for with each snapshot, end before them, and take them
 * later. Thread-safe.
 */
public final class HeldEvents {
  private HeldEvents() {}

  /**
   * From now on, until it is called again or the actor system ends, deletions of the entity's
   * events go no further than that. A deletion of everything, {@code Long.MAX_VALUE}, is not held
   * up, and ends it.
   *
   * @param sequenceNr of the first event to stay; 1 for all
   * @throws IllegalArgumentException if it is less than 1
   */
  public static void holdFrom(
      ClassicActorSystemProvider system, String persistenceId, long sequenceNr) {
    if (sequenceNr < 1) {
      throw new IllegalArgumentException("there is no event " + sequenceNr);
    }
    RetainedSnapshots.get(system).holdFrom(persistenceId, sequenceNr);
  }
}
