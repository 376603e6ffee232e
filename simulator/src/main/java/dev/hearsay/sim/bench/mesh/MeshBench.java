package dev.hearsay.sim.bench.mesh;

import dev.hearsay.sim.bench.Answers;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.Machine;
import dev.hearsay.sim.lab.Lab;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The mesh beside Pekko Distributed Data, in the same run. */
public final class MeshBench {

  static final long START_SECONDS_MAX = 90;

  private final Collection<Part> parts;
  private final Set<Side> sides;
  private final boolean quick;
  private final Consumer<String> progress;

  /**
   * Sets up the benchmark.
   *
   * @param parts what to measure
   * @param sides whom
   * @param quick smaller sizes and fewer rounds
   * @param progress told a line now and then
   */
  public MeshBench(
      Collection<Part> parts, Set<Side> sides, boolean quick, Consumer<String> progress) {
    this.parts = List.copyOf(parts);
    this.sides = Set.copyOf(sides);
    this.quick = quick;
    this.progress = progress;
  }

  /** Runs all parts. */
  public BenchReport run() throws BenchFailedException, IOException {
    List<BenchReport.Row> rows = new ArrayList<>();
    for (Part part : parts) {
      rows.addAll(part.run(sides, quick, line -> progress.accept(part.label() + ": " + line)));
    }
    String machine = Machine.description() + ", " + Collector.OPTION;
    return new BenchReport(machine, Machine.commit(), rows).withRatios();
  }

  /** Starts all nodes of the lab at once. */
  static void startAll(Lab lab) throws BenchFailedException, IOException {
    List<CompletableFuture<Reply.Started>> starts = new ArrayList<>();
    for (LabNode node : lab.nodes()) {
      starts.add(node.start(null));
    }
    Answers.all(starts, START_SECONDS_MAX);
  }

  static void require(Reply.Awaited awaited, String what) throws BenchFailedException {
    if (awaited.missing() > 0) {
      throw new BenchFailedException(what + ": " + awaited.missing() + " missing");
    }
  }
}
