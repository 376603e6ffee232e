package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Book;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A node of hundreds of spaces, and peers that claim to have 20,000 replicas in each. */
class ClaimsTest {
  private static final GossipLimits LIMITS = GossipLimits.DEFAULT;
  private static final int SPACES = 200;
  private static final int REPLICAS = 20_000;
  private static final VersionVector LARGE = ofReplicas(REPLICAS);

  /** So many spaces of these fit. */
  private static final int FIT = (int) (LIMITS.frontierEntriesPeer() / REPLICAS);

  private static final Digest DIGEST = new Digest(1, 2);
  private static final HostPort PEER = new HostPort("peer", 1);

  private final Gossip gossip =
      new Gossip(new HostPort("self", 1), hello("self", 1), GossipSettings.DEFAULT, LIMITS);
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = 1_000;

  private static VersionVector ofReplicas(int replicas) {
    ReplicaId[] ids = new ReplicaId[replicas];
    for (int i = 0; i < replicas; i++) {
      ids[i] = new ReplicaId(1 + i);
    }
    long[] counters = new long[replicas];
    Arrays.fill(counters, 1);
    return VersionVector.ofAscending(ids, counters);
  }

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  private void open(VersionVector frontier) {
    for (int i = 0; i < SPACES; i++) {
      gossip.opened("space" + i, frontier, DIGEST, now);
    }
  }

  /** Each in a message of its own. */
  private void claim(HostPort peer, int spaces) {
    for (int i = 0; i < spaces; i++) {
      claim(peer, "space" + i, LARGE);
    }
  }

  private void claim(HostPort peer, String space, VersionVector frontier) {
    Message.Row row = new Message.Row(space, frontier, DIGEST);
    gossip.onMessage(peer, new Message.Rows(List.of(row), /* answer= */ true), now);
  }

  private PeerView peer(HostPort address) {
    return gossip.peers().stream().filter(p -> p.address().equals(address)).findFirst().get();
  }

  private long forgotten() {
    return gossip.traffic().forgotten().getOrDefault(Bound.FRONTIERS, 0L);
  }

  @Test
  void whatOnePeerClaimsOfManySpacesIsBoundedAndCounted() {
    open(VersionVector.EMPTY);
    gossip.onMessage(PEER, hello("peer", 2), now);
    claim(PEER, SPACES);
    assertEquals((long) FIT * REPLICAS, peer(PEER).ahead(), "entries, each of one change");
    assertEquals(SPACES - FIT, forgotten());
    claim(PEER, SPACES);
    assertEquals((long) FIT * REPLICAS, peer(PEER).ahead());
  }

  @Test
  void whatAllClaimTogetherIsBoundedAtTheCostOfWhoClaimsMost() {
    open(VersionVector.EMPTY);
    HostPort modest = new HostPort("modest", 1);
    gossip.onMessage(modest, hello("modest", 2), now);
    claim(modest, "space0", ofReplicas(100));
    for (int i = 0; i < 8; i++) {
      HostPort greedy = new HostPort("greedy", 1 + i);
      gossip.onMessage(greedy, hello("greedy" + i, 3 + i), now);
      claim(greedy, FIT);
    }
    long remembered = gossip.peers().stream().mapToLong(PeerView::ahead).sum();
    assertTrue(remembered <= LIMITS.frontierEntries(), remembered + " entries");
    assertTrue(remembered > LIMITS.frontierEntries() - REPLICAS, remembered + " entries");
    assertEquals(100, peer(modest).ahead());
    for (int i = 0; i < 8; i++) {
      long most = peer(new HostPort("greedy", 1 + i)).ahead();
      assertTrue(most <= LIMITS.frontierEntries() / 8 + 2 * REPLICAS, "of each as much: " + most);
    }
  }

