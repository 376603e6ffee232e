package dev.hearsay.sim.workload;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.history.History;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Nodes in a test's hands: writes take effect at once, and changes go from one to another when the
 * test says so. One space; the test tells what else happens, and can have nodes lie.
 */
public final class HandMesh {
  public static final String SPACE = "memory";

  private final Checker checker;
  private final List<Node> nodes = new ArrayList<>();
  private final List<EncodedChange> changes = new ArrayList<>();
  private final Session.Takedown takedown;
  private long nanos = 1_000_000;

  /** So many nodes, named a, b, c …, under the eyes of a checker. */
  public HandMesh(Checker checker, int nodeCount) {
    this(checker, nodeCount, operations -> {});
  }

  /** The same, with somebody who takes down what clients do. */
  public HandMesh(Checker checker, int nodeCount, History history) {
    this.checker = checker;
    this.takedown = new Session.Takedown(0, History.of(List.of(checker, history)));
    for (int i = 0; i < nodeCount; i++) {
      nodes.add(new Node(Character.toString('a' + i), new ReplicaId(i + 1L)));
    }
  }

  public Checker checker() {
    return checker;
  }

  public Node node(int index) {
    return nodes.get(index);
  }

  public long nanos() {
    return nanos;
  }

  /** Time passes. */
  public HandMesh pass(Duration time) {
    nanos += time.toNanos();
    return this;
  }

  /** A session of that name at a node. */
  public Session session(String name, int node) {
    return new Session(name, nodes.get(node), takedown);
  }

  /** Everything that any node has comes to all of them, in the order of its minting. */
  public HandMesh spread() {
    nodes.forEach(node -> changes.forEach(node::take));
    return this;
  }

  /** The run ends: all nodes show what they hold. */
  public HandMesh end() {
    for (Node node : nodes) {
      checker.holds(nanos, node.node(), SPACE, node.state());
    }
    checker.finish(nanos);
    return this;
  }

  /** What was found, as one text. */
  public String found() {
    return checker.violations().toString();
  }

  /** One node. */
  public final class Node implements MeshClient {
    private final String name;
    private final SplittableRandom random = new SplittableRandom(7);
    private SpaceCore core;
    private UnaryOperator<SpaceState> shown = state -> state;
    private UnaryOperator<Snapshot> read = snapshot -> snapshot;

    Node(String name, ReplicaId replica) {
      this.name = name;
      this.core = new SpaceCore(replica, SpaceLimits.DEFAULT);
    }

    public SpaceState state() {
      return core.durable();
    }

    /** From now on reads show another state than the node has. */
    public void readsAs(UnaryOperator<Snapshot> lie) {
      read = lie;
    }

    /** From now on observers are told another state than the node has. */
    public void showsAs(UnaryOperator<SpaceState> lie) {
      shown = lie;
    }

    /** The process ends and begins again, with what it finds on its disk. */
    public void restart(SpaceState onDisk, ReplicaId replica) {
      checker.crashed(nanos, name);
      checker.restarted(nanos, name);
      core = new SpaceCore(replica, SpaceLimits.DEFAULT);
      core.restore(onDisk);
      core.recovered();
      checker.shown(nanos, name, SPACE, core.durable());
      checker.durable(nanos, name, SPACE, core.durable().frontier());
    }

    /** A change comes from another node; nothing happens if it is here, or comes too early. */
    public void take(EncodedChange change) {
      core.receive(List.of(change));
      publish();
    }

    /** What was written last, anywhere. */
    public EncodedChange latest() {
      return changes.get(changes.size() - 1);
    }

    private void publish() {
      while (core.nextEvent().isPresent()) {
        Publication publication = core.persisted();
        for (Publication.Step step : publication.steps()) {
          if (step.part() instanceof SpaceEvent.Applied applied) {
            checker.applied(nanos, name, SPACE, applied.change(), shown.apply(step.after()));
          }
        }
        checker.durable(nanos, name, SPACE, core.durable().frontier());
      }
    }

    @Override
    public String node() {
      return name;
    }

    @Override
    public List<String> nodes() {
      return nodes.stream().map(Node::node).toList();
    }

    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void after(Duration delay, Runnable task) {
      throw new UnsupportedOperationException("time passes when the test says so");
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public SpaceClient space(String space) {
      return new SpaceClient() {
        @Override
        public String name() {
          return space;
        }

        @Override
        public void write(
            WriteOptions options, Consumer<Transaction> body, WriteProgress progress) {
          Node.this.write(options.acknowledgement(), body, progress);
        }

        @Override
        public void read(ReadOptions options, Consumer<Outcome<Snapshot>> done) {
          done.accept(new Outcome.Ok<>(read.apply(new StateSnapshot(state()))));
        }
      };
    }

    private void write(
        Acknowledgement acknowledgement, Consumer<Transaction> body, WriteProgress progress) {
      nanos += 1_000_000;
      HybridTime now = HybridTime.ofMillis(nanos / 1_000_000);
      EncodedChange change;
      try {
        change =
            core.mint(now, name, draft -> body.accept(new DraftTransaction(draft))).orElse(null);
      } catch (HearsayException e) {
        progress.done(Outcome.of(e));
        return;
      }
      if (change != null) {
        changes.add(change);
        checker.minted(
            nanos,
            name,
            SPACE,
            change,
            core.head().head(change.change().replica()).past().toVector());
        progress.minted(change.change().name());
        publish();
        checker.acknowledged(nanos, name, SPACE, change.change().name(), acknowledgement);
      }
      progress.done(new Outcome.Ok<>(new Frontier(state().frontier())));
    }
  }

  /** A snapshot that shows the content of one state and says that it is at another's frontier. */
  public static Snapshot forged(Snapshot content, Snapshot frontier) {
    return mixed(content, frontier, "frontier");
  }

  /** A snapshot that answers as one does, and to one method as another. */
  public static Snapshot mixed(Snapshot one, Snapshot other, String method) {
    return (Snapshot)
        Proxy.newProxyInstance(
            HandMesh.class.getClassLoader(),
            new Class<?>[] {Snapshot.class},
            (proxy, called, arguments) -> {
              try {
                return called.invoke(called.getName().equals(method) ? other : one, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
