package dev.hearsay.sim.experiment.failures;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.report.LinePlot.Point;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.world.VirtualClient;
import dev.hearsay.sim.world.World;
import dev.hearsay.sim.world.WorldSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One session of many messages, on both stores: what is kept of it, and what an agent has to read
 * before it can answer. On Hearsay in the virtual world, on two nodes.
 */
final class LongSession {
  /** What fits an agent's context, in characters: about 8,000 tokens. */
  static final int CONTEXT_CHARS = 32_000;

  private static final int MESSAGE_CHARS = 200;
  private static final int KEPT = 50;
  private static final int SUMMARY_CHARS = 2_000;
  private static final int POINTS = 40;
  private static final long SECOND = 1_000_000_000L;
  private static final String LOG = "messages";

  /** Since the point before: what is trimmed goes up and down in between. */
  private static final class Most {
    int bytes;
    int chars;
  }

  final List<Point> plainBytes = new ArrayList<>();
  final List<Point> plainContext = new ArrayList<>();
  final List<Point> ourBytes = new ArrayList<>();
  final List<Point> ourContext = new ArrayList<>();
  final int messages;
  private int plainOverflows;
  private int ourOverflows;
  private Most most = new Most();

  LongSession(int messages, long seed, RandomGenerator random) throws ExperimentFailedException {
    this.messages = messages;
    plain(random);
    hearsay(seed, random);
  }

  private static String message(int number, RandomGenerator random) {
    StringBuilder text = new StringBuilder("message ").append(number).append(": ");
    while (text.length() < MESSAGE_CHARS) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private boolean isPoint(int number) {
    return number == 1 || number % Math.max(1, messages / POINTS) == 0;
  }

  /** The whole history is one value: to add to it, it is read and written back. */
  private void plain(RandomGenerator random) {
    PlainStore store = new PlainStore();
    for (int number = 1; number <= messages; number++) {
      String before = store.get(LOG).orElse("");
      store.put(LOG, before + message(number, random) + "\n", number);
      int chars = store.get(LOG).orElse("").length();
      plainOverflows += chars > CONTEXT_CHARS ? 1 : 0;
      if (isPoint(number)) {
        plainBytes.add(new Point(number, chars));
        plainContext.add(new Point(number, chars));
      }
    }
  }

  private void hearsay(long seed, RandomGenerator random) throws ExperimentFailedException {
    World world = new World(WorldSettings.of(seed, 2));
    world.begin();
    require(world);
    List<SpaceClient> agents =
        List.of(
            new VirtualClient(world, world.node(0), () -> true).space(WorldSettings.SPACE),
            new VirtualClient(world, world.node(1), () -> true).space(WorldSettings.SPACE));
    for (int number = 1; number <= messages; number++) {
      String text = message(number, random);
      int now = number;
      List<Outcome<?>> ends = new ArrayList<>();
      agents.get(number % 2).write(WriteOptions.local(), tx -> append(tx, text, now), ends::add);
      world.run(world.nowNanos() + SECOND / 20);
      if (ends.size() != 1 || !(ends.get(0) instanceof Outcome.Ok)) {
        throw new ExperimentFailedException("message " + number + " was not written: " + ends);
      }
      agents.get((number + 1) % 2).read(ReadOptions.local(), this::look);
      SpaceState state = world.node(0).state(WorldSettings.SPACE);
      if (state != null) {
        most.bytes = Math.max(most.bytes, DiffFormat.encode(state).length);
      }
      if (isPoint(number)) {
        ourBytes.add(new Point(number, most.bytes));
        ourContext.add(new Point(number, most.chars));
        most = new Most();
      }
    }
    require(world);
  }

  private static void require(World world) throws ExperimentFailedException {
    if (!world.runUntil(world::isConverged, world.nowNanos() + 60 * SECOND)) {
      throw new ExperimentFailedException("two nodes did not come to agree");
    }
  }

  /** Every so often what is old is put into a summary, in the change that trims the log. */
  private static void append(Transaction tx, String text, int number) {
    tx.appendLog(LOG, String.class).append(text);
    if (number % KEPT == 0) {
      String summary = "summary of " + number + " messages: ";
      tx.lwwRegister("summary", String.class)
          .set(summary + text.repeat(SUMMARY_CHARS / text.length()));
      tx.appendLog(LOG, String.class).keepLast(KEPT);
    }
  }

  /** What an agent reads before it answers: the summary, and the last messages. */
  private void look(Outcome<Snapshot> read) {
    if (!(read instanceof Outcome.Ok<Snapshot> ok)) {
      throw new IllegalStateException("a local read failed: " + read);
    }
    Snapshot snapshot = ok.value();
    int chars =
        snapshot.lwwRegister("summary", String.class).get().orElse("").length()
            + snapshot.appendLog(LOG, String.class).last(KEPT).stream()
                .mapToInt(String::length)
                .sum();
    ourOverflows += chars > CONTEXT_CHARS ? 1 : 0;
    most.chars = Math.max(most.chars, chars);
  }

  Trial plainContextTrial() {
    return new Trial(plainOverflows, messages, "turns on which the history did not fit");
  }

  Trial ourContextTrial() {
    return new Trial(ourOverflows, messages, "turns on which what is to be read did not fit");
  }

  Trial plainHistoryTrial() {
    return growth(plainBytes);
  }

  Trial ourHistoryTrial() {
    return growth(ourBytes);
  }

  /** Points of the second half at which more is kept than at any before. */
  private static Trial growth(List<Point> points) {
    int half = points.size() / 2;
    double most = points.subList(0, half).stream().mapToDouble(Point::y).max().orElse(0);
    long grown = points.stream().skip(half).filter(point -> point.y() > 1.1 * most).count();
    return new Trial(
        grown,
        (long) points.size() - half,
        "looks in the second half at which a tenth more is kept than ever in the first");
  }
}
