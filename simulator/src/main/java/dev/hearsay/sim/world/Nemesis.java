package dev.hearsay.sim.world;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** Draws a {@link Schedule} from a seed. */
final class Nemesis {
  private static final long SECOND = 1_000_000_000L;

  /** From one fault to the next, on average. */
  private static final long GAP_NANOS = 4 * SECOND;

  private final SplittableRandom random;
  private final int nodes;
  private final int voters;
  private final List<FaultKind> kinds;

  /** Whether voters have been lost. */
  private boolean lost;

  /** Nodes so far, those that have left among them. */
  private int there;

  private Nemesis(SplittableRandom random, int nodes, int voters, List<FaultKind> kinds) {
    this.random = random;
    this.nodes = nodes;
    this.there = nodes;
    this.voters = voters;
    this.kinds = kinds;
  }

  /**
   * Faults for a run that long.
   *
   * @param voters so many of the first nodes vote: a majority of them keeps its disks, and all that
   *     join do
   */
  static Schedule draw(long seed, int nodes, int voters, Collection<FaultKind> kinds, long nanos) {
    if (kinds.isEmpty()) {
      return Schedule.NONE;
    }
    // Another stream than the world's, which comes from the seed itself.
    SplittableRandom random = new SplittableRandom(seed ^ 0x6e656d65736973L);
    Nemesis nemesis = new Nemesis(random, nodes, voters, List.copyOf(kinds));
    List<Fault> faults = new ArrayList<>();
    long at = nemesis.gap();
    while (at < nanos - SECOND) {
      Fault fault = nemesis.fault(at, nanos);
      boolean isTooMuch =
          fault.kind() == FaultKind.REPLACE_VOTERS
              && (nemesis.lost || at + FaultKind.SILENT_NANOS >= nanos);
      boolean isFull = fault.kind().adds() && nemesis.there - nodes >= SimSettings.JOINS_MAX;
      boolean isNothing = fault.kind().needsAmount() && fault.amount() == 0;
      if (!isFull
          && !isTooMuch
          && !isNothing
          && (!fault.kind().needsNodes() || !fault.nodes().isEmpty())) {
        faults.add(fault);
        nemesis.lost |= fault.kind() == FaultKind.REPLACE_VOTERS;
        nemesis.there += fault.kind().adds() ? 1 : 0;
      }
      at += nemesis.gap();
    }
    return new Schedule(faults);
  }

  private long gap() {
    return (long) (-Math.log(1 - random.nextDouble()) * GAP_NANOS);
  }

  private Fault fault(long at, long end) {
    FaultKind kind = kinds.get(random.nextInt(kinds.size()));
    long duration = SECOND / 5 + random.nextLong(8 * SECOND);
    duration = Math.min(duration, end - at);
    return switch (kind) {
      case CUT, SWIZZLE -> fault(at, kind, some(Math.max(1, nodes / 2)), duration, 0);
      case ONE_WAY -> fault(at, kind, some(nodes), duration, 0);
      case FLAP -> fault(at, kind, some(1), duration, (1 + random.nextInt(20)) / 10.0);
      case LOSS, DUPLICATE -> fault(at, kind, List.of(), duration, random.nextInt(40) / 100.0);
      case REORDER -> fault(at, kind, List.of(), duration, 1 + random.nextInt(100));
      case SLOW -> fault(at, kind, some(2), duration, 1 + random.nextInt(500));
      case CRASH, TORN -> fault(at, kind, some(Math.max(1, nodes / 2)), duration, 0);
      case BLACKOUT, ROLLING -> fault(at, kind, List.of(), duration / 2, 0);
      case PAUSE, FULL -> fault(at, kind, some(2), duration, 0);
      case SLOW_DISK -> fault(at, kind, some(2), duration, 1 + random.nextInt(200));
      case CORRUPT, LOST_DISK, OLD_DISK, CLONE -> fault(at, kind, victim(), duration / 2, 0);
      case NARROW -> fault(at, kind, some(2), duration, 20 + random.nextInt(1_000));
      case CLOCK -> fault(at, kind, some(2), duration, random.nextInt(241) - 120);
      case JOIN -> fault(at, kind, List.of(), 0, 0);
      case LEAVE, REPLACE -> fault(at, kind, List.of(random.nextInt(there)), 0, 0);
      case TWIN -> fault(at, kind, beyond(voters), 0, 0);
      case REPLACE_VOTERS -> fault(at, kind, mostVoters(), 0, 0);
      case VOTERS -> fault(at, kind, otherVoters(), 0, 0);
      case MOVE -> fault(at, kind, homes(), 0, random.nextInt(3) == 0 ? 1 : 0);
    };
  }

  private static Fault fault(
      long at, FaultKind kind, List<Integer> nodes, long duration, double amount) {
    return new Fault(millis(at), kind, nodes, millis(duration), amount);
  }

  /** Whole milliseconds, as a file has them. */
  private static long millis(long nanos) {
    return nanos / 1_000_000 * 1_000_000;
  }

  /** From one to so many different nodes. */
  private List<Integer> some(int most) {
    int count = 1 + random.nextInt(Math.max(1, Math.min(most, there)));
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < there; i++) {
      all.add(i);
    }
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(all.remove(random.nextInt(all.size())));
    }
    return drawn;
  }

  /** One without which the others are still a majority of the voters. */
  private List<Integer> victim() {
    return beyond(safe());
  }

  /** So many of the first nodes keep their disks and their votes: most of any list of voters. */
  private int safe() {
    return voters / 2 + 1;
  }

  private List<Integer> beyond(int first) {
    return first >= nodes ? List.of() : List.of(first + random.nextInt(nodes - first));
  }

  /** Not the last one, so that there is one that never is. */
  private List<Integer> homes() {
    List<Integer> homes = some(3);
    homes.removeIf(node -> node == nodes - 1);
    return homes;
  }

  /** As many of those that vote at first as make a majority. */
  private List<Integer> mostVoters() {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < Math.min(voters, nodes); i++) {
      list.add(i);
    }
    while (list.size() > safe()) {
      list.remove(random.nextInt(list.size()));
    }
    return list;
  }

  /** As many as there are now. */
  private List<Integer> otherVoters() {
    List<Integer> list = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < there; i++) {
      (i < safe() ? list : others).add(i);
    }
    while (list.size() < voters) {
      list.add(others.remove(random.nextInt(others.size())));
    }
    return list;
  }
}
