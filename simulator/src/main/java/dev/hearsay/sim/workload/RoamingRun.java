package dev.hearsay.sim.workload;

import dev.hearsay.sim.history.History;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A run whose sessions also act from other nodes than the one where they began. */
abstract class RoamingRun extends PacedRun {
  private final Map<String, MeshClient> clients = new TreeMap<>();

  RoamingRun(WorkloadOptions options, History history) {
    super(options, history);
  }

  @Override
  public void start(MeshClient client) {
    clients.put(client.node(), client);
    super.start(client);
  }

  /** The client at some node, perhaps the same. */
  final MeshClient anywhere(RandomGenerator random) {
    List<MeshClient> all = List.copyOf(clients.values());
    return all.get(random.nextInt(all.size()));
  }
}
