package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleTest {
  private static final List<FaultKind> ALL = Arrays.asList(FaultKind.values());
  private static final long MINUTES = 60_000_000_000L;

  @TempDir private Path directory;

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Schedule drawn = Nemesis.draw(7, 9, 3, ALL, 30 * MINUTES);
    assertEquals(
        ALL.stream().collect(Collectors.toSet()),
        drawn.faults().stream().map(Fault::kind).collect(Collectors.toSet()));
    Path file = directory.resolve("faults");
    Files.write(file, drawn.lines());
    assertEquals(drawn, Schedule.read(file));
  }

  @Test
  void aTimeIsReadBackToTheNanosecond() {
    for (String line : List.of("12.345678901 cut n1 for 0.000000001", "3600000.000 crash n2")) {
      assertEquals(line, Fault.parse(line).toString());
    }
    assertEquals(
        "1.000 loss for 5.000 amount 1.0", Fault.parse("1 loss for 5 amount 1").toString());
    assertEquals("12.500 cut n1 for 8.000", Fault.parse("12.5 cut n1 for 8").toString());
  }

  @Test
  void theSeedDecides() {
    assertEquals(Nemesis.draw(7, 5, 3, ALL, MINUTES), Nemesis.draw(7, 5, 3, ALL, MINUTES));
    assertNotEquals(Nemesis.draw(7, 5, 3, ALL, MINUTES), Nemesis.draw(8, 5, 3, ALL, MINUTES));
    assertEquals(Schedule.NONE, Nemesis.draw(7, 5, 3, List.of(), MINUTES));
  }

  @Test
  void anyNodeMayLeaveAndSomeManyJoin() {
    List<FaultKind> kinds = List.of(FaultKind.JOIN, FaultKind.LEAVE, FaultKind.REPLACE);
    int there = 4;
    TreeSet<Integer> gone = new TreeSet<>();
    for (Fault fault : Nemesis.draw(3, there, 3, kinds, 60 * MINUTES).faults()) {
      for (int node : fault.nodes()) {
        assertTrue(node < there, fault::toString);
        gone.add(node);
      }
      there += fault.kind().adds() ? 1 : 0;
    }
    assertEquals(4 + SimSettings.JOINS_MAX, there);
    assertTrue(gone.containsAll(List.of(0, 1, 2, 3)), gone::toString);
    assertTrue(gone.last() > 40, "nobody who joined leaves");
  }

  @Test
  void mostVotersKeepTheirDisks() {
    for (Fault fault : Nemesis.draw(3, 5, 3, ALL, 60 * MINUTES).faults()) {
      if (fault.kind().damagesDisks()) {
        assertTrue(fault.nodes().get(0) >= 2, fault::toString);
      }
    }
  }

  @Test
  void aFileThatIsNoScheduleIsRefusedWithItsLine() throws IOException {
    refuses("12 dance n1", "line 2: there is no fault 'dance'; there are cut, one-way");
    refuses("soon crash n1", "'soon' is not a number");
    refuses("-1 crash n1", "'-1' is not a time in seconds");
    refuses("1 crash one", "'one' is not a node");
    refuses("1 crash n1 for", "'for' says nothing");
    refuses("1", "a fault is: SECONDS KIND");
    refuses("1 lost-disk", "which nodes? As in: 12.5 lost-disk n1 for 8");
    refuses("1 slow-disk n1 for 5 amount -1000", "an amount of slow-disk is not negative");
    refuses("1 loss n1 for 5 amount 0.1", "loss is not about nodes that are named");
    refuses("1 cut n1", "for how long? As in: 12.5 cut n1 for 8");
    refuses("1 full n1 for 0", "for how long? As in: 12.5 full n1 for 8");
    refuses("1 slow n1 amount 100", "for how long? As in: 12.5 slow n1 for 8 amount 0.2");
    refuses("1 loss for 5", "how much? As in: 12.5 loss for 8 amount 0.2");
    refuses("1 flap n1 for 1000000 amount 1", "links flap for an hour at most");
  }

  @Test
  void whatWouldBeNothingOrSomethingElseIsRefused() throws IOException {
    refuses("1 one-way n1 n1 for 5", "a node is named twice");
    refuses("1 lost-disk n1 n2", "lost-disk is about one node: a line for each");
    for (String kind : List.of("old-disk", "clone", "flap")) {
      refuses("1 " + kind + " n1 n2 for 5 amount 1", kind + " is about one node");
    }
    for (String kind : List.of("corrupt", "twin", "leave", "replace")) {
      refuses("1 " + kind + " n1 n2", kind + " is about one node");
    }
    refuses("1 loss for 5 amount 30", "more than 0 and at most 1, not 30.0");
    refuses("1 duplicate for 5 amount 0", "more than 0 and at most 1, not 0.0");
    refuses("1 reorder for 5 amount 0", "at least 0.001 milliseconds, not 0.0");
    refuses("1 slow n1 for 5 amount 0", "at least 0.001 milliseconds");
    refuses("1 narrow n1 for 5 amount 0.5", "at least 1.0 kilobytes a second, not 0.5");
    refuses("1 flap n1 for 5 amount 0.01", "at least 0.05 seconds, not 0.01");
    refuses("1 clock n1 for 5 amount 0", "a clock jumps by at least 0.001 seconds, not 0.0");
    refuses("1 move n1 amount 2", "spaces move with amount 1 or none, not 2.0");
    refuses("1 crash n1 for 5 amount 3", "crash has no amount: leave it out");
    refuses("1 join for 5", "join does not last: leave 'for' out");
    refuses("1 voters n1 for 5", "voters does not last");
    for (String line :
        List.of("1 clock n1 amount -3", "1 move n1 n2 amount 1", "1 crash n1 for 0")) {
      Fault.parse(line);
    }
  }

  private static List<FaultKind> possibleKinds(PossibleFaults possible) {
    return ALL.stream().filter(kind -> possible.impossible(kind) == null).toList();
  }

  @Test
  void whatIsDrawnIsWhatAFileMaySay() {
    for (int nodes = 1; nodes <= 7; nodes++) {
      PossibleFaults possible = new PossibleFaults(nodes, false, true, 3 * MINUTES);
      List<FaultKind> kinds = possibleKinds(possible);
      for (long seed = 0; seed < 60; seed++) {
        Schedule drawn = Nemesis.draw(seed, nodes, Math.min(3, nodes), kinds, 3 * MINUTES);
        assertEquals(drawn.faults(), drawn.lines().stream().map(Fault::parse).toList());
        possible.check(drawn);
        assertEquals(drawn, possible.without(drawn), nodes + " nodes, seed " + seed);
      }
    }
  }

  private static List<String> without(int nodes, String... lines) {
    Schedule said = new Schedule(Arrays.stream(lines).map(Fault::parse).toList());
    PossibleFaults possible = new PossibleFaults(nodes, false, false, MINUTES);
    Schedule left = possible.without(said);
    possible.check(left);
    return left.lines();
  }

  @Test
  void whatIsLeftOfAScheduleNamesNobodyWhoNeverJoins() {
    assertEquals(
        List.of("3.000 cut n1 for 2.000"),
        without(4, "3 cut n1 n4 for 2", "5 crash n4", "6 leave n4"));
    assertEquals(
        List.of("1.000 join", "3.000 cut n1 n4 for 2.000"),
        without(4, "1 join", "3 cut n1 n4 for 2"));
    assertEquals(List.of(), without(2, "1 leave n0", "2 cut n0 n1 for 3", "3 move n1", "70 join"));
  }

  private void refuses(String line, String why) throws IOException {
    Path file = directory.resolve("bad");
    Files.write(file, List.of("# what goes wrong", line));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Schedule.read(file));
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused::getMessage);
  }
}
