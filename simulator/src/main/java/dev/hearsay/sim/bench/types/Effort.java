package dev.hearsay.sim.bench.types;

/**
 * How long a case is measured.
 *
 * @param forks fresh JVMs, one after the other
 * @param warmups iterations in each JVM that do not count
 * @param rounds iterations in each JVM that count
 * @param roundMillis how long an iteration lasts, at least one operation
 */
record Effort(int forks, int warmups, int rounds, int roundMillis) {

  static Effort quick() {
    return new Effort(1, 3, 5, 60);
  }

  static Effort full(int forks) {
    return new Effort(forks, 5, 10, 100);
  }
}
