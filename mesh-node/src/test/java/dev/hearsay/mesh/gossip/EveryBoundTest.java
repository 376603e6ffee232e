package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Ballot;
import dev.hearsay.mesh.wire.Fragments;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.Reassembly;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every bound is reached, by more than there is room for, and counts what it did. One that is added
 * without a way to reach it here does not compile.
 */
class EveryBoundTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final HostPort OTHER = new HostPort("other", 1);
  private static final int BEYOND = 3;
  private static final long NOW = 1_000;

  private final Traffic traffic = new Traffic();
  private final Placements placements = new Placements("self", null);
  private final SpaceBook spaces = new SpaceBook(placements, traffic);
  private final Gossip gossip =
      new Gossip(new HostPort("self", 1), hello("self", 1), GossipSettings.DEFAULT);

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  /** Goes beyond the bound by {@link #BEYOND}, or as far as it says; returns what was counted. */
  private long reach(Bound bound) {
    return switch (bound) {
      case PEERS -> peers();
      case GAPS -> gaps();
      case ARRIVALS -> arrivals();
      case TREES -> trees();
      case HANDED_IN -> handedIn();
      case ANNOUNCEMENTS -> announcements();
      case FRONTIERS -> frontiers();
      case QUESTIONS -> questions();
      case MENTIONS -> mentions();
      case CLOSINGS -> closings();
      case SHUNNED -> shunned();
      case TALK -> talk();
      case VOTES -> votes();
      case FRAGMENTS -> fragments();
      case VOTERS -> voters();
    };
  }

  @ParameterizedTest
  @EnumSource(Bound.class)
  void whatIsBeyondIsCounted(Bound bound) {
    assertEquals(BEYOND, reach(bound));
    Map<Bound, Long> forgotten = new TreeMap<>(traffic.counts().forgotten());
    gossip.traffic().forgotten().forEach((name, count) -> forgotten.merge(name, count, Long::sum));
    boolean isElsewhere = bound == Bound.FRAGMENTS; // which whoever puts messages together counts
    assertEquals(isElsewhere ? 0 : BEYOND, forgotten.getOrDefault(bound, 0L));
    assertFalse(bound.label().isEmpty());
  }

  private long peers() {
    for (int i = 0; i < Gossip.PEERS_MAX + BEYOND; i++) {
      gossip.onMessage(new HostPort("node", 1 + i), hello("node" + i, 2 + i), NOW);
    }
    return gossip.traffic().forgotten().get(Bound.PEERS);
  }

  private long counted(Bound bound) {
    return traffic.counts().forgotten().getOrDefault(bound, 0L);
  }

  private long gaps() {
    Gaps gaps = new Gaps(traffic);
    for (int i = 0; i < Gaps.GAPS_MAX + BEYOND; i++) {
      gaps.announced("s", new ReplicaId(1 + i), 1, PEER, NOW);
    }
    assertEquals(Gaps.GAPS_MAX, gaps.due(NOW).size());
    return counted(Bound.GAPS);
  }

  private long arrivals() {
    Arrivals arrivals = new Arrivals(traffic);
    EncodedChange change = new Changes(1).add("x");
    for (int i = 0; i < Arrivals.CHANGES_MAX; i++) {
      arrivals.addRun("space" + i, VersionVector.EMPTY, change, change, NOW);
    }
    assertEquals(0, counted(Bound.ARRIVALS));
    arrivals.addRun("one more", VersionVector.EMPTY, change, change, NOW);
    for (int i = 1; i < BEYOND; i++) {
      arrivals.add("more" + i, VersionVector.EMPTY, change, PEER, /* rumour= */ true, NOW);
    }
    assertFalse(arrivals.isHeld("one more", VersionVector.EMPTY, change));
    return counted(Bound.ARRIVALS);
  }

  private long trees() {
    Trees trees = new Trees(traffic);
    for (int i = 0; i < Trees.ORIGINS_MAX + BEYOND; i++) {
      trees.plant(Placement.everywhere(), new ReplicaId(1 + i), Set.of(), /* own= */ false, false);
    }
    return counted(Bound.TREES);
  }

  private long handedIn() {
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, NOW);
    for (int i = 0; i < Rumours.ADOPTED_MAX + BEYOND; i++) {
      gossip.adopted("s", new Changes(1 + i).add("x"), PEER, NOW);
    }
    return gossip.traffic().forgotten().get(Bound.HANDED_IN);
  }

  /** To a peer that has said who it is, and nothing since. */
  private long announcements() {
    Peer peer = new Peer(PEER, new Borders(placements, spaces, traffic));
    peer.introduced = true;
    peer.reachable = true;
    Peers peers = new Peers();
    peers.put(PEER, peer);
    GossipSettings settings = GossipSettings.DEFAULT;
    Announcements announcements =
        new Announcements(new HostPort("self", 1), settings, spaces, placements, peers, traffic);
    int told = 0;
    int rows = 0;
    while (counted(Bound.ANNOUNCEMENTS) < BEYOND) {
      // One row a round, and less than the pause after which the peer is told one more.
      VersionVector frontier = VersionVector.EMPTY.with(new ReplicaId(1), 1);
      spaces.published("a long name of a space ".repeat(10) + rows++, frontier, Digest.ZERO);
      List<Effect> effects = new ArrayList<>();
      announcements.onTick(effects, NOW + (long) rows * settings.announceMillis());
      told += effects.size();
    }
    assertTrue(told > 100, told + " of " + rows);
    assertEquals(rows - BEYOND, told);
    return counted(Bound.ANNOUNCEMENTS);
  }

  private long frontiers() {
    Borders borders = new Borders(placements, spaces, traffic);
    Peer peer = new Peer(PEER, borders);
    VersionVector large = VersionVector.EMPTY;
    for (int i = 0; i < 1_000; i++) {
      large = large.with(new ReplicaId(1 + i), 1);
    }
    long fit = GossipLimits.DEFAULT.frontierEntriesPeer() / large.size();
    for (int i = 0; i < fit + BEYOND; i++) {
      peer.has("space" + i, large);
    }
    assertEquals(fit * large.size(), borders.claims.entries());
    return counted(Bound.FRONTIERS);
  }

  private long questions() {
    Waiters waiters = new Waiters(traffic);
    VersionVector target = VersionVector.EMPTY.with(new ReplicaId(1), 1);
    for (int i = 0; i < Waiters.WAITERS_MAX + BEYOND; i++) {
      Message.About ask = new Message.AckAsk("s", i, target, 0, /* recovering= */ false);
      waiters.add(PEER, ask, i, target, NOW);
    }
    return counted(Bound.QUESTIONS);
  }

  private long mentions() {
    for (int i = 0; i < SpaceBook.MENTIONED_MAX + BEYOND; i++) {
      spaces.mention("space" + i, PEER);
    }
    return counted(Bound.MENTIONS);
  }

  /** A node that keeps a closed vector for each of more spaces than a peer is told of at once. */
  private long closings() {
    Peer peer = new Peer(PEER, new Borders(placements, spaces, traffic));
    Closings closings = new Closings(placements, spaces, traffic);
    for (int i = 0; i < PeerClosings.UNSAID_MAX + BEYOND; i++) {
      closings.say(peer, "space" + i);
    }
    return counted(Bound.CLOSINGS);
  }

  /** More spaces than that of which a peer offers a state that is too large. */
  private long shunned() {
    TransfersIn transfers = new TransfersIn(GossipSettings.DEFAULT, GossipLimits.DEFAULT, traffic);
    Peer peer = new Peer(PEER, new Borders(placements, spaces, traffic));
    long tooMany = GossipLimits.DEFAULT.elementsMax() + 1;
    for (int i = 0; i < TransfersIn.SHUNNED_MAX + BEYOND; i++) {
      Message.StateOffer offer = new Message.StateOffer("space" + i, 5, false, tooMany, 10, 4);
      assertFalse(transfers.offered(peer, offer, new ArrayList<>(), NOW));
    }
    assertTrue(transfers.isShunned("space0", PEER, NOW));
    assertFalse(transfers.isShunned("space" + TransfersIn.SHUNNED_MAX, PEER, NOW));
    // Once their time is over there is room again.
    long later = NOW + 60_000;
    Message.StateOffer again = new Message.StateOffer("again", 5, false, tooMany, 10, 4);
    transfers.offered(peer, again, new ArrayList<>(), later);
    assertTrue(transfers.isShunned("again", PEER, later));
    return counted(Bound.SHUNNED);
  }

  private long talk() {
    gossip.onMessage(PEER, hello("peer", 2), NOW);
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, NOW);
    int heard = 0;
    for (int i = 0; gossip.traffic().forgotten().getOrDefault(Bound.TALK, 0L) < BEYOND; i++) {
      List<Effect> effects = gossip.onMessage(PEER, new StandAsk("s", i, 0), NOW);
      heard += effects.stream().anyMatch(Effect.ForkHeard.class::isInstance) ? 1 : 0;
    }
    assertTrue(heard > 1_000, heard + " heard");
    return gossip.traffic().forgotten().get(Bound.TALK);
  }

  private static Message.VoteAsk voteAsk(String space, long request) {
    return new Message.VoteAsk(
        space, request, /* version= */ 1, new Ballot(1 + request, 7), List.of());
  }

  private long votes() {
    VotesUnderWay votes = new VotesUnderWay(traffic);
    for (int i = 0; i < VotesUnderWay.VOTES_MAX - 1; i++) {
      assertTrue(votes.begins(PEER, "space" + i, NOW));
    }
    assertFalse(votes.begins(PEER, "space0", NOW), "one at a time");
    assertTrue(votes.begins(OTHER, "space0", NOW));
    assertFalse(votes.begins(OTHER, "another", NOW), "there is no more room");
    votes.ended(PEER, "space0");
    assertTrue(votes.begins(PEER, "space0", NOW));
    assertFalse(votes.begins(OTHER, "another", NOW));
    long later = NOW + VotesUnderWay.MILLIS_MAX;
    assertTrue(votes.begins(OTHER, "another", later), "what came to nothing is not waited for");
    return counted(Bound.VOTES);
  }

  private long fragments() {
    Reassembly reassembly = new Reassembly(Gossip.PEERS_MAX);
    byte[] large = new byte[2 * Fragments.FRAGMENT_BYTES];
    large[0] = 'H';
    byte[] piece = Fragments.split(large, 1).get(0);
    for (int i = 0; i < Gossip.PEERS_MAX + BEYOND; i++) {
      assertTrue(reassembly.join(new HostPort("peer", 1 + i), piece).isEmpty());
    }
    return reassembly.forgotten();
  }

  private long voters() {
    Electorate electorate =
        new Electorate(hello("self", 1), spaces, new TreeMap<>(), space -> VoterView.NONE, traffic);
    VersionVector had = VersionVector.EMPTY.with(new ReplicaId(1), 9);
    for (int i = 0; i < Electorate.REMEMBERED_MAX + BEYOND; i++) {
      electorate.remember("voter", "space" + i, 2, had);
    }
    return counted(Bound.VOTERS);
  }

  /** The bound of votes at the door: a flood of questions is one vote, until that is written. */
  @Test
  void aPeerThatAsksForVotesWithoutWaitingGetsOneAtATime() {
    gossip.onMessage(PEER, hello("peer", 2), NOW);
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, NOW);
    int written = 0;
    for (int i = 0; i < 1_000; i++) {
      written += votesIn(gossip.onMessage(PEER, voteAsk("s", i), NOW));
    }
    assertEquals(1, written);
    assertEquals(999, gossip.traffic().forgotten().get(Bound.VOTES));
    VoterRecords.Vote cast =
        new VoterRecords.Vote(/* granted= */ true, Ballot.NONE, Ballot.NONE, List.of());
    gossip.acknowledgements().voted(PEER, voteAsk("s", 0), cast, NOW);
    assertEquals(1, votesIn(gossip.onMessage(PEER, voteAsk("s", 1_000), NOW)));
  }

  private static int votesIn(List<Effect> effects) {
    return (int) effects.stream().filter(Effect.Vote.class::isInstance).count();
  }
}
