package dev.hearsay.sim.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.Watch;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.world.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Watches, conflicts, voters and placements, as agents on a virtual mesh know them. */
class OperatedMeshTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static VirtualMesh mesh(int nodes) {
    return VirtualMesh.of(nodes).seed(3).time(Duration.ofSeconds(20)).space("trip");
  }

  @Test
  void aWatcherIsToldEveryChangeOnceInOrderUntilItsWatchIsClosed() {
    List<String> told = new ArrayList<>();
    int[] within = {0};
    mesh(2)
        .agent(
            0,
            agent -> {
              for (int i = 0; i < 5; i++) {
                agent.sleep(SECOND);
                agent.space("trip").orSet("cities", String.class).add("c" + i);
              }
            })
        .agent(
            1,
            agent -> {
              Space trip = agent.space("trip");
              Watch watch =
                  trip.watch(
                      change -> {
                        within[0]++;
                        assertEquals(1, within[0], "a watcher is called within its own call");
                        int cities = change.snapshot().orSet("cities", String.class).size();
                        told.add(change.author() + change.fields() + cities + change.local());
                        if (!change.local()) {
                          // It may ask and write, and wait for that.
                          trip.pnCounter("seen").increment();
                        }
                        within[0]--;
                      });
              agent.sleep(SECOND.multipliedBy(3).plusMillis(500));
              watch.close();
              agent.sleep(SECOND.multipliedBy(3));
            })
        .run();
    assertEquals(
        List.of(
            "n0[cities]1false",
            "n1[seen]1true",
            "n0[cities]2false",
            "n1[seen]2true",
            "n0[cities]3false",
            "n1[seen]3true"),
        told);
  }

  @Test
  void whatTwoSidesOfACutCreatedUnderOneNameIsAConflict() {
    List<List<String>> conflicts = new ArrayList<>();
    mesh(2)
        .agent(0, agent -> agent.space("trip").orSet("plan", String.class).add("x"))
        .agent(
            1,
            agent -> {
              agent.space("trip").pnCounter("plan").increment();
              agent.sleep(SECOND.multipliedBy(2));
              conflicts.add(agent.space("trip").conflicts());
            })
        .run();
    assertEquals(List.of(List.of("plan")), conflicts);
  }

  @Test
  void votersAreChangedAndCounted() {
    List<Set<String>> voters = new ArrayList<>();
    List<HearsayException> refused = new ArrayList<>();
    mesh(5)
        .agent(
            4,
            agent -> {
              Space trip = agent.space("trip");
              Map<String, String> ids = agent.identities();
              voters.add(new TreeSet<>(trip.voters().nodes()));
              refused.add(
                  assertThrows(
                      HearsayException.class,
                      () -> trip.replaceLostVoters(Set.of("n0", "n1"), Set.of("n4"), SECOND)));
              Set<String> others = Set.of(ids.get("n2"), ids.get("n3"), ids.get("n4"));
              trip.changeVoters(others, SECOND.multipliedBy(5));
              assertEquals(2, trip.voters().version());
              assertFalse(trip.voters().changing());
              voters.add(new TreeSet<>(trip.voters().nodes()));
              assertEquals(new TreeSet<>(others), voters.get(1));
              trip.with(WriteOptions.quorum(SECOND)).pnCounter("bookings").increment();
            })
        .inTheEnd("trip", trip -> assertEquals(1, trip.pnCounter("bookings").value()))
        .run();
    assertEquals(2, voters.size());
    assertEquals(3, voters.get(0).size());
    assertEquals(ErrorCode.VOTERS_UNCHANGED, refused.get(0).code());
  }

  @Test
  void aSpaceIsPlacedElsewhereAndWhatWasInItIsThere() {
    List<String> found = new ArrayList<>();
    VirtualMesh mesh = mesh(4).placedSpace("vault");
    mesh.agent(
        0,
        agent -> {
          Space vault = agent.space("vault");
          agent.sleep(SECOND);
          assertEquals(Placement.onNodes("n0", "n1"), vault.placement());
          vault.orSet("keys", String.class).add("k");
          vault.place(Placement.onNodes("n3"));
          assertEquals(
              Placement.everywhere(),
              agent.space("trip").placement(),
              "where all nodes hold a space");
          assertThrows(
              HearsayException.class, () -> agent.space("trip").place(Placement.onNodes("n3")));
        });
    mesh.agent(
        3,
        agent -> {
          agent.sleep(SECOND.multipliedBy(10));
          Space vault = agent.space("vault");
          assertEquals(Placement.onNodes("n3"), vault.placement());
          found.addAll(vault.orSet("keys", String.class).values());
        });
    mesh.run();
    assertEquals(List.of("k"), found);
  }

  @Test
  void aWatcherThatFailsFailsTheRun() {
    VirtualMesh mesh =
        mesh(1)
            .agent(
                0,
                agent -> {
                  agent
                      .space("trip")
                      .watch(
                          change -> {
                            throw new IllegalStateException("not like this");
                          });
                  agent.space("trip").pnCounter("bookings").increment();
                  agent.sleep(SECOND);
                });
    AssertionError failed = assertThrows(AssertionError.class, mesh::run);
    assertTrue(failed.getMessage().contains("not like this"), failed::getMessage);
  }

  @Test
  void anAgentEndsWhenItsNodeHasLeft() {
    VirtualMesh mesh = mesh(5).faults(FaultKind.LEAVE);
    for (int node = 0; node < 5; node++) {
      mesh.agent(
          node,
          agent -> {
            while (agent.isOpen()) {
              agent.space("trip").pnCounter("beats").increment();
              agent.sleep(SECOND);
            }
          });
    }
    assertTrue(mesh.run().faults() > 0);
  }
}
