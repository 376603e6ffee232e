package dev.hearsay.sim.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A mesh that does not do again what agents ask of it is found, with the node, call and error. */
class ProbesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Frontier FRONTIER =
      new Frontier(VersionVector.EMPTY.with(new ReplicaId(1), 1));

  private record Later(long nanos, int number, Runnable task) implements Comparable<Later> {
    @Override
    public int compareTo(Later other) {
      return nanos == other.nanos
          ? Integer.compare(number, other.number)
          : Long.compare(nanos, other.nanos);
    }
  }

  private final PriorityQueue<Later> queue = new PriorityQueue<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private long nanos;
  private int timers;

  private void runUntil(long untilNanos) {
    while (!queue.isEmpty() && queue.peek().nanos() <= untilNanos) {
      Later next = queue.remove();
      nanos = next.nanos();
      next.task().run();
    }
    nanos = untilNanos;
  }

  /** How a call ends; never, where it is null. */
  private interface Answers {
    @Nullable Outcome<Frontier> to(String call);
  }

  private static final Answers OK = call -> new Outcome.Ok<>(FRONTIER);

  private final class Client implements MeshClient {
    private final String name;
    private final Answers answers;
    private final boolean left;

    Client(String name, Answers answers, boolean left) {
      this.name = name;
      this.answers = answers;
      this.left = left;
    }

    @Override
    public String node() {
      return name;
    }

    @Override
    public List<String> nodes() {
      return List.of(name);
    }

    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public boolean hasLeft() {
      return left;
    }

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void after(Duration delay, Runnable task) {
      queue.add(new Later(nanos + delay.toNanos(), timers++, task));
    }

    @Override
    public RandomGenerator random() {
      return new SplittableRandom(1);
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
          assertTrue(options.operationId().isPresent(), "a field would show it");
          answer("write " + options.acknowledgement(), progress::done);
        }

        @Override
        public void read(ReadOptions options, Consumer<Outcome<Snapshot>> done) {
          boolean local = options.acknowledgement().equals(Acknowledgement.LOCAL);
          assertEquals(
              local ? FRONTIER.versions() : VersionVector.EMPTY, options.after().versions());
          answer(
              "read " + (local ? "after" : options.acknowledgement()),
              outcome ->
                  done.accept(
                      outcome instanceof Outcome.Failed<Frontier> failed
                          ? new Outcome.Failed<>(failed.error())
                          : new Outcome.Ok<>(new StateSnapshot(SpaceState.EMPTY))));
        }

        private void answer(String call, Consumer<Outcome<Frontier>> done) {
          calls.add(name + " " + call + " " + space);
          Outcome<Frontier> outcome = answers.to(call);
          if (outcome != null) {
            after(Duration.ofMillis(10), () -> done.accept(outcome));
          }
        }
      };
    }
  }

  private Client client(String name, Answers answers) {
    return new Client(name, answers, /* left= */ false);
  }

  private Probes begin(BiPredicate<MeshClient, String> quorum, Client... clients) {
    return Probes.begin(
        List.of(clients),
        List.of("trips"),
        Duration.ofSeconds(20),
        (client, space) -> true,
        quorum,
        (node, message) -> complaints.add(node + " " + message));
  }

  private static Answers failing(String call, String error) {
    return asked -> asked.equals(call) ? new Outcome.Failed<>(error) : OK.to(asked);
  }

  @Test
  void everyNodeIsAskedForEverythingThatItOwes() {
    Probes probes =
        begin(
            (client, space) -> client.node().equals("b"),
            client("a", OK),
            client("b", OK),
            new Client("gone", OK, /* left= */ true));
    assertFalse(probes.areDone());
    runUntil(SECOND);
    assertTrue(probes.areDone());
    assertEquals(
        List.of(
            "a write LOCAL trips",
            "b write LOCAL trips",
            "b read after trips",
            "a read after trips",
            "b write QUORUM trips",
            "b read QUORUM trips"),
        calls);
    runUntil(60 * SECOND);
    assertEquals(List.of(), complaints);
  }

  @Test
  void whatIsRefusedForAWhileIsAskedForAgain() {
    Probes probes =
        begin(
            (client, space) -> true,
            client(
                "a",
                call ->
                    nanos < 15 * SECOND && call.equals("write LOCAL")
                        ? new Outcome.Failed<>("CLOCK_OFF: a minute ahead")
                        : OK.to(call)));
    runUntil(14 * SECOND);
    assertFalse(probes.areDone());
    runUntil(60 * SECOND);
    assertTrue(probes.areDone());
    assertEquals(List.of(), complaints);
  }

  @Test
  void whatIsRefusedForEverIsFoundWithNodeCallAndError() {
    Map<String, String> messages =
        Map.of(
            "write LOCAL", "a cannot write to 'trips' with LOCAL",
            "write QUORUM", "a cannot write to 'trips' with QUORUM",
            "read QUORUM", "a cannot read 'trips' with QUORUM",
            "read after", "a cannot read 'trips' after what b has written");
    messages.forEach(
        (call, message) -> {
          complaints.clear();
          long begun = nanos;
          begin((client, space) -> true, client("a", failing(call, "NO: never")), client("b", OK));
          runUntil(begun + 60 * SECOND);
          assertEquals(
              List.of(message + ", 20 s after all were equal and everything had healed: NO: never"),
              complaints);
        });
  }

  @Test
  void aCallThatNeverEndsIsFound() {
    Answers silent = call -> call.equals("read QUORUM") ? null : OK.to(call);
    Probes probes = begin((client, space) -> true, client("a", OK), client("b", silent));
    runUntil(20 * SECOND);
    assertEquals(List.of(), complaints);
    runUntil(60 * SECOND);
    assertFalse(probes.areDone());
    assertEquals(1, complaints.size());
    assertTrue(complaints.get(0).startsWith("b cannot read 'trips' with QUORUM"));
    assertTrue(complaints.get(0).endsWith("the call has not ended"));
  }
}
