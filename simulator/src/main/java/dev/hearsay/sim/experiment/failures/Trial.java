package dev.hearsay.sim.experiment.failures;

/**
 * How often something went wrong.
 *
 * @param harmed times that it did
 * @param of how many
 * @param what was counted, in a line
 */
record Trial(long harmed, long of, String what) {
  double share() {
    return of == 0 ? 0 : 100.0 * harmed / of;
  }
}
