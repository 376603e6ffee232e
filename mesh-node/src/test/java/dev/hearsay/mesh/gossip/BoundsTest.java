package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.VoterView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever a bound makes a node forget is counted under the name of the bound. */
class BoundsTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final HostPort NEWCOMER = new HostPort("newcomer", 1);
  private static final GossipLimits LIMITS = GossipLimits.DEFAULT;

  private final Traffic traffic = new Traffic();
  private final Gossip gossip =
      new Gossip(new HostPort("self", 1), hello("self", 1), GossipSettings.DEFAULT, LIMITS);
  private final SplittableRandom random = new SplittableRandom(1);

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  private boolean isKnown(HostPort address) {
    return gossip.peers().stream().anyMatch(peer -> peer.address().equals(address));
  }

  private void fill(long nowMillis) {
    for (int i = 0; i < Gossip.PEERS_MAX; i++) {
      gossip.onMessage(new HostPort("node", 1 + i), hello("node" + i, 2 + i), nowMillis + i);
    }
  }

  @Test
  void aNewcomerTakesThePlaceOfTheNodeThatHasBeenSilentForLongest() {
    fill(1_000);
    gossip.onMessage(NEWCOMER, hello("newcomer", 5_000), 3_000);
    assertFalse(isKnown(NEWCOMER), "all others are there");
    assertEquals(Map.of(Bound.PEERS, 1L), gossip.traffic().forgotten());
    gossip.onTick(10_000, random);
    gossip.onMessage(NEWCOMER, hello("newcomer", 5_000), 10_000);
    assertFalse(isKnown(NEWCOMER), "they may come back in a moment");
    long later = 10_000 + LIMITS.mentionMillis();
    gossip.onTick(later, random);
    gossip.onMessage(NEWCOMER, hello("newcomer", 5_000), later);
    assertTrue(isKnown(NEWCOMER));
    assertFalse(isKnown(new HostPort("node", 1)), "the first has been silent for longest");
    assertEquals(Gossip.PEERS_MAX, gossip.peers().size());
    assertEquals(Map.of(Bound.PEERS, 3L), gossip.traffic().forgotten());
    assertTrue(
        gossip.onTick(later + 50, random).stream()
            .anyMatch(
                effect ->
                    effect instanceof Effect.Report report
                        && report.event() == Effect.Event.PEER_FORGOTTEN
                        && report.peer().equals(new HostPort("node", 1))));
  }

  @Test
  void oneThatNeverSaidWhoItIsGivesWayFirstAndConfiguredOnesNever() {
    HostPort configured = new HostPort("configured", 1);
    HostPort stranger = new HostPort("stranger", 1);
    gossip.configure(List.of(configured));
    gossip.onMessage(stranger, new Message.PushAck(0), 1_000);
    for (int i = 2; i < Gossip.PEERS_MAX; i++) {
      gossip.onMessage(new HostPort("node", i), hello("node" + i, i), 1_000);
    }
    gossip.onTick(10_000, random); // all have fallen silent
    gossip.onMessage(NEWCOMER, hello("newcomer", 5_000), 10_000);
    assertTrue(isKnown(NEWCOMER));
    assertFalse(isKnown(stranger));
    gossip.onMessage(new HostPort("another", 1), hello("another", 6_000), 10_000);
    assertTrue(isKnown(configured));
  }

  @Test
  void gapsBeyondTheBound() {
    Gaps gaps = new Gaps(traffic);
    for (int i = 0; i < Gaps.GAPS_MAX + 5; i++) {
      gaps.announced("s", new ReplicaId(1 + i), 1, PEER, 1_000);
    }
    gaps.announced("s", new ReplicaId(1), 2, PEER, 1_000);
    assertEquals(Gaps.GAPS_MAX, gaps.due(1_000).size());
    assertEquals(Map.of(Bound.GAPS, 5L), traffic.counts().forgotten());
  }

  @Test
  void treesBeyondTheBound() {
    Trees trees = new Trees(traffic);
    for (int i = 0; i < Trees.ORIGINS_MAX + 3; i++) {
      ReplicaId origin = new ReplicaId(1 + i);
      trees.plant(Placement.everywhere(), origin, Set.of(), /* own= */ false, /* direct= */ false);
    }
    assertEquals(Map.of(Bound.TREES, 3L), traffic.counts().forgotten());
  }

  @Test
  void questionsBeyondTheBound() {
    Waiters waiters = new Waiters(traffic);
    VersionVector target = VersionVector.EMPTY.with(new ReplicaId(1), 1);
    for (int i = 0; i < Waiters.WAITERS_MAX + 2; i++) {
      Message.About ask = new Message.AckAsk("s", i, target, 0, /* recovering= */ false);
      waiters.add(PEER, ask, i, target, 1_000);
    }
    assertEquals(Map.of(Bound.QUESTIONS, 2L), traffic.counts().forgotten());
  }

  @Test
  void mentionsBeyondTheBound() {
    gossip.onMessage(PEER, hello("peer", 2), 1_000);
    for (int i = 0; i < 100_000 + 4; i++) {
      gossip.onMessage(PEER, new Message.Push("space" + i, 1 + i, List.of()), 1_000);
    }
    assertEquals(Map.of(Bound.MENTIONS, 4L), gossip.traffic().forgotten());
  }

  @Test
  void whatAVoterHasBeyondTheBoundIsNotRememberedAndThatIsCounted() {
    Placements placements = new Placements("self", null);
    Electorate electorate =
        new Electorate(
            hello("self", 1),
            new SpaceBook(placements, traffic),
            new TreeMap<>(),
            space -> VoterView.NONE,
            traffic);
    VersionVector had = VersionVector.EMPTY.with(new ReplicaId(1), 9);
    for (int i = 0; i < Electorate.REMEMBERED_MAX + 1; i++) {
      assertTrue(electorate.believes(tell("space" + i, 2, had), /* partial= */ false));
      electorate.remember("voter", "space" + i, 2, had);
    }
    assertEquals(Map.of(Bound.VOTERS, 1L), traffic.counts().forgotten());
    // The next process there has lost all: of the last space that goes unnoticed.
    assertFalse(electorate.believes(tell("space0", 3, VersionVector.EMPTY), false));
    String last = "space" + Electorate.REMEMBERED_MAX;
    assertTrue(electorate.believes(tell(last, 3, VersionVector.EMPTY), false));
  }

  private static Message.AckTell tell(String space, long incarnation, VersionVector frontier) {
    return new Message.AckTell(space, 1, "voter", incarnation, frontier, null, VersionVector.EMPTY);
  }

  @Test
  void whatDidNothingIsNotNamed() {
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, 1_000);
    assertEquals(Map.of(), gossip.traffic().forgotten());
    assertEquals("handed in", Bound.HANDED_IN.label());
  }
}
