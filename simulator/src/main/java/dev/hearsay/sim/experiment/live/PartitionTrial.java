package dev.hearsay.sim.experiment.live;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.live.Partition.Side;
import dev.hearsay.sim.experiment.live.Trial.Guarantee;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One partition, from all of its positions, in a space of its own. */
final class PartitionTrial {
  /** For what has to work: a busy machine may take long over it. */
  private static final Duration LONG = Duration.ofSeconds(10);

  /** For what cannot. */
  private static final Duration SHORT = Duration.ofMillis(1_200);

  /** Where it is not known. */
  private static final Duration OPEN = Duration.ofSeconds(3);

  private static final Duration FLAP = Duration.ofMillis(600);
  private static final Duration NOTICED = Duration.ofMillis(2_500);
  private static final String SET = "writes";

  /** How an attempt ended. */
  private enum End {
    WORKED,
    REFUSED,
    BROKEN
  }

  /** Something that is tried; what it throws is a refusal. */
  private interface Attempt {
    End run();
  }

  /** What came of one attempt. */
  private record Tried(End end, double millis, String why) {}

  /** An attempt on a thread of its own. */
  private record Beside(Guarantee guarantee, CompletableFuture<Tried> tried) {}

  private static final class Count {
    int attempts;
    int worked;
    int refused;
    int broken;
    double millis;
    String why = "";
  }

  private final LiveMesh mesh;
  private final Partition partition;
  private final String space;
  private final int attempts;
  private final List<String> acknowledged = new CopyOnWriteArrayList<>();
  private final List<Frontier> byQuorum = new CopyOnWriteArrayList<>();
  private final Map<Integer, Frontier> shown = new HashMap<>();
  private final Map<Side, Map<Guarantee, Count>> counts = new HashMap<>();
  private final AtomicBoolean ends = new AtomicBoolean();
  private final AtomicInteger values = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  PartitionTrial(LiveMesh mesh, Partition partition, String space, int attempts) {
    this.mesh = mesh;
    this.partition = partition;
    this.space = space;
    this.attempts = attempts;
  }

  List<Trial> run() throws ExperimentFailedException {
    mesh.share(space);
    Thread flapping = new Thread(this::flap, "flapping");
    if (partition.flaps()) {
      flapping.start();
    } else {
      apply(true);
      if (partition.isCut()) {
        LiveMesh.pause(NOTICED);
      }
    }
    try {
      partition.sides().forEach(this::tryAll);
    } finally {
      threads.shutdownNow();
      end(flapping);
    }
    healed();
    List<Trial> trials = new ArrayList<>();
    for (Side side : partition.sides()) {
      counts(side)
          .forEach(
              (guarantee, count) ->
                  trials.add(
                      new Trial(
                          partition,
                          side,
                          guarantee,
                          count.attempts,
                          count.worked,
                          count.refused,
                          count.broken,
                          count.millis,
                          count.why)));
    }
    return trials;
  }

  private void end(Thread flapping) throws ExperimentFailedException {
    ends.set(true);
    try {
      flapping.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExperimentFailedException("interrupted", e);
    } finally {
      mesh.heal();
    }
  }

  private void flap() {
    for (boolean cut = true; !ends.get(); cut = !cut) {
      apply(cut);
      LiveMesh.pause(FLAP);
    }
  }

  private void apply(boolean cut) {
    for (int from = 0; from < Partition.NODES; from++) {
      for (int to = 0; to < Partition.NODES; to++) {
        if (from != to && partition.cut().between(from, to)) {
          if (cut) {
            mesh.cut(from, to);
          } else {
            mesh.restore(from, to);
          }
        }
      }
    }
  }

  private void tryAll(Side side) {
    for (int i = 0; i < attempts; i++) {
      List<Beside> besides = new ArrayList<>();
      boolean quorum = isMajority(side);
      boolean all = isEverybody(side);
      attempt(side, Guarantee.WRITE_LOCAL, () -> write(side, WriteOptions.local()));
      attempt(side, Guarantee.READ_LOCAL, () -> ownWrites(side));
      Attempt writesQuorum = () -> write(side, WriteOptions.quorum(patience(quorum)));
      Attempt readsQuorum = () -> read(side, ReadOptions.quorum(patience(quorum)));
      Attempt writesAll = () -> write(side, WriteOptions.all(patience(all)));
      Attempt readsAll = () -> read(side, ReadOptions.all(patience(all)));
      attempt(side, Guarantee.WRITE_QUORUM, quorum, writesQuorum, besides);
      attempt(side, Guarantee.READ_QUORUM, quorum, readsQuorum, besides);
      attempt(side, Guarantee.WRITE_ALL, all, writesAll, besides);
      attempt(side, Guarantee.READ_ALL, all, readsAll, besides);
      if (side.stranger() != side.node()) {
        Attempt across = () -> handOver(side.node(), side.stranger(), SHORT);
        attempt(side, Guarantee.HAND_OVER_ACROSS, /* works= */ false, across, besides);
      }
      if (side.friend() != side.node()) {
        attempt(
            side, Guarantee.HAND_OVER, () -> handOver(side.node(), side.friend(), patience(true)));
      }
      attempt(side, Guarantee.MONOTONIC, () -> monotonic(side.node()));
      besides.forEach(beside -> count(side, beside.guarantee(), beside.tried().join()));
    }
  }

