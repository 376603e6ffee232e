package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnteroomTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final HostPort OTHER = new HostPort("other", 1);

  private final Anteroom anteroom = new Anteroom();
  private final List<String> taken = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();

  private void add(HostPort peer, String what, long bytes) {
    anteroom.add(peer, bytes, may -> (may ? taken : dropped).add(what));
  }

  @Test
  void whatWaitsOfAPeerIsTakenInItsOrder() {
    add(PEER, "a", 1);
    add(OTHER, "b", 1);
    add(PEER, "c", 1);
    anteroom.release(PEER, /* take= */ true);
    assertEquals(List.of("a", "c"), taken);
    anteroom.release(OTHER, /* take= */ false);
    assertEquals(List.of("b"), dropped);
    assertTrue(anteroom.isEmpty());
    assertEquals(Map.of(OTHER, 1), anteroom.takeDropped());
    assertEquals(Map.of(), anteroom.takeDropped());
  }

  @Test
  void theOldestOfAPeerGoWhereItHasTooMany() {
    for (int i = 0; i < Anteroom.PER_PEER_MAX + 2; i++) {
      add(PEER, "" + i, 1);
    }
    assertEquals(List.of("0", "1"), dropped);
    assertEquals(Anteroom.PER_PEER_MAX, anteroom.of(PEER));
  }

  @Test
  void bytesAreBoundedOverAllPeers() {
    add(PEER, "half", Anteroom.BYTES_MAX / 2);
    add(OTHER, "another half", Anteroom.BYTES_MAX / 2);
    add(new HostPort("third", 1), "no room", 1);
    assertEquals(List.of("no room"), dropped);
    add(PEER, "newer", Anteroom.BYTES_MAX / 2);
    assertEquals(List.of("no room", "half"), dropped);
    add(PEER, "too large", Anteroom.BYTES_MAX + 1);
    assertEquals(List.of("no room", "half", "newer", "too large"), dropped);
    assertEquals(0, anteroom.of(PEER));
    add(PEER, "room again", Anteroom.BYTES_MAX / 2);
    assertEquals(1, anteroom.of(PEER));
  }

  @Test
  void theirNumberIsBoundedOverAllPeers() {
    for (int i = 0; i < 2 * Anteroom.COUNT_MAX; i++) {
      add(new HostPort("peer" + i, 1), "" + i, 0);
    }
    assertEquals(Anteroom.COUNT_MAX, dropped.size());
  }
}
