package dev.hearsay.sim.bench.mesh;

import dev.hearsay.sim.bench.Answers;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.Rounds;
import dev.hearsay.sim.lab.Lab;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How long one write on A takes until a watcher on B sees it: a counter is incremented, so that
 * Distributed Data can send deltas, and a write counts as seen once B sees its count.
 */
final class Latency {

  private static final String SPACE = "latency";
  private static final long PATIENCE_MILLIS = 60_000;

  /**
   * How many writes.
   *
   * @param ours of Hearsay
   * @param theirs of Distributed Data, which takes seconds for each
   * @param warmUp of Hearsay before them
   */
  record Size(int ours, int theirs, int warmUp) {}

  private final Size size;
  private final Set<Side> sides;
  private final Consumer<String> progress;

  Latency(Set<Side> sides, boolean quick, Consumer<String> progress) {
    this(sides, quick ? new Size(500, 20, 2_000) : new Size(3_000, 60, 2_000), progress);
  }

  Latency(Set<Side> sides, Size size, Consumer<String> progress) {
    this.size = size;
    this.progress = progress;
    this.sides = sides;
  }

  List<BenchReport.Row> run() throws BenchFailedException, IOException {
    List<BenchReport.Row> rows = new ArrayList<>();
    for (Side side : Part.LATENCY.measured()) {
      if (!sides.contains(side)) {
        continue;
      }
      Rounds rounds = measure(side);
      rows.add(
          new BenchReport.Row(
              "one write on A until a watcher on B sees it",
              "2 nodes, a process each",
              side.label(),
              rounds.median(),
              rounds.p99(),
              "ns",
              rounds.count(),
              null,
              side.note()));
      progress.accept(side.label() + ": p50 " + Math.round(rounds.median() / 1e3) + " µs");
    }
    return rows;
  }

  private Rounds measure(Side side) throws BenchFailedException, IOException {
    boolean ours = side == Side.HEARSAY;
    int count = ours ? size.ours() : size.theirs();
    // Pauses of random length, longer than any period of whoever is measured.
    int pauseMin = ours ? 2 : 500;
    int pauseMax = ours ? 8 : 1_500;
    try (Lab lab = side.direct(2, "-Xmx512m")) {
      progress.accept("starting 2 nodes of " + side.label());
      MeshBench.startAll(lab);
      LabNode a = lab.nodes().get(0);
      LabNode b = lab.nodes().get(1);
      Answers.get(b.ask(new Request.Sightings(SPACE, 0, 0), Reply.Beats.class), 60);
      // All have met, and what is to be compiled is.
      int warmUp = ours ? size.warmUp() : 3;
      beat(a, warmUp, ours ? 0 : pauseMin, ours ? 1 : pauseMax);
      sightings(b, warmUp);
      List<Long> written = beat(a, count, pauseMin, pauseMax);
      List<Long> seen = sightings(b, warmUp + count);
      Rounds rounds = new Rounds();
      for (int i = 0; i < count; i++) {
        rounds.add((double) (seen.get(warmUp + i) - written.get(i)));
      }
      return rounds;
    }
  }

  private static List<Long> beat(LabNode node, int count, int pauseMin, int pauseMax)
      throws BenchFailedException {
    long seconds = 60 + (long) count * pauseMax / 1_000;
    return Answers.get(
            node.ask(new Request.Beat(SPACE, count, pauseMin, pauseMax), Reply.Beats.class),
            seconds)
        .nanos();
  }

  private static List<Long> sightings(LabNode node, int count) throws BenchFailedException {
    List<Long> seen =
        Answers.get(
                node.ask(new Request.Sightings(SPACE, count, PATIENCE_MILLIS), Reply.Beats.class),
                PATIENCE_MILLIS / 1_000 + 10)
            .nanos();
    if (seen.size() < count) {
      throw new BenchFailedException(
          node.name() + " has seen " + seen.size() + " of " + count + " writes");
    }
    return seen;
  }
}
