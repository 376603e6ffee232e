package dev.hearsay.sim.house.planted.mesh.space;

import java.io.File;
import java.util.concurrent.ThreadLocalRandom;

/** A file, a thread, the clock, chance from the system, and the runtime. */
final class BreaksEveryRule {
  private BreaksEveryRule() {}

  static File stamped() {
    return new File(new Thread().getName() + "-" + System.currentTimeMillis());
  }

  static int drawn() {
    return ThreadLocalRandom.current().nextInt();
  }

  static Object above() {
    return new dev.hearsay.sim.house.planted.mesh.runtime.PlantedRuntime();
  }
}
