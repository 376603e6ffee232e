package dev.hearsay.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Cuts that drop packets, where no connection is closed and nobody is told: the kernel goes on
 * sending again, at longer and longer intervals. {@code -Dhearsay.cut.seconds=60} cuts for that
 * long.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DroppedPacketsTest {
  private static final int CUT_MILLIS = 1_000 * Integer.getInteger("hearsay.cut.seconds", 10);
  private static final int FLOWS_WITHIN_MILLIS = 3_000;

  private static Crew crew(NamespaceSite site, int nodes) throws Exception {
    Lab lab = new Lab(nodes, null, Lab.quickStart(), site);
    boolean started = false;
    try {
      Crew crew = new Crew(lab);
      started = true;
      return crew;
    } finally {
      if (!started) {
        lab.close();
      }
    }
  }

  private static NamespaceSite site(int nodes) throws IOException {
    String obstacle = NamespaceSite.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> "no network namespaces can be made here: " + obstacle);
    return new NamespaceSite(nodes);
  }

  @Test
  void changesFlowWithinThreeSecondsOfTheHeal() throws Exception {
    NamespaceSite site = site(2);
    try (Crew crew = crew(site, 2)) {
      site.drop(0, 1);
      site.drop(1, 0);
      int here = crew.write(0);
      int there = crew.write(1);
      assertEquals(1, crew.missing(1, List.of(here), CUT_MILLIS), "the cut lets something pass");
      assertEquals(1, crew.missing(0, List.of(there), 0), "the cut lets something pass");
      site.pass(0, 1);
      site.pass(1, 0);
      long healedNanos = System.nanoTime();
      crew.everybodyHasWithin(FLOWS_WITHIN_MILLIS, crew.lab.nodes());
      System.out.printf(
          "after %d s without packets, changes flowed after %d ms%n",
          CUT_MILLIS / 1_000, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healedNanos));
      crew.write(0);
      crew.write(1);
      crew.everybodyHasWithin(FLOWS_WITHIN_MILLIS, crew.lab.nodes());
      crew.allAgree();
    }
  }

  /** What 0 sends to 1 is lost, and 1 to 0 is not; both reach 2. */
  @Test
  void changesGoAroundALinkThatIsDeadInOneDirection() throws Exception {
    NamespaceSite site = site(3);
    try (Crew crew = crew(site, 3)) {
      site.drop(0, 1);
      for (int i = 0; i < 3; i++) {
        crew.write(0);
        crew.write(1);
        crew.everybodyHasWithin(10_000, crew.lab.nodes());
      }
      site.pass(0, 1);
      crew.write(0);
      crew.everybodyHasWithin(FLOWS_WITHIN_MILLIS, crew.lab.nodes());
      crew.allAgree();
    }
  }
}
