package dev.hearsay.sim.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.Schedule;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** {@link SimulatedTest}s as JUnit runs them, from the outside. */
class SimulatedTestExtensionTest {

  private static final AtomicInteger PLACED = new AtomicInteger();

  /** Of a user's own. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @SimulatedTest(
      nodes = 2,
      runs = 2,
      seconds = 1,
      faults = {})
  @interface OnAPair {}

  /** Not run but by the tests here. */
  static final class Agents {
    @SimulatedTest(
        nodes = 2,
        runs = 3,
        seed = 40,
        seconds = 2,
        faults = {FaultKind.CUT})
    void right(VirtualMesh mesh) {
      mesh.agent(0, agent -> agent.space("trip").flag("seen").enable());
      mesh.inTheEnd("trip", trip -> assertTrue(trip.flag("seen").isOn()));
    }

    @SimulatedTest(
        nodes = 1,
        runs = 2,
        seed = 5,
        seconds = 1,
        faults = {})
    void wrong(VirtualMesh mesh) {
      mesh.agent(0, agent -> agent.space("trip").flag("seen").enable());
      mesh.inTheEnd("trip", trip -> assertTrue(!trip.flag("seen").isOn(), "no seat left"));
    }

    /** Needs one cut, and keeps what it counts in a variable of its own. */
    @SimulatedTest(
        nodes = 3,
        runs = 1,
        seed = 11,
        seconds = 40,
        faults = {FaultKind.CUT, FaultKind.LOSS, FaultKind.PAUSE})
    void underACut(VirtualMesh mesh) {
      AtomicInteger reads = new AtomicInteger();
      mesh.agent(
          0,
          agent -> {
            agent.sleep(Duration.ofSeconds(4));
            while (agent.isOpen()) {
              ReadOptions all = ReadOptions.all(Duration.ofMillis(900));
              try {
                agent.space("trip").read(all);
              } catch (HearsayException e) {
                assertEquals(0, reads.get(), "it was alone after some reads");
              }
              assertTrue(reads.incrementAndGet() < 1_000, "it had counted before");
              agent.sleep(Duration.ofMillis(100));
            }
          });
      mesh.space("trip");
    }

    @OnAPair
    void composed(VirtualMesh mesh) {
      mesh.agent(1, agent -> agent.space("trip").flag("seen").enable());
      mesh.inTheEnd("trip", trip -> assertTrue(trip.flag("seen").isOn()));
    }

    @SimulatedTest(
        nodes = 2,
        runs = 1,
        faults = {FaultKind.LOST_DISK})
    void underFaultsForMoreNodes(VirtualMesh mesh) {
      mesh.space("trip");
    }

    @SimulatedTest(
        nodes = 5,
        runs = 1,
        faults = {FaultKind.REPLACE_VOTERS})
    void underFaultsForMoreTime(VirtualMesh mesh) {
      mesh.space("trip");
    }

    @SimulatedTest(
        nodes = 3,
        runs = 1,
        seconds = 2,
        faults = {FaultKind.MOVE})
    void underMoves(VirtualMesh mesh) {
      if (PLACED.get() > 0) {
        mesh.placedSpace("trip");
      }
    }

    @SimulatedTest(nodes = 1, runs = 1, seconds = 2)
    void alone(VirtualMesh mesh) {
      mesh.space("trip");
    }

    @SimulatedTest(nodes = 1, runs = 1, seconds = 1)
    void beforeAnythingRuns(VirtualMesh mesh) {
      mesh.agent(1, agent -> {});
    }
  }

