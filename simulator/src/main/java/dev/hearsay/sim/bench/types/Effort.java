package dev.hearsay.sim.bench.types;

/**
 * How long a case is measured.
 *
 * @param forks fresh JVMs, one after the other
 * @param warmups iterations in each JVM that do not count
 * @param warmupMillis how long one of them lasts, at least one operation; all together long enough
 *     for the JVM's second compiler, or the figures would be those of the first
 * @param rounds iterations in each JVM that count
 * @param roundMillis how long one of them lasts, at least one operation
 */
record Effort(int forks, int warmups, int warmupMillis, int rounds, int roundMillis) {

  static Effort quick() {
    return new Effort(1, 2, 400, 5, 60);
  }

  static Effort full(int forks) {
    return new Effort(forks, 3, 700, 10, 100);
  }
}
