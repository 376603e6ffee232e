package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.VersionedPlacement;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Nodes with roles, and spaces that live on some of them, in virtual time: the same seed is the
 * same run. Placements reach the nodes as those of a catalogue do, one by one, in any order, each
 * durable before it counts; every message is looked at by a {@link PlacementOracle}.
 */
final class PlacedMesh {
  /** What a node does wrong, so that the checks can be seen to find it. */
  enum Fault {
    NONE(""),
    /** Sums up spaces that the peer may not hold. */
    LEAKS_DIGESTS("in a sum"),
    /** Announces frontiers to all. */
    LEAKS_ANNOUNCEMENTS("Frontiers"),
    /** Tells all what nodes have that are not in reach. */
    LEAKS_BOOKS("BookTell"),
    /** Answers whoever asks. */
    ANSWERS_NON_HOLDERS("Answer"),
    /** Lists all its rows. */
    LEAKS_ROWS("Rows"),
    /** Pushes to all. */
    LEAKS_PUSHES("Push"),
    /** Removes a space as soon as it may not hold it any more. */
    PURGES_BEFORE_IT_IS_COVERED("lacks acknowledged"),
    /** Goes on saying that it has a space when its removal is decided. */
    VOUCHES_FOR_WHAT_GOES("lacks acknowledged"),
    /** Takes a placement for known before it is on the disk. */
    SENDS_BEFORE_THE_PLACEMENT_IS_DURABLE("does not durably know");

    final String finding;

    Fault(String finding) {
      this.finding = finding;
    }
  }

  private record Task(long atMillis, long order, Runnable run) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(atMillis, other.atMillis);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final SplittableRandom random;
  final SpaceLimits limits;
  final Fault fault;
  final MeshOracle oracle = new MeshOracle();
  final PlacementOracle borders = new PlacementOracle(this);
  final List<PlacedNode> nodes = new ArrayList<>();

  /** What the catalogue says in the end. */
  final Map<String, VersionedPlacement> placements = new TreeMap<>();

  /** Every placement a space ever had. */
  final Map<String, Set<Placement>> history = new TreeMap<>();

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private final Set<List<HostPort>> cut = new HashSet<>();

  /** What a space's own thread may take to hear of something, and a disk to remove it. */
  int lagMillisMax = 40;

  private double lossRate;
  private int delayMillisMax = 3;
  private long nowMillis;
  private long orders;

  /** Of nodes with these roles, one each; several are parted by commas. */
  PlacedMesh(long seed, SpaceLimits limits, Fault fault, String... roles) {
    this.random = new SplittableRandom(seed);
    this.limits = limits;
    this.fault = fault;
    List<HostPort> addresses = new ArrayList<>();
    for (int i = 0; i < roles.length; i++) {
      addresses.add(new HostPort("node" + i, 7400));
    }
    for (int i = 0; i < roles.length; i++) {
      Set<String> own = roles[i].isEmpty() ? Set.of() : Set.of(roles[i].split(",", -1));
      nodes.add(new PlacedNode(this, addresses.get(i), own, addresses));
    }
    nodes.forEach(PlacedNode::start);
  }

  long nowMillis() {
    return nowMillis;
  }

  void after(long millis, Runnable task) {
    tasks.add(new Task(nowMillis + millis, orders++, task));
  }

  void run(long millis) {
    long end = nowMillis + millis;
    while (!tasks.isEmpty() && tasks.peek().atMillis() <= end) {
      Task task = tasks.remove();
      nowMillis = task.atMillis();
      task.run().run();
    }
    nowMillis = end;
  }

  boolean runUntil(BooleanSupplier condition, long millisMax) {
    long end = nowMillis + millisMax;
    while (!condition.getAsBoolean()) {
      if (nowMillis >= end) {
        return false;
      }
      run(50);
    }
    return true;
  }

  /** Somebody changes the placement; the nodes hear of it within the time, each by itself. */
  void place(String space, Placement placement, int withinMillis) {
    VersionedPlacement next =
        placements.getOrDefault(space, VersionedPlacement.UNSAID).next(placement);
    placeAt(space, next, withinMillis);
  }

