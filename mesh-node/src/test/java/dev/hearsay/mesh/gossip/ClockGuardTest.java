package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.wire.Message;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose clock is wrong, in virtual time. */
class ClockGuardTest {
  private static final long HOUR = 3_600_000;

  private ClockFault fault = ClockFault.NONE;

  private VirtualMesh mesh(int nodes) {
    VirtualMesh mesh = new VirtualMesh(3, nodes, SpaceLimits.DEFAULT, PlantedFault.NONE);
    mesh.nodes.forEach(node -> node.clockSkewMillis = HOUR);
    mesh.nodes.forEach(node -> node.books.clockFault = fault);
    mesh.heal();
    mesh.run(12_000);
    return mesh;
  }

  private static List<Integer> refusing(VirtualMesh mesh) {
    return IntStream.range(0, mesh.nodes.size())
        .filter(i -> mesh.nodes.get(i).books.refuses)
        .boxed()
        .toList();
  }

  private static ClockGuard.Verdict verdict(VirtualMesh mesh, int node) {
    return mesh.nodes.get(node).gossip().books().clocks().verdict();
  }

  /** Messages take a few milliseconds. */
  private static void assertNear(long expected, long actual) {
    assertTrue(Math.abs(expected - actual) <= 50, () -> actual + " ms, not " + expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {-HOUR, HOUR, 31_000, -31_000})
  void ofThreeTheOneThatIsOffRefusesAndGoesOnWhenItIsRight(long off) {
    VirtualMesh mesh = mesh(3);
    assertEquals(List.of(), refusing(mesh));
    mesh.nodes.get(1).clockSkewMillis += off;
    mesh.run(100);
    assertEquals(List.of(1), refusing(mesh), "it knows at once: its peers' clocks did not jump");
    mesh.run(60_000);
    assertEquals(List.of(1), refusing(mesh));
    assertNear(off, verdict(mesh, 1).offsetMillis());
    assertNear(0, verdict(mesh, 0).offsetMillis());
    mesh.nodes.get(1).clockSkewMillis -= off;
    mesh.run(100);
    assertEquals(List.of(), refusing(mesh));
  }

  @Test
  void aLittleIsAllowed() {
    VirtualMesh mesh = mesh(3);
    mesh.nodes.get(2).clockSkewMillis += 29_000;
    mesh.run(20_000);
    assertEquals(List.of(), refusing(mesh));
    assertNear(29_000, verdict(mesh, 2).offsetMillis());
  }

  @Test
  void ofTwoNobodyCanTellAndNeitherIsStopped() {
    VirtualMesh mesh = mesh(2);
    mesh.nodes.get(0).clockSkewMillis += HOUR;
    mesh.run(60_000);
    assertEquals(List.of(), refusing(mesh));
    NodeView other = mesh.nodes.get(0).gossip().books().nodes(mesh.nowMillis()).get(0);
    assertNear(-HOUR, other.clockOffsetMillis().orElseThrow());
  }

  @Test
  void ofFiveTwoMayBeOffInDifferentDirections() {
    VirtualMesh mesh = mesh(5);
    mesh.nodes.get(0).clockSkewMillis += HOUR;
    mesh.nodes.get(4).clockSkewMillis -= HOUR;
    mesh.run(20_000);
    assertEquals(List.of(0, 4), refusing(mesh));
    mesh.nodes.get(0).clockSkewMillis -= HOUR;
    mesh.nodes.get(4).clockSkewMillis += 3 * HOUR;
    mesh.run(20_000);
    assertEquals(List.of(4), refusing(mesh));
  }

  /**
   * With the mean the others would be off as well: a clock that lies moves it as far as it will.
   */
  @Test
  void oneThatIsFarOffDoesNotMoveTheOthers() {
    VirtualMesh mesh = mesh(4);
    mesh.nodes.get(3).clockSkewMillis = 1L << 46;
    mesh.run(20_000);
    assertEquals(List.of(3), refusing(mesh));
    for (int node = 0; node < 3; node++) {
      assertNear(0, verdict(mesh, node).offsetMillis());
    }
  }

  /** The checks above are worth something only if they find what is planted. */
  @Test
  void aPlantedFaultIsFound() {
    fault = ClockFault.JUDGES_BY_THE_MEAN;
    assertThrows(AssertionError.class, this::oneThatIsFarOffDoesNotMoveTheOthers);
    fault = ClockFault.JUDGES_BY_THE_WALL_CLOCK;
    assertThrows(
        AssertionError.class, () -> ofThreeTheOneThatIsOffRefusesAndGoesOnWhenItIsRight(HOUR));
  }

  @Test
  void slowLinksAreNotTakenForWrongClocks() {
    VirtualMesh mesh = mesh(3);
    mesh.nodes.forEach(
        node -> node.gossip().books().use(BookSettings.DEFAULT.withDriftMillis(200)));
    mesh.slow(0, 1, 450);
    mesh.slow(0, 2, 450);
    mesh.run(60_000);
    assertEquals(List.of(), refusing(mesh));
    assertTrue(Math.abs(verdict(mesh, 0).offsetMillis()) <= 450);
  }

  @Test
  void anOutlierStaysOneWhileItIsCutOff() {
    VirtualMesh mesh = mesh(3);
    mesh.nodes.get(1).clockSkewMillis += HOUR;
    mesh.run(1_000);
    mesh.isolate(1);
    mesh.run(120_000);
    assertEquals(List.of(1), refusing(mesh));
  }

  @Test
  void answersThatNobodyAskedForCountForNothing() {
    VirtualMesh mesh = mesh(3);
    mesh.muted.add(Message.ClockTell.class);
    mesh.run(1_000);
    Gossip gossip = mesh.nodes.get(0).gossip();
    for (int i = 1; i < 3; i++) {
      gossip.onMessage(
          mesh.nodes.get(i).address(), new Message.ClockTell(17, 99 * HOUR), mesh.nowMillis());
    }
    mesh.run(1_000);
    assertFalse(verdict(mesh, 0).off());
    assertNear(0, verdict(mesh, 0).offsetMillis());
  }
}
