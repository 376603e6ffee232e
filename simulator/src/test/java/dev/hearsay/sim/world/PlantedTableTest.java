package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.sim.house.ProjectRoot;
import dev.hearsay.sim.workload.Workload;
import dev.hearsay.sim.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The tables of the manual name what there is, each planted fault with a checker that is for it.
 */
class PlantedTableTest {
  static final String HEADING = "| what nodes do wrong | found by | workload |";

  static String manual() throws IOException {
    return Files.readString(ProjectRoot.find().resolve("docs/simulation.md"));
  }

  /** The cells of a table's rows, by the first one. */
  static Map<String, List<String>> table(String manual, String heading) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    manual
        .lines()
        .dropWhile(line -> !line.startsWith(heading))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList())
        .forEach(cells -> rows.put(cells.get(0), cells));
    return rows;
  }

  /** What a table has that is not so, or lacks. */
  private static List<String> wrong(Map<String, List<String>> rows) {
    List<String> wrong = new ArrayList<>();
    List<String> named = new ArrayList<>(rows.keySet());
    for (PlantedFault fault : PlantedFault.values()) {
      List<String> cells = rows.get(fault.what());
      if (fault == PlantedFault.NONE) {
        continue;
      }
      named.remove(fault.what());
      if (cells == null) {
        wrong.add("no row: " + fault.what());
      } else if (!fault.finders().contains(cells.get(1))) {
        wrong.add(fault.what() + ": found by " + cells.get(1) + ", not by " + fault.finders());
      } else if (!cells.get(2).equals(fault.workload())) {
        wrong.add(fault.what() + ": under " + cells.get(2) + ", not " + fault.workload());
      }
    }
    named.forEach(row -> wrong.add("nothing is planted like this: " + row));
    return wrong;
  }

  @Test
  void everyPlantedFaultHasARowWithACheckerThatIsForIt() throws IOException {
    assertEquals(List.of(), wrong(table(manual(), HEADING)), "./hearsay sim --planted");
  }

  @Test
  void aRowThatIsMissingOrWrongIsNoticed() throws IOException {
    Map<String, List<String>> rows = table(manual(), HEADING);
    rows.remove(PlantedFault.JOURNALS_NOTHING.what());
    rows.put(PlantedFault.FORGETS_DROPS.what(), List.of("", "quiescence", "sets"));
    rows.put(PlantedFault.REUSES_DOTS.what(), List.of("", "unique-dots", "logs"));
    rows.put("nodes are late", List.of("", "", ""));
    assertEquals(
        List.of(
            "no row: " + PlantedFault.JOURNALS_NOTHING.what(),
            PlantedFault.FORGETS_DROPS.what() + ": found by quiescence, not by [convergence]",
            PlantedFault.REUSES_DOTS.what() + ": under logs, not sets",
            "nothing is planted like this: nodes are late"),
        wrong(rows));
  }

  @Test
  void everyFaultAndWorkloadIsInTheManual() throws IOException {
    String manual = manual();
    assertEquals(
        FaultKind.labels().stream().map(label -> "`" + label + "`").toList(),
        List.copyOf(table(manual, "| fault | what it does |").keySet()));
    String workloads = String.join(" ", table(manual, "| name | what clients do |").keySet());
    assertEquals(
        List.of(),
        // Not those that tests bring.
        Workloads.all(ClassLoader.getPlatformClassLoader()).stream()
            .map(Workload::name)
            .filter(name -> !name.startsWith("gmap") && !workloads.contains("`" + name + "`"))
            .toList());
  }
}
