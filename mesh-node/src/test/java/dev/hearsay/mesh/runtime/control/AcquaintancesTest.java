package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whom node b comes to know, from whom, and for how long, in virtual milliseconds. */
class AcquaintancesTest {
  private static final HostPort A = new HostPort("127.0.0.1", 7401);
  private static final HostPort B = new HostPort("127.0.0.2", 7401);
  private static final HostPort C = new HostPort("127.0.0.3", 7401);
  private static final ControlAddress CONTROL_A = new ControlAddress(A, 1);
  private static final ControlAddress CONTROL_B = new ControlAddress(B, 2);
  private static final ControlAddress CONTROL_C = new ControlAddress(C, 3);
  private static final long DAY = 86_400_000;
  private static final long HALF_HOUR = 1_800_000;

  private final Formation b =
      new Formation(
          new NodeIdentity("id-b", "b", 22, B, Set.of(), "1", Names.MESH_DEFAULT),
          1_000,
          new Patience(7 * DAY, HALF_HOUR, 7 * DAY));
  private long now = 10_000;
  private long sequence;

  @Test
  void anAddressThatNeverSaysAnythingIsForgottenSooner() {
    startAlone();
    b.know(now, List.of(C), false);
    b.onHello(now, seeking(A, CONTROL_A));
    now += HALF_HOUR + 1;
    b.onTick(now);
    assertEquals(Set.of(A), Set.copyOf(b.known()));
  }

  @Test
  void theRowOfAProcessThatIsGoneIsTriedOnce() {
    startAlone();
    b.onRows(now, List.of(row("c", C, 33, CONTROL_C)));
    assertEquals(Set.of(C), b.takeNews());
    now += HALF_HOUR + 1;
    b.onTick(now);
    b.onRows(now, List.of(row("c", C, 33, CONTROL_C)));
    assertEquals(Set.of(), b.takeNews(), "the row is still there, and nobody at its address");
    b.onRows(now, List.of(row("c", C, 34, CONTROL_C)));
    assertEquals(Set.of(C), b.takeNews(), "another process is");
  }

  @Test
  void whoWasHeardHimselfAndIsForgottenIsNotTaughtByHisRow() {
    startAlone();
    b.onHello(now, seeking(C, CONTROL_C));
    now += 7 * DAY + 1;
    b.onTick(now);
    b.takeNews();
    b.onRows(now, List.of(row("id-" + C, C, C.host().hashCode(), CONTROL_C)));
    assertEquals(Set.of(), b.takeNews());
  }

  @Test
  void theRowsOfNodesThatTheClusterReachesAreAlwaysFollowed() {
    startAlone();
    NodeRow row = row("c", C, 33, CONTROL_C);
    b.onRows(now, List.of(row));
    now += HALF_HOUR + 1;
    b.onTick(now);
    b.takeNews();
    see(CONTROL_B, CONTROL_C);
    b.onRows(now, List.of(row));
    assertEquals(Set.of(C), b.takeNews());
  }

  @Test
  void aPeerThatIsHeardAgainIsNews() {
    startAlone();
    b.onHello(now, seeking(C, CONTROL_C));
    assertEquals(Set.of(C), b.takeNews());
    b.onHello(now, seeking(C, CONTROL_C));
    assertEquals(Set.of(), b.takeNews());
    now += Peer.LIVELY_MILLIS + 1;
    b.onHello(now, seeking(C, CONTROL_C));
    assertEquals(Set.of(C), b.takeNews());
  }

  @Test
  void whoSpeaksIsNotKeptOutByAddressesThatSayNothing() {
    startAlone();
    for (int i = 0; i < Limits.PEERS_MAX; i++) {
      b.know(now, List.of(new HostPort("10.0.0.1", 1 + i)), i == 0);
    }
    b.onHello(now, seeking(C, CONTROL_C));
    assertTrue(b.known().contains(C));
    assertEquals(Limits.PEERS_MAX, b.known().size());
    assertTrue(b.known().contains(new HostPort("10.0.0.1", 1)), "it was configured");
  }

  private void startAlone() {
    b.onControl(now, CONTROL_B);
    see(CONTROL_B);
  }

  private void see(ControlAddress... reachable) {
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    for (ControlAddress member : reachable) {
      members.put(member, true);
    }
    b.onView(now, new ClusterView(CONTROL_B, members, false));
  }

  private Hello seeking(HostPort from, ControlAddress control) {
    return new Hello(
        Hello.Kind.HELLO,
        /* hearsYou= */ true,
        "id-" + from,
        from.host().hashCode(),
        1_000,
        1,
        ++sequence,
        from,
        control,
        new TreeMap<>(),
        Names.MESH_DEFAULT);
  }

  private static NodeRow row(String id, HostPort data, long incarnation, ControlAddress control) {
    return new NodeRow(id, id, incarnation, 1_000, 1, 1, data, control, Set.of(), "1", 0, 0);
  }
}
