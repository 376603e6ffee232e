package dev.hearsay.sim.bench;

import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.lab.Lab;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.sessions.SpaceContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How long nodes take to agree after a cut: one node is cut off, registers are changed on both
 * sides, each in a change of its own, the cut heals, and the time runs until every node has applied
 * everything. After each round every register of every node is checked.
 */
public final class HealBench {

  private static final String SPACE = "heal";
  private static final long PATIENCE_SECONDS = 120;

  private final int fields;
  private final int nodes;
  private final int rounds;
  private final int cutMillisMin;
  private final Consumer<String> progress;

  /**
   * Sets up the benchmark.
   *
   * @param fields how many registers change during the cut, half of them on each side
   * @param cutMillisMin a cut lasts until all is written, and at least this long: long enough for
   *     the nodes to notice it, or the heal would be no heal
   * @param progress told a line now and then
   */
  public HealBench(int fields, int nodes, int rounds, int cutMillisMin, Consumer<String> progress) {
    this.fields = fields;
    this.nodes = nodes;
    this.rounds = rounds;
    this.cutMillisMin = cutMillisMin;
    this.progress = progress;
  }

  /** Runs all rounds. */
  public BenchReport run() throws BenchFailedException, IOException {
    List<BenchReport.Row> rows = new ArrayList<>();
    for (CutMode mode : CutMode.values()) {
      Rounds figures = measure(mode);
      rows.add(
          new BenchReport.Row(
              "heal after a cut",
              String.format(Locale.ROOT, "%d fields changed, %d nodes", fields, nodes),
              "hearsay",
              figures.median(),
              figures.p99(),
              "ms",
              figures.count(),
              1.0,
              mode == CutMode.CLOSE
                  ? "connections closed for " + cutMillisMin + " ms or more; durable on every node"
                  : "connections frozen for "
                      + cutMillisMin
                      + " ms or more; durable on every node"));
    }
    return new BenchReport(Machine.description(), Machine.commit(), rows);
  }

  private Rounds measure(CutMode mode) throws BenchFailedException, IOException {
    Rounds figures = new Rounds();
    try (Lab lab = new Lab(nodes, null, List.of("-Xmx1g"))) {
      progress.accept("starting " + nodes + " nodes");
      List<CompletableFuture<Reply.Started>> starts = new ArrayList<>();
      for (LabNode node : lab.nodes()) {
        starts.add(node.start(null));
      }
      all(starts);
      // Before the first cut, everybody must have met: a heal is between nodes that know each
      // other.
      agree(lab, List.of(fill(lab.nodes().get(0), 1, 0, "before")));
      for (int round = 1; round <= rounds; round++) {
        long millis = round(lab, mode, "round " + round);
        figures.add((double) millis);
        progress.accept(
            "cut by "
                + mode.name().toLowerCase(Locale.ROOT)
                + ", round "
                + round
                + " of "
                + rounds
                + ": "
                + millis
                + " ms");
      }
    }
    return figures;
  }

  private long round(Lab lab, CutMode mode, String value) throws BenchFailedException {
    LabNode here = lab.nodes().get(0);
    LabNode away = lab.nodes().get(lab.nodes().size() - 1);
    long cutNanos = System.nanoTime();
    lab.cutOff(away, mode);
    CompletableFuture<Reply.Filled> half = askToFill(here, 2, 0, value);
    CompletableFuture<Reply.Filled> otherHalf = askToFill(away, 2, 1, value);
    List<String> frontiers = List.of(get(half).frontier(), get(otherHalf).frontier());
    Answers.sleepUntil(cutNanos + TimeUnit.MILLISECONDS.toNanos(cutMillisMin));
    long healedNanos = System.nanoTime();
    lab.heal(away);
    agree(lab, frontiers);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healedNanos);
    check(lab, value);
    return millis;
  }

  private CompletableFuture<Reply.Filled> askToFill(
      LabNode node, int divisor, int remainder, String value) {
    return node.ask(new Request.Fill(SPACE, fields, divisor, remainder, value), Reply.Filled.class);
  }

  private String fill(LabNode node, int divisor, int remainder, String value)
      throws BenchFailedException {
    return get(askToFill(node, divisor, remainder, value)).frontier();
  }

  private static void agree(Lab lab, List<String> frontiers) throws BenchFailedException {
    List<CompletableFuture<Reply.Awaited>> answers = new ArrayList<>();
    for (LabNode node : lab.nodes()) {
      answers.add(
          node.ask(
              new Request.AwaitFrontiers(
                  SPACE, frontiers, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)),
              Reply.Awaited.class));
    }
    for (Reply.Awaited awaited : all(answers)) {
      if (awaited.missing() > 0) {
        throw new BenchFailedException("no agreement within " + PATIENCE_SECONDS + " s");
      }
    }
  }

  private void check(Lab lab, String value) throws BenchFailedException {
    for (LabNode node : lab.nodes()) {
      SpaceContent content =
          get(node.ask(new Request.Dump(), Reply.Dumped.class))
              .content()
              .spaces()
              .getOrDefault(SPACE, SpaceContent.EMPTY);
      long right = content.registers().values().stream().filter(value::equals).count();
      if (right != fields || content.registers().size() != fields) {
        throw new BenchFailedException(
            node.name() + " holds " + right + " of " + fields + " registers as they were written");
      }
    }
  }

  private static <T> List<T> all(List<CompletableFuture<T>> futures) throws BenchFailedException {
    return Answers.all(futures, PATIENCE_SECONDS + 10);
  }

  private static <T> T get(CompletableFuture<T> future) throws BenchFailedException {
    return Answers.get(future, PATIENCE_SECONDS + 10);
  }
}
