package dev.hearsay.sim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.HealBench;
import dev.hearsay.sim.bench.journal.JournalBench;
import dev.hearsay.sim.bench.mesh.MeshBench;
import dev.hearsay.sim.bench.mesh.Part;
import dev.hearsay.sim.bench.mesh.Side;
import dev.hearsay.sim.bench.types.TypesBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hearsay bench}: measurements, of real processes, the journal, the mesh and the types. */
@Command(
    name = "bench",
    description = "Measures, on this machine.",
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
    throw new ParameterException(
        spec.commandLine(), "a benchmark is missing: heal, journal, mesh or types");
  }

  @Command(
      name = "heal",
      description = {
        "How long nodes take to agree after a cut during which many fields changed.",
        "--quick changes a tenth of the fields, in two rounds."
      },
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
      @Mixin BenchFlags flags)
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
    BenchReport report =
        new HealBench(
                flags.quick ? Math.max(2, fields / 10) : fields,
                nodes,
                flags.quick ? 2 : rounds,
                CUT_MILLIS_MIN,
                this::progress)
            .run();
    print(report, flags);
    return ExitStatus.OK;
  }

  @Command(
      name = "types",
      description = {
        "What the types cost, beside Pekko Distributed Data, wurmloch-crdt and the JDK's"
            + " collections: time, heap and bytes.",
        "Takes the better part of an hour, --quick about 3 minutes: one size, one JVM a case, short"
            + " iterations. Choosing works, sizes and systems takes less, too."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int types(
      @Option(
              names = "--work",
              paramLabel = "WORK",
              split = ",",
              description = "Only these works, such as add,join,heap (default: all).")
          @Nullable List<String> works,
      @Option(
              names = "--size",
              paramLabel = "N",
              split = ",",
              description =
                  "Only these sizes, 1 to 1000000 (default: 1,1000,100000,1000000; heap and the"
                      + " bytes of diffs at 1000000).")
          @Nullable List<Integer> sizes,
      @Option(
              names = "--system",
              paramLabel = "SYSTEM",
              split = ",",
              description = "Only these systems, such as hearsay,pekko (default: all).")
          @Nullable List<String> systems,
      @Option(
              names = "--forks",
              paramLabel = "N",
              defaultValue = "" + TypesBench.FORKS,
              description = "Fresh JVMs for each case, 1 to 10 (default: ${DEFAULT-VALUE}).")
          int forks,
      @Mixin BenchFlags flags)
      throws BenchFailedException, IOException {
    TypesBench bench =
        new TypesBench(
            BenchOptions.types(flags.quick, forks, sizes, works, systems), this::progress);
    if (bench.count() == 0) {
      throw new BadInputException("none of the systems chosen does any of the works chosen");
    }
    print(bench.run(), flags);
    return ExitStatus.OK;
  }

  @Command(
      name = "journal",
      description = {
        "Events stored and recovered a second, with an fsync before each is acknowledged, beside"
            + " Pekko's own LevelDB plugin, raw LevelDB, and Redis if redis-server is on the PATH.",
        "Takes about 10 minutes; --quick, which recovers 100,000 events, less than 3."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int journal(
      @Option(
              names = "--dir",
              paramLabel = "DIR",
              description =
                  "Where the journals are made and deleted again: a directory on the disk that is"
                      + " to be measured (default: the project's target/, else the temporary"
                      + " one).")
          @Nullable Path directory,
      @Mixin BenchFlags flags)
      throws BenchFailedException, IOException {
    Path parent = directory == null ? benchDirectory() : directory;
    if (!Files.isDirectory(parent) || !Files.isWritable(parent)) {
      throw new BadInputException("--dir " + parent + ": not a directory that can be written to");
    }
    print(new JournalBench(parent, flags.quick, this::progress).run(), flags);
    return ExitStatus.OK;
  }

  @Command(
      name = "mesh",
      description = {
        "The mesh beside Pekko Distributed Data, in the same run, a process for each node: one"
            + " write until it is seen elsewhere, healing after a cut, a large set on a fresh node,"
            + " and what idle nodes say; and in virtual time, how many links a change crosses.",
        "Takes about 15 minutes; --quick about 3."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  int mesh(
      @Option(
              names = "--part",
              paramLabel = "PART",
              split = ",",
              description = "Only these parts: latency, heal, set, idle, links (default: all).")
          @Nullable List<String> parts,
      @Option(
              names = "--system",
              paramLabel = "SYSTEM",
              split = ",",
              description = "Only these systems: hearsay, ddata, ddata-200ms (default: all).")
          @Nullable List<String> systems,
      @Mixin BenchFlags flags)
      throws BenchFailedException, IOException {
    Set<Side> sides = BenchOptions.meshSides(systems);
    Set<Part> chosen = BenchOptions.meshParts(parts, sides);
    print(new MeshBench(chosen, sides, flags.quick, this::progress).run(), flags);
    return ExitStatus.OK;
  }

  private static Path benchDirectory() {
    String home = System.getProperty("hearsay.home");
    Path target = home == null ? null : Path.of(home, "target");
    return target != null && Files.isDirectory(target)
        ? target
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private void progress(String line) {
    spec.commandLine().getErr().println("  " + line);
  }

  private void print(BenchReport report, BenchFlags flags) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (flags.json) {
      out.println(new ObjectMapper().writeValueAsString(report));
    } else {
      new BenchTable(report).print(out);
    }
  }
}