  /** Two change it at the same time. */
  void placeAtOnce(String space, Placement some, Placement other, int withinMillis) {
    VersionedPlacement before = placements.getOrDefault(space, VersionedPlacement.UNSAID);
    placeAt(space, before.next(some), withinMillis);
    placeAt(space, before.next(other), withinMillis);
  }

  private void placeAt(String space, VersionedPlacement placement, int withinMillis) {
    placements.merge(space, placement, VersionedPlacement::join);
    Set<Placement> all = history.computeIfAbsent(space, name -> new HashSet<>());
    all.add(placement.placement());
    for (PlacedNode node : nodes) {
      after(random.nextInt(withinMillis), () -> node.hears(space, placement));
    }
  }

  /** Whether the node was ever allowed to hold the space. */
  boolean wasEverAllowed(PlacedNode node, String space) {
    return history.getOrDefault(space, Set.of()).stream().anyMatch(node::isAllowedBy);
  }

  void cut(int from, int to) {
    cut.add(List.of(nodes.get(from).address(), nodes.get(to).address()));
  }

  void network(double loss, int delayMaxMillis) {
    lossRate = loss;
    delayMillisMax = delayMaxMillis;
  }

  /** All links work, all nodes run, and all have heard of all placements. */
  void heal() {
    cut.clear();
    network(0, 2);
    for (PlacedNode node : nodes) {
      if (!node.isRunning()) {
        node.start();
      }
    }
    run(3_000);
    placements.forEach((space, placement) -> nodes.forEach(node -> node.hears(space, placement)));
  }

  void send(PlacedNode from, HostPort to, Message message) {
    byte[] bytes = MessageFormat.encode(message);
    borders.check(from, at(to), message, bytes);
    if (random.nextDouble() < lossRate || cut.contains(List.of(from.address(), to))) {
      return;
    }
    after(
        1 + random.nextInt(delayMillisMax),
        () -> at(to).onMessage(from.address(), MessageFormat.decode(bytes)));
  }

  void probe(PlacedNode from, HostPort to) {
    after(
        2,
        () -> {
          if (at(to).isRunning()
              && !cut.contains(List.of(from.address(), to))
              && !cut.contains(List.of(to, from.address()))) {
            from.onProbed(to);
          }
        });
  }

  PlacedNode at(HostPort address) {
    return nodes.stream().filter(n -> n.address().equals(address)).findFirst().orElseThrow();
  }

  /** Those that may hold the space have all of it, and the others nothing, also on the disk. */
  void checkPlaced(long millisMax) {
    if (!runUntil(() -> misplaced().isEmpty(), millisMax)) {
      throw new MeshOracle.Violation("after " + millisMax + " ms: " + misplaced());
    }
    for (String space : placements.keySet()) {
      VersionVector together = VersionVector.EMPTY;
      for (PlacedNode node : nodes) {
        if (node.holds(space)) {
          VersionVector frontier = node.durable(space).frontier();
          oracle.checkContent(node.name(), space, frontier, node.durable(space).digest());
          together = together.join(frontier);
        }
      }
      // Those that may hold it agree; if nobody may, what each had is still there.
      oracle.checkNothingLost("the mesh", space, together);
    }
  }

  private List<String> misplaced() {
    List<String> misplaced = new ArrayList<>();
    placements.forEach(
        (space, placed) -> {
          List<PlacedNode> holders =
              nodes.stream().filter(node -> node.isAllowedBy(placed.placement())).toList();
          for (PlacedNode node : nodes) {
            if (holders.contains(node)) {
              if (!node.isSettled(space) || !node.agreesWith(holders.get(0), space)) {
                misplaced.add(node.name() + " differs in " + space);
              }
            } else if (!holders.isEmpty() && (node.holds(space) || node.isOnDisk(space))) {
              misplaced.add(node.name() + " still has " + space);
            }
          }
        });
    return misplaced;
  }
}
