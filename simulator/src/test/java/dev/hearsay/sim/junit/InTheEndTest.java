package dev.hearsay.sim.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.check.Violation;
import dev.hearsay.sim.history.History;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.SpaceClient;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.WorkloadOptions;
import dev.hearsay.sim.workload.WriteProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a test says of the end is looked at, or the test fails. */
class InTheEndTest {
  /** A node that has settled; of its spaces some cannot be read. */
  private record Settled(String node, Set<String> unreadable, boolean hasLeft)
      implements MeshClient {
    @Override
    public List<String> nodes() {
      return List.of(node);
    }

    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public SpaceClient space(String name) {
      return new SpaceClient() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public void write(
            WriteOptions options, Consumer<Transaction> body, WriteProgress progress) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void read(ReadOptions options, Consumer<Outcome<Snapshot>> done) {
          done.accept(
              unreadable.contains(name)
                  ? new Outcome.Failed<>("NODE_CLOSED: is down")
                  : new Outcome.Ok<>(new StateSnapshot(SpaceState.EMPTY)));
        }
      };
    }

    @Override
    public long nanos() {
      return 1;
    }

    @Override
    public void after(Duration delay, Runnable task) {}

    @Override
    public RandomGenerator random() {
      return new SplittableRandom(1);
    }
  }

  private final List<String> seen = new ArrayList<>();

  private List<String> found(Set<String> placed, Settled... nodes) {
    AgentsWorkload.Cast cast =
        new AgentsWorkload.Cast(
            List.of(),
            List.of(
                new AgentsWorkload.Claim("trip", trip -> seen.add("trip")),
                new AgentsWorkload.Claim("vault", vault -> seen.add("vault"))),
            Set.of("trip", "vault"),
            placed);
    AgentsWorkload workload = new AgentsWorkload(cast, () -> cast);
    Checker own = workload.checkers().get(0);
    Workload.Run run =
        workload.begin(WorkloadOptions.of(0, List.of("n0", "n1")), History.of(List.of()));
    for (Settled node : nodes) {
      run.finish(node);
    }
    own.finish(9);
    return own.violations().stream().map(Violation::message).toList();
  }

  @Test
  void whatCanBeReadIsLookedAtAtEveryNode() {
    assertEquals(
        List.of(),
        found(Set.of(), new Settled("n0", Set.of(), false), new Settled("n1", Set.of(), false)));
    assertEquals(List.of("trip", "vault", "trip", "vault"), seen);
  }

  @Test
  void aReadThatFailsIsAFinding() {
    List<String> found =
        found(
            Set.of(),
            new Settled("n0", Set.of(), false),
            new Settled("n1", Set.of("vault"), false));
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.get(0).startsWith("in the end 'vault' cannot be read: "), found::toString);
    assertTrue(found.get(0).contains("NODE_CLOSED"), found::toString);
  }

  @Test
  void whoHasLeftOrDoesNotHoldASpaceIsNotAskedForItIfSomebodyElseIs() {
    Settled without = new Settled("n1", Set.of("vault"), false);
    Settled gone = new Settled("n1", Set.of("trip", "vault"), true);
    Settled full = new Settled("n0", Set.of(), false);
    assertEquals(List.of(), found(Set.of("vault"), full, without));
    assertEquals(List.of(), found(Set.of(), full, gone));
    assertEquals(
        List.of("in the end 'vault' was read at no node"), found(Set.of("vault"), without));
    assertEquals(
        List.of("in the end 'trip' was read at no node", "in the end 'vault' was read at no node"),
        found(Set.of(), gone));
  }
}
