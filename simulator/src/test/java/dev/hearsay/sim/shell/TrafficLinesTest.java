package dev.hearsay.sim.shell;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.MeshTraffic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrafficLinesTest {
  @Test
  void eachCountStandsBesideWhatItCounts() {
    MeshTraffic traffic =
        new MeshTraffic(
            List.of(),
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            16,
            17,
            18,
            new TreeMap<>(Map.of("s", "b: has not answered")),
            new TreeMap<>(Map.of("fragments", 19L)));
    String lines = String.join("\n", TrafficLines.of(traffic));
    for (String line :
        List.of(
            "13  messages rejected",
            "14  of these, of nodes of other meshes",
            "15  messages that named a closed vector",
            "16  closed vectors refused",
            "17  addresses forgotten",
            "12  deliveries refused",
            "18  spaces of which",
            " 1  spaces in doubt",
            "'s' waits for b: has not answered",
            "19  forgotten: fragments",
            " 9  changes not pushed")) {
      assertTrue(lines.contains(line), line + " is not in\n" + lines);
    }
  }
}
