package dev.hearsay.sim.bench.journal;

/**
 * How much is measured.
 *
 * @param warmups rounds of each case that do not count
 * @param rounds rounds of each case that count
 * @param roundMillis how long each system writes in a round
 * @param recoveryEvents events of the entity that recovers
 * @param recoveryRounds how often each system recovers it
 * @param snapshotBytes of the state of which snapshots are taken
 * @param snapshotRounds snapshots after the first
 */
record Effort(
    int warmups,
    int rounds,
    int roundMillis,
    int recoveryEvents,
    int recoveryRounds,
    int snapshotBytes,
    int snapshotRounds) {

  static Effort quick() {
    return new Effort(1, 5, 350, 100_000, 5, 10_000_000, 3);
  }

  static Effort full() {
    return new Effort(2, 11, 1_500, 1_000_000, 5, 100_000_000, 5);
  }
}
