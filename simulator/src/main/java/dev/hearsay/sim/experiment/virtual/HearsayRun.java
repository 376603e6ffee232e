package dev.hearsay.sim.experiment.virtual;

import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.experiment.icde19.Cost;
import dev.hearsay.sim.experiment.icde19.Load;
import dev.hearsay.sim.experiment.icde19.OurProtocol;
import dev.hearsay.sim.experiment.icde19.Topology;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.world.Latency;
import dev.hearsay.sim.world.VirtualClient;
import dev.hearsay.sim.world.World;
import dev.hearsay.sim.world.WorldSettings;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The paper's updates over Hearsay's own protocol, in virtual time. Nodes that have met begin to
 * write; what it takes until the trees have settled counts.
 */
public final class HearsayRun implements OurProtocol {
  private static final String SPACE = WorldSettings.SPACE;
  private static final long SECOND = 1_000_000_000L;
  private static final long PATIENCE_SECONDS = 120;
  private static final Latency LATENCY = new Latency(1_000_000, 0);

  private static final class Written {
    int changes;
    long floor;
  }

  @Override
  public Cost run(Topology topology, Load load, long seed) throws ExperimentFailedException {
    World world =
        new World(
            WorldSettings.of(seed, topology.size())
                .withTopology(topology)
                .withNetwork(LATENCY, 0, 0, true, 0));
    world.begin();
    require(world, "the nodes did not meet");
    WireCount wire = new WireCount(SPACE);
    world.listen(wire);
    Written written = new Written();
    SplittableRandom random = new SplittableRandom(seed);
    for (int node = 0; node < topology.size(); node++) {
      SpaceClient space = new VirtualClient(world, world.node(node), () -> true).space(SPACE);
      schedule(world, space, load, node, 0, random.nextLong(SECOND), written);
    }
    world.run(world.nowNanos() + Load.EVENTS_PER_NODE * SECOND);
    require(world, "the nodes did not come to agree");
    if (written.changes != topology.size() * Load.EVENTS_PER_NODE) {
      throw new ExperimentFailedException(written.changes + " updates were made, not all of them");
    }
    return new Cost(
        topology.name(), load.label(), LABEL, wire.elements(), wire.metadata(), written.floor);
  }

  private static void require(World world, String otherwise) throws ExperimentFailedException {
    if (!world.runUntil(world::isConverged, world.nowNanos() + PATIENCE_SECONDS * SECOND)) {
      throw new ExperimentFailedException(
          otherwise + " within " + PATIENCE_SECONDS + " virtual seconds: " + world.violations());
    }
  }

  private static void schedule(
      World world,
      SpaceClient space,
      Load load,
      int node,
      int event,
      long afterNanos,
      Written written) {
    world.after(
        afterNanos,
        () -> {
          List<Integer> keys = load.keys(node, world.nodes().size(), event);
          written.floor += (long) keys.size() * (world.nodes().size() - 1);
          space.write(
              WriteOptions.local(),
              tx -> update(tx, load, keys, event),
              outcome -> written.changes++);
          if (event + 1 < Load.EVENTS_PER_NODE) {
            schedule(world, space, load, node, event + 1, SECOND, written);
          }
        });
  }

  private static void update(Transaction tx, Load load, List<Integer> keys, int event) {
    if (load.equals(Load.SET)) {
      keys.forEach(key -> tx.orSet("set", Integer.class).add(key));
    } else if (load.equals(Load.COUNTER)) {
      tx.pnCounter("counter").increment();
    } else {
      keys.forEach(key -> tx.orMap("map", Integer.class).put("k" + key, event));
    }
  }
}
