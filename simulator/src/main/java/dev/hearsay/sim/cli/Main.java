package dev.hearsay.sim.cli;

import dev.hearsay.mesh.HearsayException;
import dev.hearsay.persistence.DirectoryInUseException;
import dev.hearsay.persistence.StorageException;
import dev.hearsay.persistence.UnusableDirectoryException;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.replay.ReplayFailedException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hearsay}: shared memory for agents, from the command line. */
@Command(
    name = "hearsay",
    description = "Shared memory for AI agents on the JVM: no server, nothing lost.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Start with:  hearsay demo",
      "Exit status: 0 all is well, 1 something was lost or went wrong, 2 bad input."
    },
    subcommands = {
      DemoCommand.class,
      ReplayCommand.class,
      NodeCommand.class,
      ShellCommand.class,
      BenchCommand.class,
      ExperimentCommand.class,
      SimCommand.class,
      LabCommand.class,
      JournalCommand.class,
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    // UTF-8 whatever the locale says: JSON must be, and terminals are.
    System.exit(
        run(
            new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true),
            new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true),
            args));
  }

  /** Runs a command; the exit status. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commands = new CommandLine(new Main());
    commands.setOut(out);
    commands.setErr(err);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setParameterExceptionHandler(Main::badArguments);
    commands.setExecutionExceptionHandler(Main::failed);
    return commands.execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: demo, replay, node, shell, bench, experiment, sim, lab or journal");
  }

  private static int badArguments(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command
        .getErr()
        .println("hearsay: " + firstLine(e) + " (" + name + " --help shows what there is)");
    return ExitStatus.BAD_INPUT;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (e instanceof BadInputException) {
      err.println("hearsay: " + e.getMessage());
      return ExitStatus.BAD_INPUT;
    }
    if (e instanceof HearsayException hearsay) {
      err.println(
          "hearsay: "
              + e.getMessage()
              + " ("
              + hearsay.code().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + ")");
      return hearsay.isDefinite() ? ExitStatus.BAD_INPUT : ExitStatus.FAILED;
    }
    if (e instanceof StorageException storage) {
      err.println("hearsay: " + e.getMessage());
      boolean refused =
          storage instanceof UnusableDirectoryException
              || storage instanceof DirectoryInUseException;
      return refused ? ExitStatus.BAD_INPUT : ExitStatus.FAILED;
    }
    if (e instanceof ReplayFailedException) {
      err.println("hearsay: " + e.getMessage());
      if (e.getCause() != null) {
        err.println("  because: " + e.getCause().getMessage());
      }
      return ExitStatus.FAILED;
    }
    if (e instanceof BenchFailedException || e instanceof ExperimentFailedException) {
      err.println("hearsay: " + e.getMessage());
      return ExitStatus.FAILED;
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      err.println("hearsay: " + e.getMessage());
      return ExitStatus.FAILED;
    }
    err.println("hearsay: this should not happen; please report it:");
    e.printStackTrace(err);
    return ExitStatus.FAILED;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
