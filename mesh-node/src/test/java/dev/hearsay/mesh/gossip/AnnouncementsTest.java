package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Few peers are told at once what moved, many in turns. */
class AnnouncementsTest {
  private static final GossipSettings SETTINGS = GossipSettings.DEFAULT;
  private static final ReplicaId WRITER = new ReplicaId(9);

  private final SplittableRandom random = new SplittableRandom(1);
  private long now = 1_000;

  private Gossip node(String name, int others) {
    HostPort self = new HostPort(name, 1);
    Gossip node = new Gossip(self, Hellos.of(name, 77, name, List.of()), SETTINGS);
    for (int i = 0; i < others; i++) {
      greet(node, i);
    }
    node.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    return node;
  }

  private void greet(Gossip node, int peer) {
    String name = "p" + peer;
    node.onMessage(new HostPort(name, 1), Hellos.of(name, 100 + peer, name, List.of()), now);
  }

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(WRITER, counter);
  }

  private void moves(Gossip node, String space, long counter) {
    node.published(space, at(counter), new Digest(counter, 1), List.of(), List.of(), now);
  }

  /** Whom it tells what in the next round. */
  private Map<HostPort, List<Message.FrontierRow>> round(Gossip node, int others) {
    now += SETTINGS.announceMillis();
    for (int i = 0; i < others; i++) {
      greet(node, i); // it lives
    }
    Map<HostPort, List<Message.FrontierRow>> told = new LinkedHashMap<>();
    for (Effect effect : node.onTick(now, random)) {
      if (effect instanceof Effect.Send send
          && send.message() instanceof Message.Frontiers frontiers) {
        told.computeIfAbsent(send.to(), to -> new ArrayList<>()).addAll(frontiers.rows());
      }
    }
    return told;
  }

  @Test
  void fewAreToldAtOnce() {
    int others = SETTINGS.directHoldersMax() - 1;
    Gossip node = node("self", others);
    moves(node, "s", 1);
    assertEquals(others, round(node, others).size());
    assertEquals(Map.of(), round(node, others));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 14, 64, 300})
  void manyAreToldInTurnsAndEachAllThatMoved(int others) {
    Gossip node = node("self", others);
    int atOnce =
        Math.max(
            Announcements.PEERS_AT_ONCE,
            (others + Announcements.TURNS_MAX - 1) / Announcements.TURNS_MAX);
    int turns = (others + atOnce - 1) / atOnce;
    Map<HostPort, VersionVector> known = new HashMap<>();
    long counter = 0;
    for (int i = 0; i < 3 * turns; i++) {
      moves(node, "s", ++counter);
      Map<HostPort, List<Message.FrontierRow>> told = round(node, others);
      assertTrue(told.size() <= atOnce, told::toString);
      told.forEach((peer, rows) -> known.merge(peer, rows.get(0).frontier(), VersionVector::join));
    }
    assertEquals(others, known.size());
    for (VersionVector each : known.values()) {
      assertTrue(each.counter(WRITER) > counter - turns, each::toString);
    }
    // It goes quiet once all know.
    Set<HostPort> last = new HashSet<>();
    for (int i = 0; i < turns; i++) {
      last.addAll(round(node, others).keySet());
    }
    assertTrue(last.size() <= others);
    for (int i = 0; i < turns; i++) {
      assertEquals(Map.of(), round(node, others));
    }
  }

  @Test
  void whatIsToldLateIsWhatIsTrueThen() {
    int others = 14;
    Gossip node = node("self", others);
    node.opened("gone", VersionVector.EMPTY, Digest.ZERO, now);
    moves(node, "s", 10);
    moves(node, "gone", 3);
    Set<HostPort> before = round(node, others).keySet();
    assertEquals(Announcements.PEERS_AT_ONCE, before.size());
    // Another state takes its place, with less; the other space is no longer here.
    node.forks().replaced("s", at(4), new Digest(4, 1));
    node.closed("gone");
    Set<HostPort> after = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      round(node, others)
          .forEach(
              (peer, rows) -> {
                assertEquals(List.of(new Message.FrontierRow("s", at(4))), rows);
                after.add(peer);
              });
    }
    // Those who were told more are told again.
    assertEquals(others, after.size());
  }

  @Test
  void everyNodeHasAnOrderOfItsOwn() {
    int others = 64;
    Gossip one = node("one", others);
    Gossip two = node("two", others);
    moves(one, "s", 1);
    moves(two, "s", 1);
    Set<HostPort> first = round(one, others).keySet();
    now -= SETTINGS.announceMillis();
    assertNotEquals(first, round(two, others).keySet());
  }

  @Test
  void oneThatComesBackIsNotToldWhatItIsComparedAbout() {
    int others = 14;
    Gossip node = node("self", others);
    // All but the first answer no more.
    now += SETTINGS.suspectMillis() + 1;
    greet(node, 0);
    moves(node, "s", 1);
    Map<HostPort, List<Message.FrontierRow>> told = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      told.putAll(round(node, 1));
    }
    assertEquals(Set.of(new HostPort("p0", 1)), told.keySet());
  }
}
