package dev.hearsay.sim.experiment.icde19;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A protocol over a topology in virtual time: 100 updates at each node, one a second, and the
 * neighbours told once a second; each node's clock has a phase of its own. Ends when all nodes have
 * the same.
 */
final class BaselineRun {
  static final int INTERVAL_MILLIS = 1_000;
  private static final int LATENCY_MILLIS = 1;

  private record Task(long atMillis, long order, Runnable run) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(atMillis, other.atMillis);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final Topology topology;
  private final Load load;
  private final Baseline.Protocol protocol;
  private final List<Baseline> nodes = new ArrayList<>();
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long nowMillis;
  private long orders;
  private long elements;
  private long metadata;
  private long floor;
  private int updatesLeft;

  BaselineRun(Topology topology, Load load, Baseline.Protocol protocol, long seed) {
    this.topology = topology;
    this.load = load;
    this.protocol = protocol;
    this.updatesLeft = topology.size() * Load.EVENTS_PER_NODE;
    SplittableRandom random = new SplittableRandom(seed);
    for (int node = 0; node < topology.size(); node++) {
      nodes.add(protocol.start(node));
      int self = node;
      after(random.nextInt(INTERVAL_MILLIS), () -> update(self, 0));
      after(random.nextInt(INTERVAL_MILLIS), () -> tell(self));
    }
  }

  Cost run() {
    while (!tasks.isEmpty()) {
      Task task = tasks.remove();
      nowMillis = task.atMillis();
      task.run().run();
    }
    return new Cost(topology.name(), load.label(), protocol.label(), elements, metadata, floor);
  }

  private void after(long millis, Runnable task) {
    tasks.add(new Task(nowMillis + millis, orders++, task));
  }

  private void update(int node, int event) {
    Baseline at = nodes.get(node);
    Elements delta =
        Elements.of(load.keys(node, topology.size(), event), key -> at.state().version(key) + 1);
    at.update(delta);
    floor += (long) delta.size() * (topology.size() - 1);
    updatesLeft--;
    if (event + 1 < Load.EVENTS_PER_NODE) {
      after(INTERVAL_MILLIS, () -> update(node, event + 1));
    }
  }

  private void tell(int node) {
    Baseline at = nodes.get(node);
    for (int neighbour : topology.links().get(node)) {
      at.parcelFor(neighbour).ifPresent(parcel -> send(node, neighbour, parcel));
    }
    at.told();
    if (!isOver()) {
      after(INTERVAL_MILLIS, () -> tell(node));
    }
  }

  private void send(int from, int to, Parcel parcel) {
    elements += parcel.elementCount();
    metadata += parcel.metadata();
    after(
        LATENCY_MILLIS,
        () -> nodes.get(to).receive(from, parcel).ifPresent(answer -> send(to, from, answer)));
  }

  private boolean isOver() {
    return updatesLeft == 0
        && nodes.stream().allMatch(node -> node.state().equals(nodes.get(0).state()));
  }
}
