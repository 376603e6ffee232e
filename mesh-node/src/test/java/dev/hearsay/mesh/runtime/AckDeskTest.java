package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the log says of spaces in doubt. */
class AckDeskTest {
  @Test
  void whatSeveralSpacesWaitForIsSaidOnce() {
    SortedMap<String, String> inDoubt = new TreeMap<>();
    for (int i = 1; i < 8; i++) {
      inDoubt.put("s" + i, "b: has not answered");
    }
    inDoubt.put("t", "c (not reachable): has not answered");
    assertEquals(
        List.of(
            "spaces 's1', 's2', 's3', 's4', 's5' and 2 more: still in doubt, and waiting for"
                + " b: has not answered",
            "space 't': still in doubt, and waiting for c (not reachable): has not answered"),
        AckDesk.lines(inDoubt, 8));
  }

  @Test
  void theLinesAreFewHoweverManyThereAre() {
    SortedMap<String, String> inDoubt = new TreeMap<>();
    for (int i = 100; i < 200; i++) {
      inDoubt.put("s" + i, i + " dots that it had are missing here");
    }
    List<String> lines = AckDesk.lines(inDoubt, 5_000);
    assertEquals(6, lines.size());
    assertEquals("4995 more space(s) are still in doubt", lines.get(5));
  }
}
