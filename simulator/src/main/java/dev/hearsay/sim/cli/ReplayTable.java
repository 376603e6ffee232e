package dev.hearsay.sim.cli;

import dev.hearsay.sim.replay.NodeView;
import dev.hearsay.sim.replay.ReplayOptions;
import dev.hearsay.sim.replay.ReplayReport;
import java.io.PrintWriter;
import java.util.Locale;

/** The closing table of a replay. */
final class ReplayTable {

  private static final int FINDINGS_SHOWN_MAX = 20;

  private final PrintWriter out;
  private final boolean colours;

  ReplayTable(PrintWriter out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  void print(ReplayReport report, ReplayOptions options) {
    out.println();
    out.printf(Locale.ROOT, "  %-10s %8s %8s   %s%n", "node", "wrote", "holds", "memory");
    for (NodeView node : report.views()) {
      out.printf(
          Locale.ROOT,
          "  %-10s %8d %8d   %s%n",
          node.name(),
          node.writes(),
          node.holds(),
          report.stateDigest().get(node.name()));
    }
    out.println();
    row("messages", report.messages() + " in " + report.sessions() + " sessions");
    row("acknowledged", report.acknowledged() + ", " + report.changesPerSecond() + " a second");
    row("lost", String.valueOf(report.lost()));
    row("duplicated", String.valueOf(report.duplicated()));
    row("causal order", report.causalViolations() + " violations");
    row("converged", report.converged() ? "yes: every node holds the same" : "NO");
    if (options.cuts() > 0) {
      row(
          "cut",
          report.cutMillis() + " ms; all level " + report.healMillis() + " ms after the heal");
    }
    if (report.kills() > 0) {
      row(
          "killed",
          report.kills()
              + (report.kills() == 1 ? " time" : " times")
              + "; writing again "
              + report.restartMillis()
              + " ms after the restart");
    }
    row("took", String.format(Locale.ROOT, "%.1f s", report.durationMillis() / 1000.0));
    if (options.keep() != null) {
      row("kept", options.keep().toString());
    }
    out.println();
    out.println(
        report.passed()
            ? Ink.GREEN.paint(
                "  PASSED: checked message by message against the recording.", colours)
            : Ink.RED.paint("  FAILED", colours));
    out.flush();
  }

  static void printFindings(PrintWriter err, ReplayReport report) {
    report.findings().stream()
        .limit(FINDINGS_SHOWN_MAX)
        .forEach(finding -> err.println("  " + finding));
    int more = report.findings().size() - FINDINGS_SHOWN_MAX;
    if (more > 0) {
      err.println("  … and " + more + " more");
    }
    if (report.acknowledged() < report.messages()) {
      err.println(
          "  only " + report.acknowledged() + " of " + report.messages() + " were acknowledged");
    }
  }

  private void row(String name, String value) {
    out.printf(Locale.ROOT, "  %-14s %s%n", name, value);
  }
}
