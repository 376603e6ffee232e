package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.HealBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hearsay bench}: measurements over real processes. */
@Command(
    name = "bench",
    description = "Measures real node processes on this machine.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "BENCHMARK",
    commandListHeading = "%nBenchmarks:%n")
final class BenchCommand implements Runnable {

  /** Twice the silence after which a node gives a peer up. */
  private static final int CUT_MILLIS_MIN = 4_000;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a benchmark is missing: heal");
  }

  @Command(
      name = "heal",
      description = "How long nodes take to agree after a cut during which many fields changed.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int heal(
      @Option(
              names = "--fields",
              paramLabel = "N",
              defaultValue = "20000",
              description = "Fields changed during the cut (default: ${DEFAULT-VALUE}).")
          int fields,
      @Option(
              names = "--nodes",
              paramLabel = "N",
              defaultValue = "3",
              description = "Node processes, 2 to 15 (default: ${DEFAULT-VALUE}).")
          int nodes,
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "5",
              description = "Rounds for each way of cutting (default: ${DEFAULT-VALUE}).")
          int rounds,
      @Option(names = "--quick", description = "A tenth of the fields, two rounds.") boolean quick,
      @Option(
              names = "--json",
              description = "Print one JSON object on stdout, nothing else there.")
          boolean json)
      throws BenchFailedException, IOException {
    if (fields < 2 || fields > 1_000_000) {
      throw new BadInputException("--fields must be between 2 and 1000000, not " + fields);
    }
    if (nodes < 2 || nodes > 15) {
      throw new BadInputException("--nodes must be between 2 and 15, not " + nodes);
    }
    if (rounds < 1 || rounds > 1_000) {
      throw new BadInputException("--rounds must be between 1 and 1000, not " + rounds);
    }
    PrintWriter err = spec.commandLine().getErr();
    BenchReport report =
        new HealBench(
                quick ? Math.max(2, fields / 10) : fields,
                nodes,
                quick ? 2 : rounds,
                CUT_MILLIS_MIN,
                line -> err.println("  " + line))
            .run();
    print(report, json);
    return ExitStatus.OK;
  }

  private void print(BenchReport report, boolean json) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(report));
      return;
    }
    out.println(report.machine() + ", commit " + report.commit());
    out.printf(
        Locale.ROOT,
        "%-20s %-34s %-10s %10s %10s %-5s %6s %6s  %s%n",
        "work",
        "size",
        "system",
        "median",
        "p99",
        "unit",
        "rounds",
        "ratio",
        "note");
    for (BenchReport.Row row : report.rows()) {
      out.printf(
          Locale.ROOT,
          "%-20s %-34s %-10s %10.1f %10.1f %-5s %6d %6.2f  %s%n",
          row.work(),
          row.size(),
          row.system(),
          row.median(),
          row.p99(),
          row.unit(),
          row.rounds(),
          row.ratioToHearsay(),
          row.note());
    }
  }
}
