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
import java.util.Collections;
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
public final class Healing {

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

  /**
   * A cut that was healed.
   *
   * @param fields written during it, half of them on each side
   * @param cutMillisMin how long it lasted at least; longer if the writing took longer
   * @param nanos from the heal until a watcher on every node has seen every field
   * @param bytes that the relays passed meanwhile
   */
  public record Healed(int fields, int cutMillisMin, long nanos, long bytes) {}

  /**
   * A cut to be made.
   *
   * @param fields written during it, half of them on each side
   * @param millisMin how long it lasts at least; long enough for the nodes to notice
   */
  public record CutOff(int fields, int millisMin) {}

  private final List<Size> sizes;
  private final Set<Side> sides;
  private final Consumer<String> progress;

  Healing(Set<Side> sides, boolean quick, Consumer<String> progress) {
    this(
        sides,
        quick
            ? List.of(new Size(3, 2_000, 3), new Size(2, 5_000, 3))
            : List.of(new Size(3, 20_000, 7), new Size(2, 100_000, 7)),
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
      for (Side side : Part.HEAL.measured()) {
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
    // Who takes half a minute for each has fewer.
    int rounds = side == Side.HEARSAY ? size.rounds() : Math.max(1, size.rounds() / 2);
    List<CutOff> cuts = Collections.nCopies(rounds, new CutOff(size.fields(), CUT_MILLIS_MIN));
    for (Healed healed : heal(side, size.nodes(), cuts, progress)) {
      nanos.add((double) healed.nanos());
      bytes.add((double) healed.bytes());
    }
  }

  /**
   * Starts processes, and cuts the last of them off and heals it once for each cut.
   *
   * @param progress told a line after each
   * @return what came of each, in order
   */
  public static List<Healed> heal(
      Side side, int nodes, List<CutOff> cuts, Consumer<String> progress)
      throws BenchFailedException, IOException {
    List<Healed> results = new ArrayList<>();
    int fields = cuts.stream().mapToInt(CutOff::fields).max().orElse(1);
    try (Lab lab = side.lab(nodes, "-Xmx1g")) {
      progress.accept("starting " + nodes + " nodes of " + side.label());
      MeshBench.startAll(lab);
      List<CompletableFuture<Reply.Done>> watching = new ArrayList<>();
      for (LabNode node : lab.nodes()) {
        watching.add(node.ask(new Request.WatchFields(SPACE, fields), Reply.Done.class));
      }
      Answers.all(watching, PATIENCE_SECONDS);
      // A heal is between nodes that have met.
      fill(lab.nodes().get(0), 1, 1, 0, "before");
      agree(lab.nodes(), "before", 1);
      for (CutOff cut : cuts) {
        Healed healed = round(lab, cut, "round " + (results.size() + 1));
        results.add(healed);
        progress.accept(
            side.label()
                + ", round "
                + results.size()
                + " of "
                + cuts.size()
                + ": "
                + TimeUnit.NANOSECONDS.toMillis(healed.nanos())
                + " ms, "
                + healed.bytes()
                + " bytes");
      }
    }
    return results;
  }

  private static Healed round(Lab lab, CutOff cut, String value) throws BenchFailedException {
    List<LabNode> nodes = lab.nodes();
    LabNode away = nodes.get(nodes.size() - 1);
    List<LabNode> together = nodes.subList(0, nodes.size() - 1);
    long cutNanos = System.nanoTime();
    lab.cutOff(away, CutMode.CLOSE);
    fill(together.get(0), cut.fields(), 2, 0, value);
    fill(away, cut.fields(), 2, 1, value);
    // What is measured is the heal, and not how those talk who could all along.
    agree(together, value, (cut.fields() + 1) / 2);
    Answers.sleepUntil(cutNanos + TimeUnit.MILLISECONDS.toNanos(cut.millisMin()));
    long bytesBefore = lab.relays().bytesPassed();
    long healedNanos = System.nanoTime();
    lab.heal(away);
    agree(nodes, value, cut.fields());
    return new Healed(
        cut.fields(),
        cut.millisMin(),
        System.nanoTime() - healedNanos,
        lab.relays().bytesPassed() - bytesBefore);
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
