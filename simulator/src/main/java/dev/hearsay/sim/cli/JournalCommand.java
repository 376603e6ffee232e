package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.persistence.Finding;
import dev.hearsay.persistence.JournalCheck;
import dev.hearsay.persistence.JournalStats;
import dev.hearsay.persistence.OfflineJournal;
import dev.hearsay.persistence.OfflineRecord;
import dev.hearsay.sim.journal.JournalLines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hearsay journal DIR}: a journal looked at, mended and moved while nobody has it open. */
@Command(
    name = "journal",
    description = {
      "Checks, shows, mends and moves a journal that nobody has open.",
      "DIR is a journal's directory; in a node's data directory it is journal/. Without a"
          + " command, it is verified."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "[COMMAND]",
    commandListHeading = "%nCommands:%n",
    footer = {"", "Exit status: 0 sound or done, 1 damage was found, 2 bad use."},
    subcommands = {JournalRepair.class, JournalImport.class})
final class JournalCommand implements Callable<Integer> {

  /** How often records are counted aloud. */
  private static final long PROGRESS_RECORDS = 1_000_000;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", arity = "0..1", description = "The journal's directory.")
  private @Nullable Path directory;

  /** Asked for here and not by picocli, which would ask for it before it shows a command's help. */
  Path directory() {
    Path given = directory;
    if (given == null) {
      throw new ParameterException(spec.commandLine(), "Missing required parameter: 'DIR'");
    }
    return given;
  }

  @Override
  public Integer call() throws IOException {
    return verify(null, false);
  }

  @Command(
      name = "verify",
      description = {
        "Checks the sum of every record over its key and content, that no event is missing between"
            + " others, and the snapshots. Changes nothing.",
        "Names the file, the offset, the entity and the sequence number of what is damaged."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int verify(
      @Option(
              names = "--snapshots",
              paramLabel = "DIR",
              description = "The snapshots' directory (default: snapshots beside the journal).")
          @Nullable Path snapshots,
      @Option(names = "--json", description = "Print JSON, an object a line.") boolean json)
      throws IOException {
    Path checkedToo = snapshots(snapshots);
    PrintWriter out = spec.commandLine().getOut();
    try (OfflineJournal journal = OfflineJournal.open(directory());
        JournalLines lines = new JournalLines(json ? out : PrintWriter.nullWriter())) {
      JournalCheck.Summary summary =
          journal.verify(
              checkedToo,
              finding -> {
                if (json) {
                  unchecked(() -> lines.finding(finding));
                } else {
                  out.println(finding);
                }
              },
              progress());
      if (json) {
        lines.summary(summary);
      } else {
        out.println(text(summary));
      }
      return summary.findings() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
    } finally {
      out.flush();
    }
  }

  private String text(JournalCheck.Summary summary) {
    String checked =
        String.format(
            Locale.ROOT,
            "%,d events of %,d entities, %,d snapshots: ",
            summary.events(),
            summary.entities(),
            summary.snapshots());
    if (summary.findings() == 0) {
      return checked + "sound";
    }
    String found =
        checked + summary.findings() + (summary.findings() == 1 ? " problem" : " problems");
    return summary.tornTails() == 0
        ? found
        : found + ", " + summary.tornTails() + " of them a torn tail, which repair cuts";
  }

  @Command(
      name = "dump",
      description = "Shows every record with its place, sizes and sum, an object of JSON a line.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int dump(
      @Option(names = "--entity", paramLabel = "ID", description = "Only this entity's records.")
          @Nullable String entity)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    AtomicLong findings = new AtomicLong();
    try (OfflineJournal journal = OfflineJournal.open(directory());
        JournalLines lines = new JournalLines(out)) {
      journal.read(
          only(entity, counted(lines::dump)),
          finding -> {
            findings.incrementAndGet();
            unchecked(() -> lines.finding(finding));
          });
    } finally {
      out.flush();
    }
    return findings.get() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
  }

  @Command(
      name = "export",
      description = {
        "Writes all that is needed to make the journal again, an object of JSON a line: import"
            + " reads it.",
        "What is damaged is left out and named on stderr."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int export(
      @Option(names = "--entity", paramLabel = "ID", description = "Only this entity's records.")
          @Nullable String entity)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    AtomicLong findings = new AtomicLong();
    AtomicLong records = new AtomicLong();
    try (OfflineJournal journal = OfflineJournal.open(directory());
        JournalLines lines = new JournalLines(out)) {
      lines.exportBegins();
      journal.read(
          only(
              entity,
              counted(
                  record -> {
                    if (!(record instanceof OfflineRecord.Event event && event.isDeleted())) {
                      lines.export(record);
                      records.incrementAndGet();
                    }
                  })),
          telling(findings));
      lines.exportEnds(records.get());
    } finally {
      out.flush();
    }
    return findings.get() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
  }

  @Command(
      name = "stats",
      description = "Counts entities, events, bytes and snapshots, and lists the largest entities.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int stats(
      @Option(
              names = "--snapshots",
              paramLabel = "DIR",
              description = "The snapshots' directory (default: snapshots beside the journal).")
          @Nullable Path snapshots,
      @Option(
              names = "--top",
              paramLabel = "N",
              defaultValue = "10",
              description = "So many of the largest entities (default: ${DEFAULT-VALUE}).")
          int top,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws IOException {
    if (top < 0 || top > 1_000_000) {
      throw new BadInputException("--top must be between 0 and 1000000, not " + top);
    }
    PrintWriter out = spec.commandLine().getOut();
    AtomicLong findings = new AtomicLong();
    try (OfflineJournal journal = OfflineJournal.open(directory())) {
      JournalStats stats = journal.stats(snapshots(snapshots), top, telling(findings), progress());
      if (json) {
        out.println(new ObjectMapper().writeValueAsString(stats));
      } else {
        print(stats, out);
      }
    }
    return findings.get() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static void print(JournalStats stats, PrintWriter out) {
    out.printf(Locale.ROOT, "entities   %,d%n", stats.entities());
    out.printf(
        Locale.ROOT,
        "events     %,d of %,d bytes; the largest %,d bytes: \"%s\" %d%n",
        stats.events(),
        stats.eventBytes(),
        stats.largest().bytes(),
        stats.largest().persistenceId(),
        stats.largest().sequenceNr());
    out.printf(Locale.ROOT, "deleted    %,d events not yet removed%n", stats.deletedEvents());
    out.printf(Locale.ROOT, "on disk    %,d bytes%n", stats.diskBytes());
    out.printf(
        Locale.ROOT, "snapshots  %,d of %,d bytes%n", stats.snapshots(), stats.snapshotBytes());
    for (JournalStats.Entity entity : stats.top()) {
      out.printf(
          Locale.ROOT,
          "%,14d bytes  %,10d events  %d to %d  %s%n",
          entity.bytes(),
          entity.events(),
          entity.first(),
          entity.last(),
          entity.persistenceId());
    }
  }

  private @Nullable Path snapshots(@Nullable Path asked) {
    if (asked != null) {
      if (!Files.isDirectory(asked)) {
        throw new BadInputException("--snapshots " + asked + ": no such directory");
      }
      return asked;
    }
    Path beside = directory().toAbsolutePath().normalize().resolveSibling("snapshots");
    return Files.exists(beside.resolve("hearsay.format")) ? beside : null;
  }

  private static OfflineJournal.Receiver only(
      @Nullable String entity, OfflineJournal.Receiver receiver) {
    return record -> {
      if (entity == null || record.persistenceId().equals(entity)) {
        receiver.record(record);
      }
    };
  }

  /** Counts on stderr, and ends when nobody reads the output any more. */
  private OfflineJournal.Receiver counted(OfflineJournal.Receiver receiver) {
    LongConsumer progress = progress();
    AtomicLong count = new AtomicLong();
    return record -> {
      receiver.record(record);
      long records = count.incrementAndGet();
      progress.accept(records);
      if (records % 1_000 == 0 && spec.commandLine().getOut().checkError()) {
        throw new IOException("the output is closed");
      }
    };
  }

  private Consumer<Finding> telling(AtomicLong findings) {
    return finding -> {
      findings.incrementAndGet();
      spec.commandLine().getErr().println("hearsay: " + finding);
    };
  }

  private LongConsumer progress() {
    return progress(spec);
  }

  /** A line for every million records. */
  static LongConsumer progress(CommandSpec spec) {
    AtomicLong told = new AtomicLong();
    return records -> {
      if (records - told.get() >= PROGRESS_RECORDS) {
        told.set(records);
        spec.root().commandLine().getErr().printf(Locale.ROOT, "  %,d records%n", records);
      }
    };
  }

  private interface Writing {
    void write() throws IOException;
  }

  private static void unchecked(Writing writing) {
    try {
      writing.write();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
