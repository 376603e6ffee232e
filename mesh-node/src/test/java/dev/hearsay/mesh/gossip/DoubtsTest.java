package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A voter in doubt beside b and c: nothing that goes on keeps it from coming back. */
class DoubtsTest {
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort B = new HostPort("b", 1);
  private static final HostPort C = new HostPort("c", 1);
  private static final String CATALOGUE = Acknowledgements.CATALOGUE;

  private final SplittableRandom random = new SplittableRandom(1);
  private VoterView view = new VoterView(1, List.of(List.of("b", "c", "self")), List.of());
  private int looks;
  private final Gossip gossip =
      new Gossip(
          SELF, hello("self"), GossipSettings.DEFAULT, GossipLimits.DEFAULT, this::look, null);
  private long now = 1_000;

  private VoterView look(String space) {
    looks++;
    return view;
  }

  @BeforeEach
  void meet() {
    open(CATALOGUE, 0);
    open("s", 3);
    alive();
  }

  @Test
  void aVoterThatGoesOnFasterThanItsChangesComeIsComparedAllTheSame() {
    long request = request("s", doubtAndAsk("s"));
    stand(B, "s", request, 9);
    stand(B, "s", request, 20);
    stand(B, "s", request, 30);
    assertEquals(List.of(at(9)), compared(publish("s", 9)));
    assertEquals(List.of(at(30)), compared(publish("s", 31)));
  }

  @Test
  void whatTheSpaceSaysOfAnEarlierAnswerCounts() {
    long request = request("s", doubtAndAsk("s"));
    assertEquals(List.of(at(3)), compared(stand(B, "s", request, 3)));
    publish("s", 4);
    assertEquals(List.of(at(4)), compared(stand(B, "s", request, 4)));
    judge(B, "s", request, at(3));
    assertEquals("b: its catalogue: has not answered; c: has not answered", waitsFor("s"));
  }

