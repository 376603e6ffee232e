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
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What nodes say to each other while nobody writes: bytes a second that a node sends. */
final class Idle {

  private static final int NODES = 3;
  private static final long PATIENCE_SECONDS = 200;
  private static final int SETTLE_SECONDS = 3;

  private final int spaces;
  private final int seconds;
  private final Set<Side> sides;
  private final Consumer<String> progress;

  Idle(Set<Side> sides, boolean quick, Consumer<String> progress) {
    this(sides, quick ? 1_000 : 10_000, quick ? 4 : 10, progress);
  }

  /** With so many spaces or keys, for so many seconds. */
  Idle(Set<Side> sides, int spaces, int seconds, Consumer<String> progress) {
    this.spaces = spaces;
    this.seconds = seconds;
    this.progress = progress;
    this.sides = sides;
  }

  List<BenchReport.Row> run() throws BenchFailedException, IOException {
    List<BenchReport.Row> rows = new ArrayList<>();
    for (Side side : Part.IDLE.measured()) {
      if (sides.contains(side)) {
        measure(side, rows);
      }
    }
    return rows;
  }

  private void measure(Side side, List<BenchReport.Row> rows)
      throws BenchFailedException, IOException {
    try (Lab lab = side.lab(NODES, "-Xmx1g")) {
      MeshBench.startAll(lab);
      progress.accept(side.label() + ": " + spaces + " spaces or keys");
      if (side == Side.HEARSAY) {
        openSpaces(lab);
      } else {
        writeKeys(lab);
      }
      Answers.sleepUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS));
      long gossipBefore = gossipBytes(lab);
      long bytesBefore = lab.relays().bytesPassed();
      Rounds perSecond = new Rounds();
      long before = bytesBefore;
      long nanos = System.nanoTime();
      for (int second = 1; second <= seconds; second++) {
        Answers.sleepUntil(nanos + TimeUnit.SECONDS.toNanos(second));
        long now = lab.relays().bytesPassed();
        perSecond.add((double) (now - before) / NODES);
        before = now;
      }
      long gossip = (gossipBytes(lab) - gossipBefore) / NODES / seconds;
      progress.accept(side.label() + ": " + Math.round(perSecond.median()) + " bytes a second");
      String size =
          String.format(Locale.ROOT, "%d quiet %s, %d nodes", spaces, "spaces or keys", NODES);
      String note =
          side == Side.HEARSAY
              ? "all that the relays passed, membership included; messages of the gossip alone: "
                  + gossip
                  + " bytes a second"
              : "all that the relays passed; Pekko's defaults";
      rows.add(
          new BenchReport.Row(
              "bytes a second that an idle node sends",
              size,
              side.label(),
              perSecond.median(),
              perSecond.p99(),
              "bytes",
              perSecond.count(),
              null,
              note));
    }
  }

  private void openSpaces(Lab lab) throws BenchFailedException {
    LabNode writer = lab.nodes().get(0);
    Answers.get(
        writer.ask(new Request.OpenSpaces("quiet-", spaces), Reply.Done.class), PATIENCE_SECONDS);
    List<CompletableFuture<Reply.Awaited>> held = new ArrayList<>();
    for (LabNode node : lab.nodes()) {
      held.add(
          node.ask(
              new Request.AwaitSpaces(
                  "quiet-", spaces, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)),
              Reply.Awaited.class));
    }
    for (Reply.Awaited awaited : Answers.all(held, PATIENCE_SECONDS + 10)) {
      MeshBench.require(awaited, "spaces");
    }
  }

  private void writeKeys(Lab lab) throws BenchFailedException {
    for (LabNode node : lab.nodes()) {
      Answers.get(
          node.ask(new Request.WatchFields("idle", spaces), Reply.Done.class), PATIENCE_SECONDS);
    }
    Answers.get(
        lab.nodes().get(0).ask(new Request.Fill("idle", spaces, 1, 0, "quiet"), Reply.Filled.class),
        PATIENCE_SECONDS);
    for (LabNode node : lab.nodes()) {
      MeshBench.require(
          Answers.get(
              node.ask(
                  new Request.AwaitFields(
                      "quiet", spaces, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)),
                  Reply.Awaited.class),
              PATIENCE_SECONDS + 10),
          "keys");
    }
  }

  private static long gossipBytes(Lab lab) throws BenchFailedException {
    long bytes = 0;
    for (LabNode node : lab.nodes()) {
      bytes +=
          Answers.get(node.ask(new Request.Measure(), Reply.Measured.class), 60).gossipBytesSent();
    }
    return bytes;
  }
}
