package dev.hearsay.sim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.workload.Workloads;
import dev.hearsay.sim.world.FaultKind;
import dev.hearsay.sim.world.SimSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code hearsay sim} would pass over it refuses, and its help names all that there is. */
class SimRefusalsTest {
  private final SimRuns sim = new SimRuns();

  @TempDir private Path directory;

  private void refuses(String why, String... options) {
    assertEquals(ExitStatus.BAD_INPUT, sim.run(List.of(options)), () -> sim.out() + sim.err());
    assertTrue(sim.err().contains(why), sim::err);
    assertEquals(1, sim.err().lines().count(), sim::err);
    assertEquals("", sim.out());
  }

  private void refusesSchedule(String why, int nodes, String lines) throws IOException {
    Path schedule = Files.writeString(directory.resolve("refused"), lines + "\n");
    refuses(why, "--schedule", schedule.toString(), "--nodes", String.valueOf(nodes));
  }

  @Test
  void anOptionThatAnotherOneMakesVoid() {
    refuses("--runs and --soak: a soak has no end but a failure", "--soak", "--runs", "5");
    refuses(
        "--nodes and --sweep: one of the two says what nodes is",
        "--nodes",
        "7",
        "--sweep",
        "nodes=3,5");
    refuses(
        "--hours and --sweep: one of the two says what hours is",
        "--hours",
        "0.01",
        "--sweep",
        "hours=0.01,0.02");
  }

  @Test
  void aParameterThatNoWorkloadGoesBy() {
    refuses("--set pause: gset does not go by it", "--set", "pause=3", "--workload", "gset");
    refuses(
        "--set sessions: gcounter, gmap10 do not go by it",
        "--set",
        "sessions=3",
        "--workload",
        "gcounter,gmap10");
    refuses("--sweep pause: gset does not", "--sweep", "pause=3,4", "--workload", "gset");
    refuses(
        "--sweep sessions: sessions does not", "--sweep", "sessions=3", "--workload", "sessions");
    String[] quick = {"--hours", "0.0003", "--nodes", "2", "--faults", "none", "--runs", "1"};
    for (String[] set :
        List.of(
            new String[] {"pause=300", "sessions"},
            new String[] {"pause=300,sessions=1", "gset,sets"},
            new String[] {"sessions=1", "all"})) {
      List<String> all = new ArrayList<>(List.of(quick));
      all.addAll(List.of("--set", set[0], "--workload", set[1]));
      assertEquals(ExitStatus.OK, sim.run(all), sim::err);
    }
  }

  @Test
  void faultsThatWouldComeToNothing() throws IOException {
    refusesSchedule("these are all nodes that there are", 3, "1 cut n0 n1 n2 for 5");
    refusesSchedule("these are all nodes that there are", 3, "1 join\n2 cut n0 n1 n2 n3 for 5");
    for (String kind : List.of("loss", "duplicate", "reorder")) {
      refusesSchedule("a single node has no links", 1, "1 " + kind + " for 5 amount 0.2");
    }
    refusesSchedule("a single node has no links", 1, "1 narrow n0 for 5 amount 20");
    refusesSchedule("a single node has no links", 1, "1 slow n0 for 5 amount 20");
    refusesSchedule("at most 64 nodes join in a run", 3, "1 join\n".repeat(65));
    Path schedule = Files.writeString(directory.resolve("move"), "1 cut n1 for 1\n1 move n1\n");
    String file = schedule.toString();
    refuses("'1.000 move n1': all spaces live", "--schedule", file, "--workload", "sets");
  }

  @Test
  void helpNamesWhatClientsDoWhatGoesWrongAndWhatCanBeSet() {
    assertEquals(ExitStatus.OK, sim.run(List.of("--help")), sim::err);
    for (String name : Workloads.names()) {
      assertTrue(sim.out().contains("\n  " + name + " "), () -> name + " in " + sim.out());
    }
    for (String name : FaultKind.labels()) {
      assertTrue(sim.out().contains("\n  " + name + " "), () -> name + " in " + sim.out());
    }
    for (String name : SimSettings.KNOBS.keySet()) {
      assertTrue(sim.out().contains("\n  " + name + " "), () -> name + " in " + sim.out());
    }
  }
}
