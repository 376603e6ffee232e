package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.persistence.OfflineImport;
import dev.hearsay.persistence.OfflineJournal;
import dev.hearsay.sim.journal.JournalExport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code hearsay journal DIR import}. */
@Command(
    name = "import",
    description = {
      "Makes a new journal of what DIR holds: a directory of Pekko's own LevelDB plugin"
          + " (pekko.persistence.journal.leveldb), a file that export wrote (- for stdin), or a"
          + " journal of Hearsay, of which it takes what is whole.",
      "DIR stays as it is. The new journal gets its name when all of it is on the disk."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class JournalImport implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private JournalCommand journal;

  @Option(
      names = "--to",
      paramLabel = "NEW",
      description = "The new journal's directory, absent or empty (default: DIR-imported).")
  private @Nullable Path to;

  @Option(
      names = "--cut-at-holes",
      description =
          "Where an event is missing, leave out what follows it of its entity, and say so; without"
              + " it, nothing is imported then.")
  private boolean cutAtHoles;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Path from = journal.directory();
    boolean stdin = from.toString().equals("-");
    if (!stdin && !Files.exists(from)) {
      throw new BadInputException(from + ": no such file or directory");
    }
    Path target = to != null ? to : defaultTarget(from, stdin);
    AtomicLong findings = new AtomicLong();
    OfflineImport.Summary summary;
    try (OfflineImport into = OfflineImport.into(target, cutAtHoles)) {
      read(from, stdin, into, findings);
      summary = into.finish();
    } catch (JournalExport.MalformedException e) {
      throw new BadInputException(from + ": " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(summary));
    } else {
      out.printf(
          Locale.ROOT,
          "%,d events of %,d entities are in %s%n",
          summary.events(),
          summary.entities(),
          target);
      if (summary.leftOut() > 0) {
        out.printf(Locale.ROOT, "%,d events behind holes were left out%n", summary.leftOut());
      }
    }
    return findings.get() + summary.leftOut() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static Path defaultTarget(Path from, boolean stdin) {
    if (stdin) {
      throw new BadInputException("--to is missing: the directory to import into");
    }
    Path path = from.toAbsolutePath().normalize();
    return path.resolveSibling(path.getFileName() + "-imported");
  }

  private void read(Path from, boolean stdin, OfflineImport into, AtomicLong findings)
      throws IOException {
    OfflineJournal.Receiver receiver = counted(into);
    if (stdin) {
      JournalExport.read(System.in, receiver);
    } else if (Files.isRegularFile(from)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(from))) {
        JournalExport.read(in, receiver);
      }
    } else if (OfflineImport.isPekkoJournal(from)) {
      into.readPekko(from, receiver);
    } else {
      try (OfflineJournal offline = OfflineJournal.open(from)) {
        offline.read(
            receiver,
            finding -> {
              findings.incrementAndGet();
              spec.commandLine().getErr().println("hearsay: " + finding);
            });
      }
    }
  }

  private OfflineJournal.Receiver counted(OfflineJournal.Receiver receiver) {
    LongConsumer progress = JournalCommand.progress(spec);
    AtomicLong count = new AtomicLong();
    return record -> {
      receiver.record(record);
      progress.accept(count.incrementAndGet());
    };
  }
}