  /** What cannot work takes all of its patience, beside the others. */
  private void attempt(
      Side side, Guarantee guarantee, boolean works, Attempt attempt, List<Beside> besides) {
    if (works) {
      attempt(side, guarantee, attempt);
    } else {
      besides.add(
          new Beside(guarantee, CompletableFuture.supplyAsync(() -> tried(attempt), threads)));
    }
  }

  private boolean isMajority(Side side) {
    return partition.reach(side.node()) > Partition.NODES / 2;
  }

  private boolean isEverybody(Side side) {
    return partition.reach(side.node()) == Partition.NODES;
  }

  private Duration patience(boolean works) {
    if (partition.flaps() || partition.hasBridge()) {
      return OPEN;
    }
    return works ? LONG : SHORT;
  }

  private void attempt(Side side, Guarantee guarantee, Attempt attempt) {
    count(side, guarantee, tried(attempt));
  }

  private static Tried tried(Attempt attempt) {
    long started = System.nanoTime();
    End end;
    String why = "";
    try {
      end = attempt.run();
    } catch (HearsayException e) {
      end = End.REFUSED;
      why = e.code() + ": " + e.getMessage();
    }
    return new Tried(end, (System.nanoTime() - started) / 1e6, why);
  }

  private void count(Side side, Guarantee guarantee, Tried tried) {
    Count count = counts(side).computeIfAbsent(guarantee, none -> new Count());
    count.attempts++;
    switch (tried.end()) {
      case WORKED -> {
        count.worked++;
        count.millis = Math.max(count.millis, tried.millis());
      }
      case REFUSED -> {
        count.refused++;
        count.why = count.why.isEmpty() ? tried.why() : count.why;
      }
      case BROKEN -> count.broken++;
    }
  }

  private Map<Guarantee, Count> counts(Side side) {
    return counts.computeIfAbsent(side, none -> new EnumMap<>(Guarantee.class));
  }

  private End write(Side side, WriteOptions options) {
    String value = "v" + values.getAndIncrement();
    // Whatever the acknowledgement says, what was written spreads.
    acknowledged.add(value);
    Frontier written =
        mesh.space(side.node(), space)
            .update(options, tx -> tx.orSet(SET, String.class).add(value));
    if (!options.equals(WriteOptions.local())) {
      byQuorum.add(written);
    }
    return End.WORKED;
  }

  private End read(Side side, ReadOptions options) {
    List<Frontier> mustSee = List.copyOf(byQuorum);
    Snapshot read = mesh.space(side.node(), space).read(options);
    return mustSee.stream().allMatch(read.frontier()::covers) ? End.WORKED : End.BROKEN;
  }

  private End ownWrites(Side side) {
    Space own = mesh.space(side.node(), space);
    String value = "v" + values.getAndIncrement();
    acknowledged.add(value);
    own.orSet(SET, String.class).add(value);
    return own.orSet(SET, String.class).contains(value) ? End.WORKED : End.BROKEN;
  }

  /** One agent writes and tells another one, which waits until it sees as much. */
  private End handOver(int from, int to, Duration patience) {
    String value = "v" + values.getAndIncrement();
    acknowledged.add(value);
    Frontier token = mesh.space(from, space).update(tx -> tx.orSet(SET, String.class).add(value));
    Space there = mesh.space(to, space);
    there.awaitFrontier(token, patience);
    return there.orSet(SET, String.class).contains(value) ? End.WORKED : End.BROKEN;
  }

  private End monotonic(int node) {
    Frontier now = mesh.space(node, space).frontier();
    Frontier before = shown.put(node, now);
    return before == null || now.covers(before) ? End.WORKED : End.BROKEN;
  }

  private void healed() throws ExperimentFailedException {
    long healed = System.nanoTime();
    mesh.await("all nodes agree after '" + partition.title() + "'", () -> mesh.agree(space));
    double millis = (System.nanoTime() - healed) / 1e6;
    boolean all = true;
    for (int node = 0; node < Partition.NODES; node++) {
      all &= mesh.space(node, space).orSet(SET, String.class).values().containsAll(acknowledged);
    }
    for (Side side : partition.sides()) {
      Count count = new Count();
      count.attempts = 1;
      count.worked = all ? 1 : 0;
      count.broken = all ? 0 : 1;
      count.millis = millis;
      counts(side).put(Guarantee.HEAL, count);
    }
  }
}
