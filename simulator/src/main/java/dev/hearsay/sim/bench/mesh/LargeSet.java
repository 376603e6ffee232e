package dev.hearsay.sim.bench.mesh;

import dev.hearsay.sim.bench.Answers;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.lab.Lab;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A node that has nothing joins one that holds a large set: time, bytes and heap. */
final class LargeSet {

  private static final String SPACE = "large";
  private static final int CHARS = 48;
  private static final int PER_CHANGE = 4_000;
  private static final int PER_UPDATE = 200;
  private static final int SMALL = 1_000;
  private static final int OUTGROWS_A_FRAME = 20_000;
  private static final long PATIENCE_SECONDS = 180;
  private static final long GIVEN_UP_SECONDS = 30;

  private final List<Integer> ours;
  private final List<Integer> theirs;
  private final Set<Side> sides;
  private final Consumer<String> progress;
  private final List<BenchReport.Row> rows = new ArrayList<>();

  LargeSet(Set<Side> sides, boolean quick, Consumer<String> progress) {
    this(
        sides,
        quick ? List.of(SMALL, 100_000) : List.of(SMALL, OUTGROWS_A_FRAME, 1_000_000),
        List.of(SMALL, OUTGROWS_A_FRAME),
        progress);
  }

  /** With so many elements, of Hearsay and of Distributed Data. */
  LargeSet(Set<Side> sides, List<Integer> ours, List<Integer> theirs, Consumer<String> progress) {
    this.ours = ours;
    this.theirs = theirs;
    this.progress = progress;
    this.sides = sides;
  }

  List<BenchReport.Row> run() throws BenchFailedException, IOException {
    for (int count : ours) {
      if (sides.contains(Side.HEARSAY)) {
        ours(count);
      }
    }
    if (sides.contains(Side.DDATA)) {
      for (int count : theirs) {
        theirs(count);
      }
    }
    return rows;
  }

  private void ours(int count) throws BenchFailedException, IOException {
    try (Lab lab = Side.HEARSAY.lab(2, "-Xmx2g")) {
      LabNode full = lab.nodes().get(0);
      LabNode fresh = lab.nodes().get(1);
      Answers.get(full.start(null), MeshBench.START_SECONDS_MAX);
      progress.accept("writing " + count + " elements");
      Answers.get(
          full.ask(new Request.FillSet(SPACE, count, CHARS, PER_CHANGE), Reply.Done.class),
          PATIENCE_SECONDS);
      Answers.get(fresh.start(null), MeshBench.START_SECONDS_MAX);
      long bytesBefore = lab.relays().bytesPassed();
      long startedNanos = System.nanoTime();
      MeshBench.require(awaitSet(fresh, count, PATIENCE_SECONDS), "elements on the fresh node");
      long nanos = System.nanoTime() - startedNanos;
      long bytes = lab.relays().bytesPassed() - bytesBefore;
      Reply.Measured measured =
          Answers.get(fresh.ask(new Request.Measure(), Reply.Measured.class), 60);
      progress.accept(count + " elements: " + nanos / 1_000_000 + " ms, " + bytes + " bytes");
      add("a fresh node catches up", count, Side.HEARSAY, nanos, "ns", Side.HEARSAY.note());
      add(
          "bytes on the wire for it",
          count,
          Side.HEARSAY,
          bytes,
          "bytes",
          "all that the relays passed; the elements themselves take " + (long) count * CHARS);
      add(
          "its heap after that",
          count,
          Side.HEARSAY,
          measured.heapBytes(),
          "bytes",
          "live, of the whole process");
      add(
          "its heap at most",
          count,
          Side.HEARSAY,
          measured.heapPeakBytes(),
          "bytes",
          "in use, garbage included; -Xmx2g");
    }
  }

  /** Both nodes are there from the beginning: Distributed Data sends deltas only then. */
  private void theirs(int count) throws BenchFailedException, IOException {
    try (Lab lab = Side.DDATA.lab(2, "-Xmx2g")) {
      progress.accept("starting 2 nodes of " + Side.DDATA.label());
      MeshBench.startAll(lab);
      LabNode writer = lab.nodes().get(0);
      LabNode other = lab.nodes().get(1);
      CompletableFuture<Reply.Awaited> seen = askForSet(other, count, GIVEN_UP_SECONDS);
      long bytesBefore = lab.relays().bytesPassed();
      long startedNanos = System.nanoTime();
      Answers.get(
          writer.ask(new Request.FillSet(SPACE, count, CHARS, PER_UPDATE), Reply.Done.class),
          PATIENCE_SECONDS);
      int missing = Answers.get(seen, GIVEN_UP_SECONDS + 60).missing();
      long nanos = System.nanoTime() - startedNanos;
      long bytes = lab.relays().bytesPassed() - bytesBefore;
      progress.accept(Side.DDATA.label() + ", " + count + " elements: " + missing + " missing");
      String why =
          missing == 0
              ? Side.DDATA.note()
              : "never: given up after "
                  + GIVEN_UP_SECONDS
                  + " s, with "
                  + missing
                  + " elements missing on the other node; "
                  + complaint(writer);
      boolean ended = missing == 0;
      add("a fresh node catches up", count, Side.DDATA, nanos, "ns", why, ended);
      add(
          "bytes on the wire for it",
          count,
          Side.DDATA,
          bytes,
          "bytes",
          ended ? "all that the relays passed" : "and in vain",
          ended);
    }
  }

  /** What the log says of messages that are too large. */
  private static String complaint(LabNode node) {
    return node.logTail()
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).contains("oversized"))
        .findFirst()
        .map(line -> "its log: " + line.strip())
        .orElse("its log says nothing of it");
  }

  private static Reply.Awaited awaitSet(LabNode node, int count, long seconds)
      throws BenchFailedException {
    return Answers.get(askForSet(node, count, seconds), seconds + 60);
  }

  private static CompletableFuture<Reply.Awaited> askForSet(LabNode node, int count, long seconds) {
    return node.ask(new Request.AwaitSet(SPACE, count, seconds * 1_000), Reply.Awaited.class);
  }

  private void add(String work, int count, Side side, long amount, String unit, String note) {
    add(work, count, side, amount, unit, note, /* ended= */ true);
  }

  private void add(
      String work, int count, Side side, long amount, String unit, String note, boolean ended) {
    double figure = (double) amount;
    String size = String.format(Locale.ROOT, "%d strings of %d characters", count, CHARS);
    int rounds = ended ? 1 : 0;
    rows.add(
        new BenchReport.Row(work, size, side.label(), figure, figure, unit, rounds, null, note));
  }
}
