package dev.hearsay.sim.sessions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CastingTest {

  @Test
  void threeNodesPlayOneRoleEachInEverySession() {
    Casting casting = new Casting(3);
    for (int session = 0; session < 10; session++) {
      for (Role role : Role.values()) {
        assertEquals(role.seat(), casting.nodeOf(session, role));
      }
    }
  }

  @Test
  void everyNodeWritesSomewhere() {
    for (int nodes = 1; nodes <= 15; nodes++) {
      Set<Integer> writers = new HashSet<>();
      for (int session = 0; session < 15; session++) {
        for (Role role : Role.values()) {
          writers.add(new Casting(nodes).nodeOf(session, role));
        }
      }
      assertEquals(nodes, writers.size());
    }
  }
}
