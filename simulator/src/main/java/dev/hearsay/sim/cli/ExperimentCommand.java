package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.bench.Machine;
import dev.hearsay.sim.experiment.Experiment;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.report.Report.Check;
import dev.hearsay.sim.report.Report.Origin;
import dev.hearsay.sim.report.ReportFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hearsay experiment NAME}: runs it, and leaves a page with plots and a CSV. */
@Command(
    name = "experiment",
    description = {
      "Answers a question by running it, and leaves a report: DIR/NAME.html, a page with plots that"
          + " needs nothing but itself, and DIR/NAME.csv.",
      "Exit status 1 if something did not hold that must."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nExperiments:%n")
final class ExperimentCommand implements Callable<Integer> {

  private static final String FOLDER = "experiments";

  private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Which; those that there are stand below.")
  private @Nullable String name;

  @Option(names = "--quick", description = "Smaller sizes and fewer rounds: under a minute.")
  private boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of all chance in it (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description =
          "For icde19: run over these topologies, {\"name\": {\"0\": [1], \"1\": [0]}}, instead of"
              + " the published ones.")
  private @Nullable Path topology;

  @Option(
      names = "--schedule",
      paramLabel = "FILE",
      description =
          "For calibrate: what goes wrong in both worlds, a fault a line as 'lab' has them, instead"
              + " of its own.")
  private @Nullable Path schedule;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where the report goes (default: target/experiments of the project, else"
              + " ./experiments).")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print one JSON object on stdout, nothing else there.")
  private boolean json;

  @Spec
  void spec(CommandSpec self) {
    spec = self;
    self.usageMessage()
        .footer(
            Experiments.ALL.stream()
                .map(
                    experiment ->
                        String.format("  %-15s %s", experiment.name(), experiment.purpose()))
                .toArray(String[]::new));
  }

  @Override
  public Integer call() throws IOException, ExperimentFailedException {
    if (name == null) {
      throw new ParameterException(
          spec.commandLine(), "an experiment is missing: " + Experiments.names());
    }
    Experiment experiment = Experiments.named(name);
    if (schedule != null) {
      SimFiles.requireFile("--schedule", schedule);
    }
    Settings settings =
        new Settings(quick, seed, Optional.ofNullable(topology), Optional.ofNullable(schedule));
    check(experiment, settings);
    ReportFolder folder = claim();
    Report report =
        experiment.run(settings, line -> spec.commandLine().getErr().println("  " + line));
    Origin origin =
        new Origin(
            command(experiment),
            seed,
            Machine.description(),
            Machine.commit(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Path page = folder.write(report, origin);
    if (json) {
      printJson(report, origin);
    } else {
      print(report, page);
    }
    return report.holds() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static void check(Experiment experiment, Settings settings) {
    try {
      experiment.check(settings);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      String option = settings.scheduleFile().isPresent() ? "--schedule" : "--topology";
      throw new BadInputException(option + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private ReportFolder claim() {
    Path folder = out == null ? defaultFolder() : out;
    try {
      return ReportFolder.claim(folder);
    } catch (IOException e) {
      throw new BadInputException("--out " + folder + ": not a folder that can be written to", e);
    }
  }

  private static Path defaultFolder() {
    String home = System.getProperty("hearsay.home");
    Path target = home == null ? null : Path.of(home, "target");
    return target != null && Files.isDirectory(target) ? target.resolve(FOLDER) : Path.of(FOLDER);
  }

  /** That makes the report again. */
  private String command(Experiment experiment) {
    return "./hearsay experiment "
        + experiment.name()
        + (quick ? " --quick" : "")
        + " --seed "
        + seed
        + (topology == null ? "" : " --topology " + topology)
        + (schedule == null ? "" : " --schedule " + schedule);
  }

  private void printJson(Report report, Origin origin) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("experiment", report.name());
    all.put("command", origin.command());
    all.put("seed", origin.seed());
    all.put("machine", origin.machine());
    all.put("commit", origin.commit());
    all.put("checks", report.checks());
    all.put("rows", report.rows().asMaps());
    spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(all));
  }

  private void print(Report report, Path page) {
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.println(report.title());
    for (Check check : report.checks()) {
      terminal.println(String.format("  %-14s %s", check.verdict() + ":", check.promise()));
      terminal.println(" ".repeat(17) + check.found());
    }
    terminal.println(page.toAbsolutePath().normalize().toUri());
  }
}
