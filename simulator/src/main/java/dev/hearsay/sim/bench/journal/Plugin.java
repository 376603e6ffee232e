package dev.hearsay.sim.bench.journal;

import dev.hearsay.sim.bench.BenchReport;
import java.util.List;

/** A journal plugin that is measured. */
enum Plugin {
  HEARSAY(BenchReport.HEARSAY, "hearsay.journal"),
  PEKKO("pekko", "pekko.persistence.journal.leveldb"),

  /** {@link NoStorage}. */
  NO_STORAGE("actors alone", "bench-no-storage");

  /** Those that store what they are given. */
  static final List<Plugin> STORING = List.of(HEARSAY, PEKKO);

  private final String system;
  private final String id;

  Plugin(String system, String id) {
    this.system = system;
    this.id = id;
  }

  /** The name as reports have it. */
  String system() {
    return system;
  }

  /** The name as Pekko's configuration has it. */
  String id() {
    return id;
  }
}