  /** A frontier of many replicas is no offence where this node has it too. */
  @Test
  void whatIsHereAsWellIsNotCounted() {
    open(LARGE);
    gossip.onMessage(PEER, hello("peer", 2), now);
    claim(PEER, SPACES);
    assertEquals(0, forgotten());
    assertEquals(0, peer(PEER).behind());
    // Nor is it once this node has it: then there is room for others.
    gossip.opened("late", VersionVector.EMPTY, DIGEST, now);
    for (int i = 0; i < 3 * FIT; i++) {
      gossip.opened("late" + i, VersionVector.EMPTY, DIGEST, now);
      claim(PEER, "late" + i, LARGE);
      gossip.published("late" + i, LARGE, DIGEST, List.of(), List.of(), now);
      claim(PEER, "late" + i, LARGE);
    }
    assertEquals(0, forgotten());
  }

  @Test
  void whatWasForgottenIsKnownAgainWhenBothAreEqual() {
    open(VersionVector.EMPTY);
    gossip.onMessage(PEER, hello("peer", 2), now);
    claim(PEER, SPACES);
    for (int i = 0; i < SPACES; i++) {
      gossip.published("space" + i, LARGE, DIGEST, List.of(), List.of(), now);
    }
    assertEquals((long) (SPACES - FIT) * REPLICAS, peer(PEER).behind());
    gossip.onMessage(PEER, summary(), now);
    assertEquals(0, peer(PEER).behind());
    assertEquals(SPACES - FIT, forgotten(), "what is here as well costs nothing");
    // Also if nothing has moved here since they were equal.
    VersionVector more = ofReplicas(REPLICAS + 2 * REPLICAS / 5);
    for (int i = 0; i < SPACES; i++) {
      claim(PEER, "space" + i, more);
    }
    assertTrue(peer(PEER).behind() > 0);
    gossip.onMessage(PEER, summary(), now);
    assertEquals(0, peer(PEER).behind());
  }

  /** As a peer with the same spaces says it. */
  private Message.Summary summary() {
    List<Effect> effects = new ArrayList<>();
    while (true) {
      for (Effect effect : effects) {
        if (effect instanceof Effect.Send send && send.message() instanceof Message.Summary sums) {
          return sums;
        }
      }
      now += GossipSettings.DEFAULT.tickMillis();
      effects = gossip.onTick(now, random);
    }
  }

  @Test
  void aPeerThatIsAnotherProcessOrGoneTakesNoRoom() {
    open(VersionVector.EMPTY);
    for (int incarnation = 2; incarnation < 12; incarnation++) {
      gossip.onMessage(PEER, hello("peer", incarnation), now);
      claim(PEER, FIT);
    }
    int peers = (int) (LIMITS.frontierEntries() / LIMITS.frontierEntriesPeer());
    for (int i = 1; i < peers; i++) {
      HostPort other = new HostPort("other", i);
      gossip.onMessage(other, hello("other" + i, 100 + i), now);
      claim(other, FIT);
    }
    assertEquals(0, forgotten());
    now += 10_000;
    gossip.onTick(now, random);
    now += LIMITS.goneMillis() + 1;
    gossip.onTick(now, random);
    assertEquals(List.of(), gossip.peers());
    HostPort late = new HostPort("late", 1);
    gossip.onMessage(late, hello("late", 1_000), now);
    claim(late, FIT);
    assertEquals(0, forgotten());
  }

  @Test
  void whatOthersSayOfASilentNodeIsBoundedToo() {
    open(VersionVector.EMPTY);
    HostPort silent = new HostPort("silent", 1);
    gossip.learn(List.of(silent));
    gossip.onMessage(PEER, hello("peer", 2), now);
    for (int i = 0; i < SPACES; i++) {
      Message.FrontierRow row = new Message.FrontierRow("space" + i, LARGE);
      Book book =
          new Book(
              silent, "id", "silent", 7, /* rolesKnown= */ true, List.of(), 0, i, List.of(row));
      gossip.onMessage(PEER, new Message.BookTell(2, List.of(book)), now);
    }
    long ahead =
        gossip.books().nodes(now).stream()
            .filter(node -> node.address().equals(silent))
            .mapToLong(NodeView::ahead)
            .sum();
    assertEquals((long) FIT * REPLICAS, ahead);
    assertEquals(SPACES - FIT, forgotten());
  }
}