  private static List<String> run(String method) {
    List<String> ended = new ArrayList<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectMethod(Agents.class, method, VirtualMesh.class.getName()))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    LauncherConfig alone =
        LauncherConfig.builder()
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .build();
    LauncherFactory.create(alone)
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                boolean isFailedContainer = result.getStatus() == TestExecutionResult.Status.FAILED;
                if (test.isTest() || isFailedContainer) {
                  String why = result.getThrowable().map(Throwable::getMessage).orElse("");
                  ended.add(test.getDisplayName() + " " + result.getStatus() + " " + why);
                }
              }
            });
    return ended;
  }

  @AfterEach
  void everySeed() {
    System.clearProperty(SimulatedTestExtension.SEED);
    System.clearProperty(SimulatedTestExtension.SCHEDULE);
  }

  @Test
  void everySeedIsATestOfItsOwn() {
    assertEquals(
        List.of("seed 40 SUCCESSFUL ", "seed 41 SUCCESSFUL ", "seed 42 SUCCESSFUL "), run("right"));
  }

  @Test
  void aFailureNamesItsSeedAndHowToRunItAlone() {
    List<String> ended = run("wrong");
    assertEquals(2, ended.size(), ended::toString);
    assertTrue(ended.get(0).startsWith("seed 5 FAILED with seed 5: "), ended::toString);
    assertTrue(ended.get(0).contains("no seat left"), ended::toString);
    assertTrue(ended.get(0).endsWith("the same run again: -Dhearsay.sim.seed=5"), ended::toString);
    assertTrue(ended.get(1).startsWith("seed 6 FAILED with seed 6: "), ended::toString);

    System.setProperty(SimulatedTestExtension.SEED, "6");
    assertEquals(List.of(ended.get(1)), run("wrong"));
  }

  @Test
  void aFailureHasASmallScheduleATimelineAndHowToReplayIt() throws IOException {
    String told = run("underACut").get(0);
    assertTrue(told.startsWith("seed 11 FAILED with seed 11: own-checks at "), told);
    Matcher enough = Pattern.compile("  1 of (\\d+) faults are enough:").matcher(told);
    assertTrue(enough.find(), () -> "not made smaller: " + told);
    assertTrue(Integer.parseInt(enough.group(1)) > 1, told);
    assertTrue(told.contains("what happened:") && told.contains("  fault: "), told);
    Matcher replay =
        Pattern.compile("the smallest again: -Dhearsay.sim.seed=11 -Dhearsay.sim.schedule=(\\S+)")
            .matcher(told);
    assertTrue(replay.find(), told);
    assertEquals(1, Schedule.read(Path.of(replay.group(1))).faults().size());

    System.setProperty(SimulatedTestExtension.SEED, "11");
    System.setProperty(SimulatedTestExtension.SCHEDULE, replay.group(1));
    String again = run("underACut").get(0);
    assertTrue(again.contains("  1 of 1 faults are enough:"), again);
    assertEquals(told.lines().findFirst(), again.lines().findFirst());
  }

  @Test
  void oneSeedMayBeAnother() {
    System.setProperty(SimulatedTestExtension.SEED, "-9");
    assertEquals(List.of("seed -9 SUCCESSFUL "), run("right"));
  }

  @Test
  void anAnnotationMadeOfThisOneIsOne() {
    assertEquals(List.of("seed 0 SUCCESSFUL ", "seed 1 SUCCESSFUL "), run("composed"));
  }

  private static void fails(String method, String why) {
    List<String> ended = run(method);
    assertEquals(1, ended.size(), ended::toString);
    assertTrue(ended.get(0).contains(" FAILED "), ended::toString);
    assertTrue(ended.get(0).contains(why), ended::toString);
  }

  @Test
  void faultsThatWouldNeverComeFailTheTest() {
    fails(
        "underFaultsForMoreNodes",
        "faults LOST_DISK cannot be on 2 nodes in PT30S: it needs three nodes");
    fails("underFaultsForMoreTime", "faults REPLACE_VOTERS cannot be on 5 nodes in PT30S");
    fails("underMoves", "faults MOVE cannot be on 3 nodes in PT2S: all spaces live everywhere");
    PLACED.set(1);
    try {
      assertEquals(List.of("seed 0 SUCCESSFUL "), run("underMoves"));
    } finally {
      PLACED.set(0);
    }
    // What goes wrong if nothing is said is what can.
    assertEquals(List.of("seed 0 SUCCESSFUL "), run("alone"));
  }

  @Test
  void aScheduleOfWhichSomethingWouldNeverHappenFailsTheTest(@TempDir Path directory)
      throws IOException {
    System.setProperty(SimulatedTestExtension.SEED, "40");
    Path file = directory.resolve("schedule");
    System.setProperty(SimulatedTestExtension.SCHEDULE, file.toString());
    Files.writeString(file, "1 crash n7\n");
    fails("right", "the schedule of the mesh: '1.000 crash n7': there is no node n7 among 2");
    Files.writeString(file, "2 crash n1\n");
    fails("right", "'2.000 crash n1' is after the end: faults have 2.0 s");
    Files.writeString(file, "1 crash n1 amount 3\n");
    fails("right", "-Dhearsay.sim.schedule: " + file + ", line 1: crash has no amount");
    Files.writeString(file, "1 crash n1\n");
    assertEquals(List.of("seed 40 SUCCESSFUL "), run("right"));
  }

  @Test
  void aSeedThatIsNoneIsAnErrorAndNotForgotten() {
    System.setProperty(SimulatedTestExtension.SEED, "abc");
    fails("right", "-Dhearsay.sim.seed=abc is not a whole number");
  }

  @Test
  void aTestThatFailsBeforeItsRunHasFailed() {
    assertEquals(List.of("seed 0 FAILED node 1 of 1"), run("beforeAnythingRuns"));
  }
}
