package dev.hearsay.sim.world;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.check.Observer;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.workload.WriteProgress;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client beside a virtual node. For the thread of the world. */
public final class VirtualClient implements MeshClient {
  private final World world;
  private final VirtualNode node;
  private final SplittableRandom random;
  private final BooleanSupplier open;

  /**
   * A client of the node.
   *
   * @param open whether clients should go on with their load
   */
  public VirtualClient(World world, VirtualNode node, BooleanSupplier open) {
    this.world = world;
    this.node = node;
    this.random = world.split();
    this.open = open;
  }

  @Override
  public String node() {
    return node.name();
  }

  @Override
  public List<String> nodes() {
    return world.nodes().stream().filter(VirtualNode::isMember).map(VirtualNode::name).toList();
  }

  @Override
  public SortedMap<String, String> identities() {
    SortedMap<String, String> identities = new TreeMap<>();
    world.nodes().stream()
        .filter(each -> each.isMember() && !each.disk().nodeId.isEmpty())
        .forEach(each -> identities.put(each.name(), each.disk().nodeId));
    return identities;
  }

  @Override
  public boolean isUp() {
    return node.isRunning();
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
    return new VirtualSpaceClient(name);
  }

  @Override
  public long nanos() {
    return world.nowNanos();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    world.after(Math.max(0, TimeUnit.NANOSECONDS.convert(delay)), () -> node.whenAwake(task));
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  private final class VirtualSpaceClient extends OperatedClient {
    private final String name;

    VirtualSpaceClient(String name) {
      super(world, node, name);
      this.name = name;
    }

    @Override
    public void write(WriteOptions options, Consumer<Transaction> body, WriteProgress progress) {
      world.callBegun();
      node.whenAwake(
          () ->
              node.desk()
                  .write(
                      name,
                      node.name(),
                      options,
                      draft -> body.accept(new DraftTransaction(draft)),
                      new Writing(name, options.acknowledgement(), progress)));
    }

    @Override
    public void read(ReadOptions options, Consumer<Outcome<Snapshot>> done) {
      world.callBegun();
      node.whenAwake(() -> node.desk().read(name, options, new Reading(done)));
    }
  }

  private final class Reading implements VirtualDesk.ReadDone {
    private final Consumer<Outcome<Snapshot>> done;

    Reading(Consumer<Outcome<Snapshot>> done) {
      this.done = done;
    }

    @Override
    public void read(SpaceState state) {
      world.callEnded();
      done.accept(new Outcome.Ok<>(new StateSnapshot(state)));
    }

    @Override
    public void failed(HearsayException failure) {
      world.callEnded();
      done.accept(new Outcome.Failed<>(failure.code() + ": " + failure.getMessage()));
    }
  }

  private final class Writing extends Writes {
    private final String space;
    private final Acknowledgement asked;
    private final WriteProgress progress;
    private @Nullable Dot change;
    private boolean done;

    Writing(String space, Acknowledgement asked, WriteProgress progress) {
      this.space = space;
      this.asked = asked;
      this.progress = progress;
    }

    @Override
    void minted(EncodedChange minted) {
      change = minted.change().name();
      progress.minted(minted.change().name());
    }

    @Override
    void acknowledged(Frontier frontier, Acknowledgement how) {
      Dot acknowledged = change;
      if (acknowledged != null) {
        for (Observer each : world.observers()) {
          each.acknowledged(world.nowNanos(), node.name(), space, acknowledged, how);
        }
      }
      if (how.equals(asked) && !done) {
        done = true;
        world.callEnded();
        progress.done(new Outcome.Ok<>(frontier));
      }
    }

    @Override
    void failed(HearsayException failure) {
      if (!done) {
        done = true;
        world.callEnded();
        progress.done(Outcome.of(failure));
      }
    }
  }
}
