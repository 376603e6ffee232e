package dev.hearsay.sim.live;

import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.SpaceClient;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** A client beside a node process, in the driver. For the thread of the loop. */
final class LiveClient implements MeshClient {
  private final LiveMesh mesh;
  private final LiveNode node;
  private final SplittableRandom random;
  private final BooleanSupplier open;

  LiveClient(LiveMesh mesh, LiveNode node, SplittableRandom random, BooleanSupplier open) {
    this.mesh = mesh;
    this.node = node;
    this.random = random;
    this.open = open;
  }

  @Override
  public String node() {
    return node.name();
  }

  @Override
  public List<String> nodes() {
    return mesh.members().stream().map(LiveNode::name).toList();
  }

  @Override
  public boolean isUp() {
    return node.isUp();
  }

  @Override
  public boolean hasLeft() {
    return !node.isMember();
  }

  @Override
  public boolean isOpen() {
    return open.getAsBoolean();
  }

  @Override
  public SpaceClient space(String name) {
    return new LiveSpace(mesh, node, name);
  }

  @Override
  public long nanos() {
    return mesh.loop().nanos();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    mesh.loop().after(Math.max(0, TimeUnit.NANOSECONDS.convert(delay)), task);
  }

  @Override
  public RandomGenerator random() {
    return random;
  }
}
