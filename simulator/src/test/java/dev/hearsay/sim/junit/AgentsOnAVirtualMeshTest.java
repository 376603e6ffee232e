package dev.hearsay.sim.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.world.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Agents' blocking code on a virtual mesh: what is right passes, what is wrong is caught. */
class AgentsOnAVirtualMeshTest {
  private static final int BOOKINGS = 10;

  /** Counts its bookings in a counter, which holds whatever happens to the links. */
  @SimulatedTest(
      runs = 5,
      seconds = 20,
      faults = {FaultKind.CUT, FaultKind.FLAP, FaultKind.LOSS})
  void bookingsAreCounted(VirtualMesh mesh) {
    for (int node = 0; node < 3; node++) {
      mesh.agent(
          node,
          agent -> {
            Space trip = agent.space("trip");
            for (int i = 0; i < BOOKINGS; i++) {
              trip.pnCounter("bookings").increment();
              agent.sleep(Duration.ofMillis(agent.random().nextInt(1_000)));
            }
          });
    }
    mesh.inTheEnd("trip", trip -> assertEquals(30, trip.pnCounter("bookings").value()));
  }

  /** The same with what looks as good in a test on one machine: read, add one, write. */
  private static VirtualMesh lostUpdates(long seed) {
    VirtualMesh mesh = VirtualMesh.of(3).seed(seed).time(Duration.ofSeconds(20));
    for (int node = 0; node < 3; node++) {
      mesh.agent(
          node,
          agent -> {
            Space trip = agent.space("trip");
            for (int i = 0; i < BOOKINGS; i++) {
              int before = trip.lwwRegister("bookings", Integer.class).get().orElse(0);
              trip.lwwRegister("bookings", Integer.class).set(before + 1);
              agent.sleep(Duration.ofMillis(agent.random().nextInt(1_000)));
            }
          });
    }
    return mesh.faults(FaultKind.CUT)
        .inTheEnd(
            "trip",
            trip -> assertEquals(30, trip.lwwRegister("bookings", Integer.class).get().orElse(0)));
  }

  @Test
  void anAgentThatLosesUpdatesIsCaughtAndTheSameSeedCatchesItAgain() {
    AssertionError first = assertThrows(AssertionError.class, () -> lostUpdates(7).run());
    String message = String.valueOf(first.getMessage());
    assertTrue(message.startsWith("with seed 7: own-checks at"), message);
    assertTrue(message.contains("expected: <30> but was: <"), message);
    assertTrue(message.contains("-Dhearsay.sim.seed=7"), message);
    AssertionError again = assertThrows(AssertionError.class, () -> lostUpdates(7).run());
    assertEquals(withoutFile(message), withoutFile(String.valueOf(again.getMessage())));
  }

  /** Each run leaves its schedule in a file of its own. */
  private static String withoutFile(String message) {
    return message.replaceAll("schedule=\\S+", "");
  }

  @Test
  void anAgentThatThrowsFailsTheRun() {
    VirtualMesh mesh =
        VirtualMesh.of(1)
            .space("trip")
            .time(Duration.ofSeconds(2))
            .agent(
                0,
                agent -> {
                  agent.sleep(Duration.ofSeconds(1));
                  throw new IllegalStateException("no seat left");
                });
    AssertionError error = assertThrows(AssertionError.class, mesh::run);
    assertTrue(String.valueOf(error.getMessage()).contains("no seat left"), error::getMessage);
  }

  @Test
  void anAgentThatEndsWithAnyErrorFailsTheRun() {
    for (Error thrown :
        List.of(
            new StackOverflowError("too deep"),
            new NoClassDefFoundError("too late"),
            new OutOfMemoryError("too much"),
            new Error("too bad"))) {
      VirtualMesh mesh =
          VirtualMesh.of(1)
              .space("trip")
              .time(Duration.ofSeconds(2))
              .agent(
                  0,
                  agent -> {
                    throw thrown;
                  });
      AssertionError error = assertThrows(AssertionError.class, mesh::run);
      assertTrue(
          String.valueOf(error.getMessage()).contains("an agent failed: " + thrown),
          error::getMessage);
    }
  }

  @Test
  void whatMustHoldInTheEndIsLookedAtWhenAgentsHaveEnded() {
    VirtualMesh.of(2)
        .time(Duration.ofSeconds(1))
        .agent(
            0,
            agent -> {
              agent.sleep(Duration.ofSeconds(30));
              agent.space("trip").flag("late").enable();
            })
        .inTheEnd("trip", trip -> assertTrue(trip.flag("late").isOn()))
        .run();
  }

  @Test
  void anAgentThatDoesNotEndFailsTheRun() {
    VirtualMesh mesh =
        VirtualMesh.of(1)
            .time(Duration.ofSeconds(1))
            .agent(
                0,
                agent -> {
                  while (true) {
                    agent.sleep(Duration.ofSeconds(1));
                  }
                });
    AssertionError error = assertThrows(AssertionError.class, mesh::run);
    assertTrue(
        String.valueOf(error.getMessage()).contains("agents have not ended"), error::getMessage);
  }

  @Test
  void aTokenIsWaitedForOnAnotherNode() {
    List<Frontier> tokens = new ArrayList<>();
    List<String> read = new ArrayList<>();
    VirtualMesh.of(2)
        .space("trip")
        .time(Duration.ofSeconds(5))
        .agent(
            0,
            agent -> {
              Space trip = agent.space("trip");
              tokens.add(
                  trip.update(
                      WriteOptions.quorum(Duration.ofSeconds(3)),
                      tx -> tx.orSet("cities", String.class).add("Oslo")));
            })
        .agent(
            1,
            agent -> {
              while (tokens.isEmpty()) {
                agent.sleep(Duration.ofMillis(1));
              }
              Space trip = agent.space("trip");
              trip.awaitFrontier(tokens.get(0), Duration.ofSeconds(3));
              read.addAll(trip.orSet("cities", String.class).values());
            })
        .run();
    assertEquals(List.of("Oslo"), read);
  }

  @Test
  void errorsArriveAsInProduction() {
    List<HearsayException> errors = new ArrayList<>();
    VirtualMesh.of(1)
        .space("trip")
        .time(Duration.ofSeconds(2))
        .agent(
            0,
            agent -> {
              Space trip = agent.space("trip");
              trip.confidenceRegister("hotel", String.class).set("A", 0.9);
              try {
                trip.confidenceRegister("hotel", String.class).set("B", 0.1);
              } catch (HearsayException e) {
                errors.add(e);
              }
            })
        .run();
    assertEquals("OUTWEIGHED", errors.get(0).code().name());
  }

  @Test
  void anAgentBeginsAgainWhenItsNodeHasCrashed() {
    List<Duration> begins = new ArrayList<>();
    VirtualMesh mesh =
        VirtualMesh.of(3)
            .seed(1)
            .space("trip")
            .time(Duration.ofSeconds(60))
            .faults(FaultKind.BLACKOUT);
    mesh.agent(
        0,
        agent -> {
          begins.add(agent.now());
          while (agent.isOpen()) {
            agent.space("trip").pnCounter("beats").increment();
            agent.sleep(Duration.ofMillis(100));
          }
        });
    mesh.run();
    assertTrue(begins.size() > 1, begins::toString);
  }
}
