package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.persistence.OfflineJournal;
import dev.hearsay.persistence.UnusableDirectoryException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hearsay journal DIR repair}. */
@Command(
    name = "repair",
    description = {
      "Cuts what a crash left half written at the end of a log, and keeps what it cuts in a file"
          + " beside, *.torn.",
      "Nothing that was acknowledged is in it. Damage elsewhere is not cut, because whole records"
          + " follow it: import makes a new journal of what is whole."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class JournalRepair implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private JournalCommand journal;

  @Option(names = "--yes", description = "Cut without asking.")
  private boolean yes;

  @Option(names = "--json", description = "Print one JSON array of what was cut.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (OfflineJournal offline = OfflineJournal.open(journal.directory())) {
      List<OfflineJournal.Cut> torn;
      try {
        torn = offline.tornTails();
      } catch (UnusableDirectoryException e) {
        err.println("hearsay: " + e.getMessage());
        err.println(
            "hearsay: no cut can heal that; what is whole goes into a new journal with: ./hearsay"
                + " journal "
                + journal.directory()
                + " import --cut-at-holes --to NEW");
        return ExitStatus.FAILED;
      }
      for (OfflineJournal.Cut tail : torn) {
        err.println(
            tail.file()
                + " from offset "
                + tail.offset()
                + ": half a write, behind "
                + tail.recordsBefore()
                + " that are whole");
      }
      if (!torn.isEmpty() && !yes && !agreed(err)) {
        throw new BadInputException("nothing was cut; --yes cuts without asking");
      }
      List<OfflineJournal.Cut> cuts = offline.cutTornTails();
      if (json) {
        out.println(new ObjectMapper().writeValueAsString(cuts));
      } else {
        print(cuts, out);
      }
      return ExitStatus.OK;
    }
  }

  private static void print(List<OfflineJournal.Cut> cuts, PrintWriter out) {
    for (OfflineJournal.Cut cut : cuts) {
      out.println(
          "cut "
              + cut.file()
              + " at offset "
              + cut.offset()
              + "; "
              + cut.keptBytes()
              + " bytes are kept in "
              + cut.kept());
    }
    if (cuts.isEmpty()) {
      out.println("nothing to cut");
    }
  }

  private static boolean agreed(PrintWriter err) throws IOException {
    if (!Terminal.isConsole()) {
      return false;
    }
    err.print("Cut? [y/N] ");
    err.flush();
    String answer =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
    return answer != null && answer.strip().toLowerCase(java.util.Locale.ROOT).startsWith("y");
  }
}
