package dev.hearsay.sim.replay;

import dev.hearsay.sim.lab.CutMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Which faults happen after how many messages. The messages are divided into as many equal parts as
 * there are faults, and each fault begins at a seeded place in the first third of its part; cuts
 * and kills take turns.
 */
record FaultPlan(List<Fault> faults) {

  enum Kind {
    CUT,
    KILL
  }

  /**
   * One fault.
   *
   * @param atMessage begins when so many messages have been handed to nodes
   * @param untilMessage so many are handed over before the next fault can begin
   * @param node who is cut off or killed
   * @param mode for cuts
   */
  record Fault(Kind kind, int atMessage, int untilMessage, int node, CutMode mode) {}

  static FaultPlan of(ReplayOptions options, int messages) {
    Random random = new Random(options.seed());
    int count = options.cuts() + options.kills();
    List<Fault> faults = new ArrayList<>();
    int cuts = 0;
    int kills = 0;
    for (int i = 0; i < count; i++) {
      boolean cut = cuts < options.cuts() && (cuts <= kills || kills == options.kills());
      cuts += cut ? 1 : 0;
      kills += cut ? 0 : 1;
      double part = (double) messages / (count + 0.5);
      int at = (int) (part * (i + 0.15 + random.nextDouble() / 3));
      int until = (int) (part * (i + 0.95));
      CutMode chosen = random.nextBoolean() ? CutMode.CLOSE : CutMode.FREEZE;
      faults.add(
          new Fault(
              cut ? Kind.CUT : Kind.KILL,
              at,
              Math.max(at + 1, until),
              random.nextInt(options.nodes()),
              options.cutMode() == null ? chosen : options.cutMode()));
    }
    return new FaultPlan(List.copyOf(faults));
  }
}
