package dev.hearsay.sim.cli;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.sim.shell.Shell;
import dev.hearsay.sim.shell.ShellCompleter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hearsay shell}: a node with a prompt, or with a script on its standard input. */
@Command(
    name = "shell",
    description = {
      "Runs a node with a prompt: open it in two terminals, and write in one what you read in the"
          + " other.",
      "Where the input is not a terminal, its lines are carried out one after the other; the exit"
          + " status is then 2 if any of them failed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ShellCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private NodeFlags flags;

  @Override
  public Integer call() throws IOException {
    MeshNode node = flags.start();
    // Also when the process is told to end.
    Thread onEnd = new Thread(node::close, "close");
    Runtime.getRuntime().addShutdownHook(onEnd);
    try {
      return Terminal.isConsole() ? prompt(node) : script(node);
    } finally {
      node.close();
    }
  }

  private int script(MeshNode node) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    boolean allWell = true;
    try (Shell shell =
            new Shell(node, line -> println(line.startsWith(Shell.ERROR) ? err : out, line));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine();
          line != null && !shell.hasEnded();
          line = shell.hasEnded() ? null : in.readLine()) {
        allWell &= shell.execute(line);
      }
    }
    return allWell ? ExitStatus.OK : ExitStatus.BAD_INPUT;
  }

  private static int prompt(MeshNode node) throws IOException {
    try (org.jline.terminal.Terminal terminal = TerminalBuilder.builder().build()) {
      // Set once the reader is there: lines of a watch go above the prompt.
      LineReader[] reader = new LineReader[1];
      try (Shell shell = new Shell(node, line -> reader[0].printAbove(line))) {
        reader[0] =
            LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("hearsay")
                .completer(new ShellCompleter(shell))
                .build();
        terminal
            .writer()
            .println(
                node.name()
                    + " runs at "
                    + node.address()
                    + "; 'help' lists the commands, Tab completes, Ctrl-D leaves");
        while (!shell.hasEnded()) {
          shell.execute(reader[0].readLine(shell.prompt()));
        }
      } catch (EndOfFileException | UserInterruptException leave) {
        terminal.writer().println("bye");
      }
      return ExitStatus.OK;
    }
  }

  private static void println(PrintWriter out, String line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }
}
