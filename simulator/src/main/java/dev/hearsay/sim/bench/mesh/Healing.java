package dev.hearsay.sim.bench.mesh;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.bench.Answers;
import dev.hearsay.sim.bench.BenchFailedException;
import dev.hearsay.sim.bench.BenchReport;
import dev.hearsay.sim.bench.Rounds;
import dev.hearsay.sim.lab.CutMode;
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

/**
 * How long nodes take to agree after a cut, and over how many bytes: one node is cut off by its
 * relays, registers are written on both sides, each in a change (or under a key) of its own, the
 * cut heals, and the time runs until a watcher on every node has seen every register.
 */
final class Healing {

  private static final String SPACE = "heal";

  /** Twice the silence after which a node gives a peer up. */
  private static final int CUT_MILLIS_MIN = 4_000;

  private static final long PATIENCE_SECONDS = 200;

  /**
   * What is cut.
   *
   * @param rounds of Hearsay; Distributed Data has one
   */
  record Size(int nodes, int fields, int rounds) {}

  private record Round(long nanos, long bytes) {}

  private final List<Size> sizes;
  private final Set<Side> sides;
  private final Consumer<String> progress;

  Healing(Set<Side> sides, boolean quick, Consumer<String> progress) {
    this(
        sides,
        quick
            ? List.of(new Size(3, 2_000, 3), new Size(2, 5_000, 3))
            : List.of(new Size(3, 20_000, 3), new Size(2, 100_000, 3)),
        progress);
  }

  Healing(Set<Side> sides, List<Size> sizes, Consumer<String> progress) {
    this.sides = sides;
    this.sizes = sizes;
    this.progress = progress;
  }

  List<BenchReport.Row> run() throws BenchFailedException, IOException {
    List<BenchReport.Row> rows = new ArrayList<>();
    for (Size size : sizes) {
      String label =
          String.format(Locale.ROOT, "%d fields changed, %d nodes", size.fields(), size.nodes());
      for (Side side : List.of(Side.HEARSAY, Side.DDATA_TUNED)) {
        if (!sides.contains(side)) {
          continue;
        }
        Rounds nanos = new Rounds();
        Rounds bytes = new Rounds();
        measure(side, size, nanos, bytes);
        rows.add(row("heal after a cut", label, side, nanos, "ns", side.note()));
        rows.add(
            row(
                "bytes on the wire to heal",
                label,
                side,
                bytes,
                "bytes",
                "all that the relays passed"));
        if (side == Side.HEARSAY) {
          Rounds missing = new Rounds();
          missing.add((double) missingBytes(size));
          rows.add(
              new BenchReport.Row(
                  "bytes on the wire to heal",
                  label,
                  "the missing changes",
                  missing.median(),
                  missing.p99(),
                  "bytes",
                  1,
                  null,
                  "their encoded bytes, once for each node that lacks them"));
        }
      }
    }
    return rows;
  }

  private static BenchReport.Row row(
      String work, String size, Side side, Rounds rounds, String unit, String note) {
    return new BenchReport.Row(
        work, size, side.label(), rounds.median(), rounds.p99(), unit, rounds.count(), null, note);
  }

  private void measure(Side side, Size size, Rounds nanos, Rounds bytes)
      throws BenchFailedException, IOException {
    try (Lab lab = side.lab(size.nodes(), "-Xmx1g")) {
      progress.accept("starting " + size.nodes() + " nodes of " + side.label());
      MeshBench.startAll(lab);
      List<CompletableFuture<Reply.Done>> watching = new ArrayList<>();
      for (LabNode node : lab.nodes()) {
        watching.add(node.ask(new Request.WatchFields(SPACE, size.fields()), Reply.Done.class));
      }
      Answers.all(watching, PATIENCE_SECONDS);
      // A heal is between nodes that have met.
      fill(lab.nodes().get(0), 1, 1, 0, "before");
      agree(lab.nodes(), "before", 1);
      int rounds = side == Side.HEARSAY ? size.rounds() : 1;
      for (int round = 1; round <= rounds; round++) {
        Round figures = round(lab, size.fields(), "round " + round);
        nanos.add((double) figures.nanos());
        bytes.add((double) figures.bytes());
        progress.accept(
            side.label()
                + ", round "
                + round
                + " of "
                + rounds
                + ": "
                + TimeUnit.NANOSECONDS.toMillis(figures.nanos())
                + " ms, "
                + figures.bytes()
                + " bytes");
      }
    }
  }

  private static Round round(Lab lab, int fields, String value) throws BenchFailedException {
    List<LabNode> nodes = lab.nodes();
    LabNode away = nodes.get(nodes.size() - 1);
    List<LabNode> together = nodes.subList(0, nodes.size() - 1);
    long cutNanos = System.nanoTime();
    lab.cutOff(away, CutMode.CLOSE);
    fill(together.get(0), fields, 2, 0, value);
    fill(away, fields, 2, 1, value);
    // What is measured is the heal, and not how those talk who could all along.
    agree(together, value, (fields + 1) / 2);
    Answers.sleepUntil(cutNanos + TimeUnit.MILLISECONDS.toNanos(CUT_MILLIS_MIN));
    long bytesBefore = lab.relays().bytesPassed();
    long healedNanos = System.nanoTime();
    lab.heal(away);
    agree(nodes, value, fields);
    return new Round(System.nanoTime() - healedNanos, lab.relays().bytesPassed() - bytesBefore);
  }

  private static void fill(LabNode node, int fields, int divisor, int remainder, String value)
      throws BenchFailedException {
    Answers.get(
        node.ask(new Request.Fill(SPACE, fields, divisor, remainder, value), Reply.Filled.class),
        PATIENCE_SECONDS);
  }

  private static void agree(List<LabNode> nodes, String value, int fields)
      throws BenchFailedException {
    List<CompletableFuture<Reply.Awaited>> answers = new ArrayList<>();
    for (LabNode node : nodes) {
      answers.add(
          node.ask(
              new Request.AwaitFields(value, fields, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)),
              Reply.Awaited.class));
    }
    for (Reply.Awaited awaited : Answers.all(answers, PATIENCE_SECONDS + 10)) {
      MeshBench.require(awaited, "no agreement within " + PATIENCE_SECONDS + " s");
    }
  }

  /** Of the changes of a round, as the nodes encode them; of later rounds, which overwrite. */
  private static long missingBytes(Size size) {
    long bytes = 0;
    SpaceState state = SpaceState.EMPTY;
    // A replica and a time take 8 bytes, whatever they are.
    ReplicaId replica = new ReplicaId(1);
    HybridTime time = HybridTime.ofMillis(System.currentTimeMillis());
    for (int round = 1; round <= Math.min(2, size.rounds()); round++) {
      bytes = 0;
      for (int i = 0; i < size.fields(); i += 2) {
        time = time.next();
        Draft draft = new Draft(state, replica, time, "bench");
        FieldKey field = new FieldKey("f" + i, FieldType.LWW_REGISTER);
        LwwRegister.set(draft.field(field), Value.of("round " + round));
        draft.end();
        EncodedChange change = ChangeFormat.encode(draft.toChange());
        state = state.apply(change);
        bytes += change.sizeBytes();
      }
    }
    // Whoever was cut off lacks the half of the others, and each of the others lacks its half.
    return bytes * size.nodes();
  }
}