  @Test
  void spacesWhoseVotersDoNotAnswerDoNotKeepOthersFromAsking() {
    Set<String> spaces = new TreeSet<>();
    for (int i = 0; i < 250; i++) {
      spaces.add("space" + i);
      open("space" + i, 1);
      gossip.acknowledgements().doubt("space" + i, now);
    }
    now += Acknowledgements.WAIT_MILLIS_MAX;
    Set<String> asked = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      now += 200;
      alive();
      asks(gossip.onTick(now, random)).forEach(ask -> asked.add(ask.space()));
    }
    assertEquals(spaces, asked);
  }

  @Test
  void votersThatDoNotAnswerAreAskedLessAndLessOftenUntilSomebodyComesIntoReach() {
    doubtAndAsk("s");
    assertEquals(List.of(400L, 1_200L, 2_800L, 6_000L, 9_200L), asksWithin(9_500));
    now += 3_000;
    gossip.onMessage(B, hello("b"), now);
    gossip.onTick(now, random); // and c is silent
    asksWithin(3_300);
    gossip.onMessage(C, hello("c"), now);
    assertEquals(List.of(50L, 450L), asksWithin(700));
  }

  /** When it asks again, from now on, while both go on to live. */
  private List<Long> asksWithin(long millis) {
    List<Long> asks = new ArrayList<>();
    long since = now;
    boolean bothLive = gossip.peers().stream().allMatch(PeerView::reachable);
    while (now < since + millis) {
      now += 50;
      gossip.onMessage(B, hello("b"), now);
      if (bothLive) {
        gossip.onMessage(C, hello("c"), now);
      }
      if (!asks(gossip.onTick(now, random)).isEmpty()) {
        asks.add(now - since);
      }
    }
    return asks;
  }

  /** As a node does that has lost its disk, and the others go on writing. */
  @Test
  void whatIsWrittenDoesNotCostALookAtEverySpaceInDoubt() {
    for (int i = 0; i < 10_000; i++) {
      open("space" + i, 1);
    }
    doubtAndAsk(CATALOGUE);
    looks = 0;
    for (int i = 1; i <= 20; i++) {
      publish("s", 3 + i);
      publish(CATALOGUE, i);
      now += 50;
      gossip.onTick(now, random);
    }
    assertTrue(looks < 20 * 10 * Doubts.LOOKS, looks + " looks");
  }

  @Test
  void aSpaceThatComesBackIntoMemoryIsNotDoubtedAgainWhileAnotherStillIs() {
    open("t", 1);
    List<Effect> asked = doubtAndAsk(CATALOGUE);
    long request = request("s", asked);
    counts(B, request);
    assertTrue(counts(C, request).contains(new Effect.Trusted("s")));
    assertFalse(open("s", 3).contains(new Effect.Doubted("s")));
    assertFalse(open("t", 1).contains(new Effect.Doubted("t")));
    assertTrue(open("later", 1).contains(new Effect.Doubted("later")));
  }

  @Test
  void whatWasComparedBeforeSomethingWasLostAgainDoesNotCount() {
    long request = request("s", doubtAndAsk("s"));
    counts(B, request);
    gossip.acknowledgements().holed("s", now);
    assertFalse(counts(C, request).contains(new Effect.Trusted("s")), "of an earlier question");
    now += 200;
    long again = request("s", gossip.onTick(now, random));
    assertFalse(counts(C, again).contains(new Effect.Trusted("s")), "b may have more than is here");
    assertTrue(counts(B, again).contains(new Effect.Trusted("s")));
  }

  @Test
  void itSaysWhatItWaitsFor() {
    gossip.acknowledgements().doubt("s", now);
    assertEquals("whoever may count what it acknowledged, for 60 s more", waitsFor("s"));
    now += Acknowledgements.WAIT_MILLIS_MAX;
    alive();
    long request = request("s", gossip.onTick(now, random));
    assertEquals("b: has not answered; c: has not answered", waitsFor("s"));
    stand(B, "s", request, 9);
    assertEquals("b: 6 dots that it had are missing here; c: has not answered", waitsFor("s"));
    publish("s", 9);
    now += 3_000;
    gossip.onMessage(B, hello("b"), now);
    gossip.onTick(now, random);
    assertEquals(
        "b: not known to hold the same as this node; c (not reachable): has not answered",
        waitsFor("s"));
    assertEquals(0, gossip.acknowledgements().lateDoubts(now));
    assertEquals(1, gossip.acknowledgements().lateDoubts(now + 10_000));
  }

  @Test
  void aVoterThatIsTheOnlyOneSaysSo() {
    view = new VoterView(1, List.of(List.of("self")), List.of());
    doubtAndAsk("s");
    assertEquals(
        "another voter, for it is the only one: name others with replaceLostVoters", waitsFor("s"));
  }

  private String waitsFor(String space) {
    return String.valueOf(gossip.acknowledgements().inDoubt(10, now).get(space));
  }

  private List<Effect> doubtAndAsk(String space) {
    gossip.acknowledgements().doubt(space, now);
    now += Acknowledgements.WAIT_MILLIS_MAX;
    alive();
    return gossip.onTick(now, random);
  }

  /** It says where it stands, in the space and in the catalogue, and both are the same here. */
  private List<Effect> counts(HostPort from, long request) {
    List<Effect> all = new ArrayList<>();
    List<Effect> told = stand(from, "s", request, 3);
    all.addAll(told);
    all.addAll(judge(from, "s", request, at(3)));
    for (StandAsk books : asks(told)) {
      all.addAll(stand(from, CATALOGUE, books.request(), 0));
      all.addAll(judge(from, CATALOGUE, books.request(), VersionVector.EMPTY));
    }
    return all;
  }

  private List<Effect> stand(HostPort from, String space, long request, long counter) {
    VersionVector frontier = counter == 0 ? VersionVector.EMPTY : at(counter);
    Message told =
        new StandTell(space, request, from.host(), 1, frontier, new Digest(7, counter), null);
    return gossip.onMessage(from, told, now);
  }

  private List<Effect> judge(HostPort from, String space, long request, VersionVector upTo) {
    ForkTalk same = new ForkTalk.Judged(request, from.host(), upTo, ForkTalk.Branch.SAME);
    return gossip.forks().say(space, from, same);
  }

  private List<Effect> open(String space, long counter) {
    VersionVector frontier = counter == 0 ? VersionVector.EMPTY : at(counter);
    return gossip.opened(space, frontier, new Digest(1, counter), now);
  }

  private List<Effect> publish(String space, long counter) {
    return gossip.published(space, at(counter), new Digest(1, counter), List.of(), List.of(), now);
  }

  /** What spaces are asked to compare. */
  private static List<VersionVector> compared(List<Effect> effects) {
    List<VersionVector> compared = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.ForkHeard heard
          && heard.talk() instanceof ForkTalk.ToldStand told) {
        compared.add(told.frontier());
      }
    }
    return compared;
  }

  private static List<StandAsk> asks(List<Effect> effects) {
    List<StandAsk> asks = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send && send.message() instanceof StandAsk ask) {
        asks.add(ask);
      }
    }
    return asks;
  }

  private static long request(String space, List<Effect> effects) {
    return asks(effects).stream()
        .filter(ask -> ask.space().equals(space))
        .findFirst()
        .orElseThrow()
        .request();
  }

  private void alive() {
    gossip.onMessage(B, hello("b"), now);
    gossip.onMessage(C, hello("c"), now);
  }

  private static Message.Hello hello(String name) {
    return Hellos.of(name, name.hashCode(), name, List.of());
  }

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(new ReplicaId(9), counter);
  }
}
