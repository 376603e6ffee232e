package dev.hearsay.sim.experiment.live;

import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.mesh.Healing;
import dev.hearsay.sim.bench.mesh.Healing.CutOff;
import dev.hearsay.sim.bench.mesh.Healing.Healed;
import dev.hearsay.sim.bench.mesh.Side;
import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.report.Report;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How long three processes take to agree after cuts of growing size and length. */
public final class Heal implements Experiment {
  static final int NODES = 3;

  /** Of the cuts that grow in size; twice the silence after which a node gives a peer up. */
  static final int CUT_MILLIS = 4_000;

  @Override
  public String name() {
    return "heal";
  }

  @Override
  public String purpose() {
    return "convergence after cuts of growing size and length, beside Pekko Distributed Data";
  }

  /** The fields of the cuts that grow in length. */
  static int fixedFields(boolean quick) {
    return quick ? 200 : 2_000;
  }

  private static List<CutOff> cuts(boolean quick) {
    List<CutOff> cuts = new ArrayList<>();
    for (int fields : quick ? new int[] {50, 200} : new int[] {200, 500, 2_000, 5_000, 10_000}) {
      cuts.add(new CutOff(fields, CUT_MILLIS));
    }
    for (int millis : quick ? new int[] {6_000} : new int[] {8_000, 16_000, 24_000}) {
      cuts.add(new CutOff(fixedFields(quick), millis));
    }
    return cuts;
  }

  @Override
  public Report run(Settings settings, Consumer<String> progress)
      throws ExperimentFailedException, IOException {
    Map<String, List<Healed>> healed = new LinkedHashMap<>();
    for (Side side : List.of(Side.HEARSAY, Side.DDATA_TUNED)) {
      try {
        healed.put(side.label(), Healing.heal(side, NODES, cuts(settings.quick()), progress));
      } catch (BenchFailedException e) {
        throw new ExperimentFailedException(side.label() + ": " + e.getMessage(), e);
      }
    }
    return new HealReport(healed, fixedFields(settings.quick())).report();
  }
}
