package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.BookSettings;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.gossip.GossipSettings;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Simulation} does.
 *
 * @param nodes that there are at first
 * @param nanos virtual time of the phase in which things go wrong
 * @param faults what goes wrong, drawn from each run's seed; not looked at if there is a schedule
 * @param schedule what goes wrong; null to draw it
 * @param topology who has a link to whom; null for all with all
 * @param knobs what is not drawn from the seed, by name: {@link #KNOBS}
 * @param latency how the times of packets are distributed; null to draw it
 * @param rareForks whether {@link FaultKind#CLONE} is left to one run in eight, and often drawn
 *     there: where everything may go wrong, forks would hide other things
 */
public record SimSettings(
    int nodes,
    long nanos,
    Workload workload,
    List<FaultKind> faults,
    @Nullable Schedule schedule,
    @Nullable Topology topology,
    Map<String, Double> knobs,
    Latency.@Nullable Form latency,
    boolean rareForks) {
  /** Names of knobs, each with what it sets. */
  public static final Map<String, String> KNOBS =
      Collections.unmodifiableMap(
          new TreeMap<>(
              Map.ofEntries(
                  Map.entry("nodes", "nodes at first"),
                  Map.entry("hours", "virtual hours of faults"),
                  Map.entry("latency", "of a packet, in milliseconds"),
                  Map.entry("spread", "how many times as long far links take as near ones"),
                  Map.entry("loss", "part of the packets that every link loses"),
                  Map.entry("duplicates", "part of the packets that come twice"),
                  Map.entry("bandwidth", "bytes a second that a node can send"),
                  Map.entry("fsync", "of a forced write, in milliseconds"),
                  Map.entry("tail", "changes that a space holds one by one"),
                  Map.entry("close", "replicas that are gone, from which on they are closed"),
                  Map.entry(WorkloadOptions.SESSIONS, "sessions at each node"),
                  Map.entry(
                      WorkloadOptions.PAUSE, "between two calls of a session, in milliseconds"))));

  /** Nodes that may join in a run. */
  public static final int JOINS_MAX = 64;

  /** How many times as often as others it is drawn in the runs that it is left to. */
  private static final int CLONES = 4;

  /**
   * Longer runs have clones only where they are named: sooner or later two nodes go on with the
   * same branch, and an operator has to decide.
   */
  private static final long FORKS_NANOS_MAX = 30_000_000_000L;

  private static final double MILLI = 1e6;
  private static final long FAR_NANOS = 20_000_000;

  /** Of which one is drawn. */
  private static final List<Latency.Form> FORMS =
      List.of(
          Latency.Form.EXPONENTIAL,
          Latency.Form.CONSTANT,
          Latency.Form.LOGNORMAL,
          Latency.Form.PARETO);

  public SimSettings {
    faults = List.copyOf(new TreeSet<>(faults));
    knobs = Collections.unmodifiableMap(new TreeMap<>(knobs));
  }

  /** With all that is asked for in every run. */
  public SimSettings(
      int nodes,
      long nanos,
      Workload workload,
      List<FaultKind> faults,
      @Nullable Schedule schedule,
      @Nullable Topology topology,
      Map<String, Double> knobs) {
    this(
        nodes,
        nanos,
        workload,
        faults,
        schedule,
        topology,
        knobs,
        /* latency= */ null,
        /* rareForks= */ false);
  }

  /** The same with forks in one run of eight, or in all that draw them. */
  public SimSettings withRareForks(boolean rare) {
    return new SimSettings(
        nodes, nanos, workload, faults, schedule, topology, knobs, latency, rare);
  }

  /** The same with another schedule. */
  public SimSettings with(@Nullable Schedule other) {
    return new SimSettings(
        nodes, nanos, workload, faults, other, topology, knobs, latency, rareForks);
  }

  /** The same with other faults to draw from. */
  public SimSettings with(List<FaultKind> others) {
    return new SimSettings(
        nodes, nanos, workload, others, schedule, topology, knobs, latency, rareForks);
  }

  /** The same with the times of packets distributed like that; null to draw it. */
  public SimSettings with(Latency.@Nullable Form form) {
    return new SimSettings(
        nodes, nanos, workload, faults, schedule, topology, knobs, form, rareForks);
  }

  /** The same with a knob set. */
  public SimSettings with(String knob, double value) {
    Map<String, Double> set = new TreeMap<>(knobs);
    set.put(knob, value);
    return new SimSettings(
        knob.equals("nodes") ? (int) value : nodes,
        knob.equals("hours") ? (long) (value * 3600e9) : nanos,
        workload,
        faults,
        schedule,
        topology,
        set,
        latency,
        rareForks);
  }

  /** Whether runs of the workload are different with that knob, if it is one. */
  public boolean isGoneBy(String knob) {
    return !workload.ignored().contains(knob);
  }

  /**
   * Whether the knob can be set to that.
   *
   * @throws IllegalArgumentException if not, saying why
   */
  public void check(String knob, double value) {
    boolean whole = List.of("nodes", "tail", "sessions", "close").contains(knob);
    double most =
        switch (knob) {
          case "nodes", "hours" -> 1_000;
          case "loss", "duplicates" -> 0.9;
          case "spread" -> 100;
          case "sessions" -> 10_000;
          default -> 1e9;
        };
    double least =
        switch (knob) {
          case "nodes", "sessions", "tail", "close", "spread" -> 1;
          case "hours", "pause" -> 0.001;
          default -> 0;
        };
    if (!(value >= least && value <= most) || (whole && value != Math.rint(value))) {
      throw new IllegalArgumentException(
          value
              + " is not "
              + (whole ? "a whole number" : "a number")
              + " from "
              + least
              + " to "
              + most);
    }
    if (knob.equals("nodes") && topology != null && value != nodes) {
      throw new IllegalArgumentException("the topology has " + nodes + " nodes");
    }
  }

  /** The faults of a run with that seed, without what would never happen. */
  Schedule schedule(long seed) {
    return PossibleFaults.of(this)
        .without(
            schedule != null
                ? schedule
                : Nemesis.draw(seed, nodes, Math.min(3, nodes), drawn(seed), nanos));
  }

  private List<FaultKind> drawn(long seed) {
    List<FaultKind> drawn = new ArrayList<>(faults);
    if (rareForks && drawn.remove(FaultKind.CLONE) && nanos <= FORKS_NANOS_MAX && isOfForks(seed)) {
      // A node on a copy of a disk may hold a branch of another's: its operator has to decide then,
      // and no virtual node has one.
      drawn.remove(FaultKind.TWIN);
      drawn.addAll(Collections.nCopies(CLONES, FaultKind.CLONE));
    }
    drawn.removeIf(kind -> kind == FaultKind.MOVE && workload.restricted().isEmpty());
    return drawn;
  }

  /** One seed in eight, whichever workload or size the seeds around it have by their turn. */
  private static boolean isOfForks(long seed) {
    return new SplittableRandom(seed ^ 0x666f726b73L).nextInt(8) == 0;
  }

  /** Nodes that join in a run with that seed. */
  private int joins(long seed) {
    long joins = schedule(seed).faults().stream().filter(fault -> fault.kind().adds()).count();
    return (int) Math.min(PossibleFaults.joinsMax(nodes), joins);
  }

  /** The world of a run with that seed: what no knob says is drawn. */
  WorldSettings world(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x776f726c64L);
    int slots = nodes + joins(seed);
    // Chains of changes are not known where a state was taken instead of them: see the manual.
    boolean tiny = random.nextInt(3) > 0 && !Judges.areForksIn(schedule(seed));
    long packet = new long[] {200_000, 2_000_000, 20_000_000}[random.nextInt(3)];
    double loss = random.nextInt(3) == 0 ? random.nextDouble() * 0.02 : 0;
    double duplicates = random.nextInt(3) == 0 ? random.nextDouble() * 0.02 : 0;
    boolean ordered = random.nextInt(4) > 0;
    long fsync = 100_000L + random.nextInt(4_000_000);
    int direct = random.nextBoolean() ? GossipSettings.DEFAULT.directHoldersMax() : 2;
    int snapshotEvery = random.nextBoolean() ? 25 : 300;
    double bandwidth = random.nextInt(4) == 0 ? 250_000L << random.nextInt(5) : 0;
    SpaceLimits bounds =
        tiny ? new SpaceLimits(10, 8_000, 200, 400_000, 2_000) : SpaceLimits.DEFAULT;
    if (knobs.containsKey("tail")) {
      bounds =
          new SpaceLimits(
              (int) (double) knobs.getOrDefault("tail", 0.0),
              bounds.tailBytesMax(),
              bounds.heldChangesMax(),
              bounds.heldBytesMax(),
              bounds.eventBytesMax());
    }
    WorldSettings settings =
        WorldSettings.of(seed, slots)
            .withNetwork(
                latency(seed, packet),
                knobs.getOrDefault("loss", loss),
                knobs.getOrDefault("duplicates", duplicates),
                ordered,
                (long) (double) knobs.getOrDefault("bandwidth", bandwidth))
            .withFsync((long) (knobs.getOrDefault("fsync", fsync / MILLI) * MILLI))
            .withLimits(
                GossipSettings.DEFAULT.withDirectHoldersMax(direct),
                tiny ? smallCredit() : GossipLimits.DEFAULT,
                bounds,
                snapshotEvery)
            .withBooks(books(random, seed));
    return topology == null ? settings : settings.withTopology(topology);
  }

  /** Half of the runs have links that are alike, and half of them no heavy tail. */
  private Latency latency(long seed, long drawnNanos) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x6c6174656e6379L);
    Latency.Form form = FORMS.get(random.nextInt(FORMS.size()));
    boolean alike = random.nextBoolean();
    double farthest = drawnNanos >= FAR_NANOS ? 5 : 20;
    double spread = alike ? 1 : 1 + random.nextDouble() * (farthest - 1);
    long nanos = (long) (knobs.getOrDefault("latency", drawnNanos / MILLI) * MILLI);
    return new Latency(
        nanos / 2,
        nanos / 2,
        latency == null ? form : latency,
        knobs.getOrDefault("spread", spread));
  }

  /** In three runs of four replicas that are gone are closed early and often. */
  private BookSettings books(SplittableRandom random, long seed) {
    int entries = new int[] {BookSettings.DEFAULT.closeEntries(), 1, 1, 3}[random.nextInt(4)];
    int settle = new int[] {0, 300, 2_000}[random.nextInt(3)];
    entries = (int) (double) knobs.getOrDefault("close", (double) entries);
    BookSettings books = BookSettings.DEFAULT.withCloseEntries(entries);
    // Where there may be branches, what all seem to have is kept as long as in production.
    return entries == BookSettings.DEFAULT.closeEntries() || Judges.areForksIn(schedule(seed))
        ? books
        : books.withSettleMillis(settle);
  }

  private static GossipLimits smallCredit() {
    GossipLimits base = GossipLimits.DEFAULT;
    return new GossipLimits(
        2,
        base.transfersOutMax(),
        base.elementsMax(),
        base.bytesMax(),
        base.headBytesMax(),
        128 << 10,
        5_000,
        base.answersBytes(),
        base.undeliveredPeerBytes(),
        base.undeliveredBytes(),
        base.frontierEntriesPeer(),
        base.frontierEntries(),
        base.unheardMillis(),
        base.goneMillis(),
        base.mentionMillis());
  }

  int sessions() {
    return (int) (double) knobs.getOrDefault(WorkloadOptions.SESSIONS, 2.0);
  }

  double pauseMillis() {
    return knobs.getOrDefault(WorkloadOptions.PAUSE, 500.0);
  }
}
