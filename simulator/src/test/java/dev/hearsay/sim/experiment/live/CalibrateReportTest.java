package dev.hearsay.sim.experiment.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.experiment.Settings;
import dev.hearsay.sim.experiment.live.Reading.Sent;
import dev.hearsay.sim.report.Report;
import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.Fault;
import dev.hearsay.sim.world.Schedule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is measured in both worlds is measured alike, and its report says how far they are apart.
 */
class CalibrateReportTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Schedule SCHEDULE = new Schedule(List.of(Fault.parse("1 cut n2 for 3")));

  private static SortedMap<String, Sent> sent(long messages, long bytes) {
    return new TreeMap<>(Map.of("Push", new Sent(messages, bytes)));
  }

  private static Reading reading(Reading.World world, long seed, double millis, int times) {
    return new Reading(
        world,
        seed,
        100,
        millis,
        sent(300L * times, 9_000L * times),
        sent(10L * times, 500L * times),
        sent(50L * times, 2_000L * times),
        10,
        0);
  }

  private static Report report(double realMillis, int times) {
    List<Reading> readings = new ArrayList<>();
    for (long seed = 1; seed <= 3; seed++) {
      readings.add(reading(Reading.World.REAL, seed, realMillis, times));
      readings.add(reading(Reading.World.VIRTUAL, seed, 100, 1));
    }
    return new CalibrateReport(SCHEDULE, readings).report();
  }

  @Test
  void goalsAreReachedWithinAFactorOfTwoEitherWay() {
    for (double millis : new double[] {51, 199}) {
      assertTrue(report(millis, 1).checks().stream().allMatch(Report.Check::held), "at " + millis);
    }
    for (double millis : new double[] {49, 201}) {
      List<Report.Check> checks = report(millis, 1).checks();
      assertFalse(checks.get(0).held(), "at " + millis);
      assertTrue(checks.get(1).held() && checks.get(2).held(), "at " + millis);
    }
    Report three = report(100, 3);
    assertEquals(
        List.of(true, false, false), three.checks().stream().map(Report.Check::held).toList());
    assertTrue(
        three.checks().get(1).found().contains("after the last fault: 3.00 (3.00 to 3.00)"),
        () -> three.checks().get(1).found());
    assertEquals(6, three.rows().rows().size());
  }

  @Test
  void whatWasNotMeasuredIsNotCompared() {
    List<Reading> readings = new ArrayList<>();
    for (Reading.World world : Reading.World.values()) {
      Reading all = reading(world, 1, 100, 1);
      readings.add(new Reading(world, 1, 100, 100, all.load(), all.heal(), new TreeMap<>(), 0, 0));
    }
    Report report = new CalibrateReport(SCHEDULE, readings).report();
    assertFalse(report.checks().toString().contains("rest"), () -> report.checks().toString());
    assertEquals("", report.rows().asMaps().get(0).get("restMessages"));
  }

  @Test
  void aFigureThatIsMissingInOneRunKeepsItsGoalFromBeingReached() {
    List<Reading> readings = new ArrayList<>();
    for (long seed = 1; seed <= 3; seed++) {
      for (Reading.World world : Reading.World.values()) {
        boolean isSilent = seed == 2 && world == Reading.World.REAL;
        Reading all = reading(world, seed, isSilent ? 0 : 100, 1);
        SortedMap<String, Sent> rest = isSilent ? new TreeMap<>() : all.rest();
        readings.add(
            new Reading(world, seed, 100, all.agreeMillis(), all.load(), all.heal(), rest, 10, 0));
      }
    }
    List<Report.Check> checks = new CalibrateReport(SCHEDULE, readings).report().checks();
    assertEquals(List.of(false, false, false), checks.stream().map(Report.Check::held).toList());
    assertTrue(
        checks.get(0).found().contains("after the last fault: not measured in 1 of 6 runs"),
        () -> checks.get(0).found());
    assertTrue(
        checks.get(1).found().contains("a second of rest: not measured in 1 of 6 runs"),
        () -> checks.get(1).found());
    assertTrue(checks.get(1).found().contains("under faults: 1.00"), () -> checks.get(1).found());
  }

  @Test
  void eachPhaseCountsWhatIsSentInIt() {
    Meter meter = new Meter(Workloads.find("sets").orElseThrow());
    meter.sent(0, "n0", "n1", "Hello", 1_000);
    meter.begins();
    meter.sent(1 * SECOND, "n0", "n1", "Push", 10);
    meter.counted(1 * SECOND, "n0", "Push", 4, 40);
    meter.healed(5 * SECOND);
    meter.sent(6 * SECOND, "n0", "n1", "Want", 7);
    meter.settled(8 * SECOND);
    // The final reads, and what follows of them.
    meter.sent(9 * SECOND, "n0", "n1", "StandAsk", 1_000);
    meter.counted(13 * SECOND, "n1", "Hello", 6, 60);
    meter.finish(23 * SECOND);
    Reading reading = meter.reading(Reading.World.REAL, 1);
    assertEquals(Map.of("Push", new Sent(5, 50)), reading.load());
    assertEquals(Map.of("Want", new Sent(1, 7)), reading.heal());
    assertEquals(Map.of("Hello", new Sent(6, 60)), reading.rest());
    assertEquals(10, reading.restSeconds());
  }

  @Test
  void aScheduleThatOneOfTheWorldsCannotDoIsRefused(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("schedule");
    for (String line :
        List.of("1 slow n1 for 1 amount 3", "1 cut n3 for 1", "1 cut n1 for 601", "1 cut")) {
      Files.writeString(file, line + "\n");
      Settings settings = new Settings(true, 1, Optional.empty(), Optional.of(file));
      assertThrows(IllegalArgumentException.class, () -> new Calibrate().check(settings), line);
    }
    Files.writeString(file, "1 cut n1 for 1\n");
    Settings settings = new Settings(true, 1, Optional.empty(), Optional.of(file));
    new Calibrate().check(settings);
    assertThrows(IllegalArgumentException.class, () -> new Heal().check(settings));
  }
}
