package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.replay.Replay;
import dev.hearsay.sim.replay.ReplayFailedException;
import dev.hearsay.sim.replay.ReplayOptions;
import dev.hearsay.sim.replay.ReplayReport;
import dev.hearsay.sim.replay.Spectator;
import dev.hearsay.sim.sessions.Recording;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a replay and shows it: as it goes, and in the end. */
final class ReplayRun {

  private final PrintWriter out;
  private final PrintWriter err;

  ReplayRun(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  int run(Recording recording, ReplayOptions options, boolean json, boolean quiet, boolean messages)
      throws IOException, ReplayFailedException {
    boolean live = Terminal.isInteractive() && !json;
    Narrator narrator = new Narrator(json ? err : out, live, messages);
    Spectator spectator = quiet ? new Silence() : narrator;
    ReplayReport report;
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread onInterrupt =
        new Thread(
            () -> {
              interrupted.set(true);
              err.println();
              err.println("interrupted; all node processes are ended");
            },
            "interrupted");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    try {
      report = Replay.run(recording, options, spectator);
    } catch (ReplayFailedException e) {
      if (interrupted.get()) {
        // The lab is ending the processes; that they go away is no news.
        return ExitStatus.FAILED;
      }
      throw e;
    } finally {
      narrator.end();
      if (!interrupted.get()) {
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
      }
    }
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(report));
    } else {
      new ReplayTable(out, live).print(report, options);
    }
    if (!report.passed()) {
      ReplayTable.printFindings(err, report);
      err.println("hearsay: FAILED; the same choices again: --seed " + options.seed());
    }
    return report.passed() ? ExitStatus.OK : ExitStatus.FAILED;
  }
}
