package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static Peer peer(int number) {
    Placements placements = new Placements("me", null);
    Borders borders =
        new Borders(placements, new SpaceBook(placements, new Traffic()), new Traffic());
    return new Peer(new HostPort("n" + number, 7400), borders);
  }

  @Test
  void isWhatASortedMapIs() {
    Peers peers = new Peers();
    Map<HostPort, Peer> expected = new TreeMap<>();
    Collection<Peer> values = peers.values();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      Peer peer = peer(random.nextInt(40));
      long before = peers.changes();
      if (random.nextInt(3) > 0) {
        assertEquals(expected.put(peer.address, peer), peers.put(peer.address, peer));
      } else {
        assertEquals(expected.remove(peer.address), peers.remove(peer.address));
      }
      assertFalse(before == peers.changes());
      assertEquals(expected.get(peer.address), peers.get(peer.address));
      assertEquals(expected.containsKey(peer.address), peers.containsKey(peer.address));
      assertEquals(expected.size(), peers.size());
      assertEquals(List.copyOf(expected.values()), List.copyOf(values));
      assertEquals(expected.keySet(), peers.keySet());
    }
  }

  @Test
  void isNotDisturbedByAPeerThatGoesMeanwhile() {
    Peers peers = new Peers();
    for (int i = 0; i < 5; i++) {
      Peer peer = peer(i);
      peers.put(peer.address, peer);
    }
    List<String> seen = new ArrayList<>();
    for (Peer peer : peers.values()) {
      seen.add(peer.address.host());
      peers.remove(peer.address);
    }
    assertEquals(List.of("n0", "n1", "n2", "n3", "n4"), seen);
    assertEquals(0, peers.size());
    assertNull(peers.get(new HostPort("n1", 7400)));
    assertThrows(UnsupportedOperationException.class, () -> peers.entrySet().clear());
  }
}
