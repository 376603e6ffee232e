package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A random life of a {@link PlacedMesh}: spaces that move, writes, cuts, loss, crashes; then the
 * heal, quiet time, and the checks.
 *
 * @param many whether there are so many spaces that nodes compare them by sums of buckets
 */
record PlacedScenario(long seed, boolean many, SpaceLimits limits, PlacedMesh.Fault fault) {
  private static final long SETTLE_MILLIS_MAX = 60_000;
  private static final int STEPS = 60;
  private static final List<String> MOVING = List.of("secret-plan", "gpu-cache", "ledger-eu");

  static PlacedScenario of(long seed) {
    SpaceLimits limits = seed % 3 == 0 ? MeshScenario.TINY_TAIL : SpaceLimits.DEFAULT;
    return new PlacedScenario(seed, seed % 4 == 0, limits, PlacedMesh.Fault.NONE);
  }

  PlacedScenario with(PlacedMesh.Fault planted) {
    return new PlacedScenario(seed, many, limits, planted);
  }

  /**
   * Runs it and gives the mesh, in which everything is where it belongs.
   *
   * @throws MeshOracle.Violation if a check does not hold
   */
  PlacedMesh run() {
    PlacedMesh mesh = new PlacedMesh(seed, limits, fault, "gpu", "gpu,eu", "eu", "", "outside");
    List<String> spaces = new ArrayList<>(MOVING);
    for (int i = 0; i < (many ? 25 : 2); i++) {
      spaces.add("common-" + i);
      mesh.place("common-" + i, Placement.everywhere(), 100);
    }
    mesh.place("secret-plan", Placement.onNodes("node0", "node1"), 500);
    mesh.place("gpu-cache", Placement.onRoles("gpu"), 500);
    mesh.place("ledger-eu", Placement.onRoles("eu", "gpu"), 500);
    SplittableRandom random = mesh.random;
    for (int step = 0; step < STEPS; step++) {
      step(mesh, spaces, random);
      mesh.run(random.nextInt(300));
    }
    mesh.heal();
    mesh.checkPlaced(SETTLE_MILLIS_MAX);
    return mesh;
  }

  private void step(PlacedMesh mesh, List<String> spaces, SplittableRandom random) {
    PlacedNode node = mesh.nodes.get(random.nextInt(mesh.nodes.size()));
    PlacedNode other = mesh.nodes.get(random.nextInt(mesh.nodes.size()));
    String moving = MOVING.get(random.nextInt(MOVING.size()));
    switch (random.nextInt(14)) {
      case 0 -> mesh.place(moving, placement(random), 1_500);
      case 1 -> mesh.placeAtOnce(moving, placement(random), placement(random), 1_500);
      case 2 -> mesh.cut(random.nextInt(5), random.nextInt(5));
      case 3 -> mesh.network(random.nextDouble() * 0.3, 40);
      case 4 -> mesh.network(0, 2);
      case 5 -> {
        if (node.isRunning()) {
          node.crash();
        }
      }
      case 6, 7 -> {
        if (!node.isRunning()) {
          node.start();
        }
      }
      case 8 -> {
        // One that knows the name from the catalogue asks; it may get nothing.
        boolean mayAsk = node.known(moving).filter(other::isAllowedBy).isPresent();
        if (node != other && node.isRunning() && mayAsk) {
          node.say(other.address(), new Message.Want(moving, VersionVector.EMPTY));
        }
      }
      default -> {
        String space = spaces.get(random.nextInt(spaces.size()));
        String element = PlacementOracle.mark(space) + random.nextInt(1_000);
        Value value = Value.of(element);
        mesh.nodes.forEach(
            writer -> {
              if (random.nextInt(3) == 0) {
                writer.write(space, draft -> OrSet.add(draft.field(Changes.SET), value));
              }
            });
      }
    }
  }

  /** Never where node 4 is; the last nodes are in none of them. */
  private static Placement placement(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> Placement.onRoles("gpu");
      case 1 -> Placement.onRoles("eu");
      case 2 -> Placement.onNodes("node0", "node2");
      case 3 -> Placement.onNodes("node1", "node3");
      default -> Placement.onRoles("gpu", "eu");
    };
  }
}
