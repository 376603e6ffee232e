package dev.hearsay.sim.bench.types;

/** Brings the heap to rest before anything is timed. */
final class Settled {

  private Settled() {}

  /**
   * Moves what was made so far to the old generation. Without it every young collection copies a
   * large state once more, and small operations are charged for that.
   */
  static void heap() {
    System.gc();
  }
}
