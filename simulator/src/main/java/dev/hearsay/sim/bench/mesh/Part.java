package dev.hearsay.sim.bench.mesh;

import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** What is measured; each on processes of its own, or in virtual time. */
public enum Part {
  LATENCY,
  HEAL,
  SET,
  IDLE,
  LINKS;

  /** Whom it measures, as far as they are chosen. */
  public List<Side> measured() {
    return switch (this) {
      case LATENCY -> List.of(Side.HEARSAY, Side.DDATA, Side.DDATA_TUNED);
      case HEAL -> List.of(Side.HEARSAY, Side.DDATA_TUNED);
      case SET, IDLE -> List.of(Side.HEARSAY, Side.DDATA);
      case LINKS -> List.of(Side.HEARSAY);
    };
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** On processes of these sides, as far as it has anything to ask of them. */
  List<BenchReport.Row> run(Set<Side> sides, boolean quick, Consumer<String> progress)
      throws BenchFailedException, IOException {
    return switch (this) {
      case LATENCY -> new Latency(sides, quick, progress).run();
      case HEAL -> new Healing(sides, quick, progress).run();
      case SET -> new LargeSet(sides, quick, progress).run();
      case IDLE -> new Idle(sides, quick, progress).run();
      case LINKS -> new Links(sides, quick, progress).run();
    };
  }
}
