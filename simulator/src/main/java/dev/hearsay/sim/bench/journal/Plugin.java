package dev.hearsay.sim.bench.journal;

import dev.hearsay.sim.bench.BenchReport;

/** A journal plugin that is measured. */
enum Plugin {
  HEARSAY(BenchReport.HEARSAY, "hearsay.journal"),
  PEKKO("pekko", "pekko.persistence.journal.leveldb");

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
