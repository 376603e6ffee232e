package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.ForkTalk;
import dev.hearsay.mesh.wire.ChainAsk;
import dev.hearsay.mesh.wire.ChainTell;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.StandAsk;
import dev.hearsay.mesh.wire.StandTell;
import dev.hearsay.mesh.wire.VoterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of one node, message by message. */
class AcknowledgementsTest {
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort B = new HostPort("b", 1);
  private static final HostPort C = new HostPort("c", 1);
  private static final VoterView ABC =
      new VoterView(1, List.of(List.of("b", "c", "self")), List.of());
  private static final VoterView ONLY_B = new VoterView(2, List.of(List.of("b")), List.of());

  private final SplittableRandom random = new SplittableRandom(1);
  private VoterView view = ABC;
  private final Gossip gossip =
      new Gossip(
          SELF, hello("self"), GossipSettings.DEFAULT, GossipLimits.DEFAULT, space -> view, null);
  private long now = 1_000;

  private static Message.Hello hello(String name) {
    return Hellos.of(name, name.hashCode(), name, List.of());
  }

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(new ReplicaId(9), counter);
  }

  @BeforeEach
  void meet() {
    gossip.opened(Acknowledgements.CATALOGUE, VersionVector.EMPTY, Digest.ZERO, now);
    gossip.opened("s", at(3), new Digest(1, 3), now);
    gossip.onMessage(B, hello("b"), now);
    gossip.onMessage(C, hello("c"), now);
  }

  private List<Effect> count(long operation, VersionVector target) {
    return gossip.acknowledgements().count(operation, "s", target, Need.QUORUM, now + 5_000, now);
  }

  private List<Effect> publish(long counter) {
    return gossip.published("s", at(counter), new Digest(1, counter), List.of(), List.of(), now);
  }

  private List<Effect> tell(
      HostPort from, long request, long incarnation, long counter, @Nullable VoterView seen) {
    return gossip.onMessage(
        from,
        new Message.AckTell(
            "s", request, from.host(), incarnation, at(counter), seen, VersionVector.EMPTY),
        now);
  }

  private List<Effect> ask(HostPort from, VersionVector target) {
    return gossip.onMessage(
        from, new Message.AckAsk("s", 77, target, ABC.fingerprint(), false), now);
  }

  private static <T extends Message> List<T> sent(List<Effect> effects, Class<T> kind) {
    List<T> messages = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send && kind.isInstance(send.message())) {
        messages.add(kind.cast(send.message()));
      }
    }
    return messages;
  }

  private static long request(List<Effect> effects) {
    List<StandAsk> asks = sent(effects, StandAsk.class);
    return asks.get(asks.size() - 1).request();
  }

  /** A voter says where it stands, and the space, if it is asked, judges that as this. */
  private List<Effect> tellStand(
      HostPort from, long request, long incarnation, long counter, ForkTalk.Branch judgement) {
    return tellStand(from, "s", request, incarnation, counter, null, judgement);
  }

  private List<Effect> tellStand(
      HostPort from,
      String space,
      long request,
      long incarnation,
      long counter,
      @Nullable VoterView seen,
      ForkTalk.Branch judgement) {
    VersionVector frontier = counter == 0 ? VersionVector.EMPTY : at(counter);
    Message told =
        new StandTell(
            space, request, from.host(), incarnation, frontier, new Digest(7, counter), seen);
    return judged(gossip.onMessage(from, told, now), judgement);
  }

  /** The effects, and those of what the space says of each stand that it is asked about. */
  private List<Effect> judged(List<Effect> effects, ForkTalk.Branch judgement) {
    List<Effect> all = new ArrayList<>(effects);
    for (Effect effect : effects) {
      if (effect instanceof Effect.ForkHeard heard
          && heard.talk() instanceof ForkTalk.ToldStand told) {
        ForkTalk judged =
            new ForkTalk.Judged(told.request(), told.voter(), told.frontier(), judgement);
        all.addAll(gossip.forks().say(heard.space(), heard.from(), judged));
      }
    }
    return all;
  }

  private static long chainRequest(List<Effect> effects) {
    List<ChainAsk> asks = sent(effects, ChainAsk.class);
    return asks.get(asks.size() - 1).request();
  }

  /** A voter answers a write, and the space judges what it says as this. */
  private List<Effect> tellChain(
      HostPort from, long request, long counter, ForkTalk.Branch judgement) {
    List<ForkTalk.Head> heads = List.of(new ForkTalk.Head(new ReplicaId(9), counter, 77));
    List<Effect> effects = new ArrayList<>();
    List<Effect> told =
        gossip.onMessage(from, new ChainTell("s", request, from.host(), 1, heads, null), now);
    for (Effect effect : told) {
      if (effect instanceof Effect.ForkHeard heard && heard.talk() instanceof ForkTalk.Told talk) {
        assertEquals(heads, talk.heads());
        ForkTalk judged =
            new ForkTalk.Judged(talk.request(), talk.voter(), talk.target(), judgement);
        effects.addAll(gossip.forks().say("s", heard.from(), judged));
      }
    }
    return effects;
  }

  private static boolean isAcknowledged(List<Effect> effects, long operation) {
    return effects.stream()
        .anyMatch(e -> e instanceof Effect.Acknowledged done && done.operation() == operation);
  }

  @Test
  void aQuestionIsAnsweredAsSoonAsItsTargetIsDurableAndNotBefore() {
    assertEquals(at(3), sent(ask(B, at(2)), Message.AckTell.class).get(0).frontier());
    assertEquals(List.of(), sent(ask(B, at(5)), Message.AckTell.class));
    assertEquals(List.of(), sent(publish(4), Message.AckTell.class));
    List<Message.AckTell> told = sent(publish(5), Message.AckTell.class);
    assertEquals(1, told.size());
    assertEquals(77, told.get(0).request());
    assertEquals(List.of(), sent(publish(6), Message.AckTell.class));
  }

  @Test
  void whoDoesNotAnswerIsAskedAgain() {
    assertEquals(2, sent(count(1, at(3)), ChainAsk.class).size());
    now += 100;
    assertEquals(0, sent(gossip.onTick(now, random), ChainAsk.class).size());
    now += 150;
    assertEquals(2, sent(gossip.onTick(now, random), ChainAsk.class).size());
  }

  @Test
  void anAnswerToAnotherQuestionOrOfNoVoterOrWithoutHashesDoesNotCount() {
    long request = chainRequest(count(1, at(3)));
    assertFalse(isAcknowledged(tellChain(B, request + 1, 3, ForkTalk.Branch.SAME), 1));
    HostPort stranger = new HostPort("stranger", 1);
    assertFalse(isAcknowledged(tellChain(stranger, request, 3, ForkTalk.Branch.SAME), 1));
    assertFalse(isAcknowledged(tell(B, request, 1, 3, null), 1));
    assertFalse(isAcknowledged(tellChain(B, request, 3, ForkTalk.Branch.UNKNOWN), 1));
    assertTrue(isAcknowledged(tellChain(B, request, 3, ForkTalk.Branch.SAME), 1));
  }

  @Test
  void aVoterOfAnotherBranchDoesNotCountAndTheBranchesAreCompared() {
    long request = chainRequest(count(1, at(3)));
    List<Effect> told = tellChain(B, request, 3, ForkTalk.Branch.OTHER);
    assertFalse(isAcknowledged(told, 1));
    assertTrue(told.contains(new Effect.ForkSuspected("s", B)), told::toString);
    // The branch that was counted for gives way: what came of the write is not known.
    List<Effect> replaced = gossip.forks().replaced("s", at(2), new Digest(1, 2));
    assertTrue(
        replaced.stream()
            .anyMatch(e -> e instanceof Effect.NotAcknowledged not && not.operation() == 1),
        replaced::toString);
  }

  @Test
  void aVoterAsksItsSpaceForTheHashesOfWhatIsDurable() {
    ChainAsk later = new ChainAsk("s", 78, at(5), ABC.fingerprint());
    assertEquals(List.of(), gossip.onMessage(B, later, now));
    List<Effect> asked = publish(5);
    Effect.ForkHeard question =
        new Effect.ForkHeard("s", B, new ForkTalk.WantEnds(78, at(5), ABC.fingerprint()), Map.of());
    assertTrue(asked.contains(question), asked::toString);
    List<ForkTalk.Head> heads = List.of(new ForkTalk.Head(new ReplicaId(9), 5, 77));
    ForkTalk ends = new ForkTalk.Ends(78, ABC.fingerprint(), heads);
    assertEquals(
        List.of(new ChainTell("s", 78, "self", "self".hashCode(), heads, null)),
        sent(gossip.forks().say("s", B, ends), ChainTell.class));
  }

  @Test
  void aReadBeginsAnewWhenANewListComesInForce() {
    List<Effect> asked = count(1, VersionVector.EMPTY);
    view = new VoterView(1, List.of(List.of("b", "c", "d", "e", "self")), List.of());
    List<Effect> joined = tellStand(B, "s", request(asked), 1, 3, view, ForkTalk.Branch.SAME);
    assertFalse(isAcknowledged(joined, 1));
    // Its answer was given before the list came in force: the old one may have had more.
    view = ONLY_B;
    List<Effect> again = publish(4);
    assertFalse(isAcknowledged(again, 1));
    now += 250;
    List<Effect> anew = again.isEmpty() ? gossip.onTick(now, random) : again;
    assertTrue(request(anew) != request(asked));
    List<Effect> late = tellStand(B, request(asked), 1, 3, ForkTalk.Branch.SAME);
    assertFalse(isAcknowledged(late, 1));
    List<Effect> done = tellStand(B, request(anew), 1, 4, ForkTalk.Branch.SAME);
    assertTrue(done.contains(new Effect.Acknowledged(1, at(4))), done::toString);
  }

  @Test
  void aReadCountsWhoHasNothingThatIsNotHereAndOfTheSameBranch() {
    long request = request(count(1, VersionVector.EMPTY));
    assertFalse(isAcknowledged(tellStand(B, request, 1, 3, ForkTalk.Branch.UNKNOWN), 1));
    List<Effect> other = tellStand(B, request, 1, 3, ForkTalk.Branch.OTHER);
    assertFalse(isAcknowledged(other, 1));
    assertTrue(other.contains(new Effect.ForkSuspected("s", B)), other::toString);
    // More than is here: it is fetched, and compared then.
    List<Effect> more = tellStand(C, request, 1, 5, ForkTalk.Branch.SAME);
    assertFalse(isAcknowledged(more, 1));
    assertEquals(1, sent(more, Message.Want.class).size());
    assertFalse(isAcknowledged(judged(publish(4), ForkTalk.Branch.SAME), 1));
    List<Effect> done = judged(publish(5), ForkTalk.Branch.SAME);
    assertTrue(done.contains(new Effect.Acknowledged(1, at(5))), done::toString);
  }

  @Test
  void aReadLooksAgainWhenAnotherStateTakesThePlaceOfWhatItCompared() {
    view = new VoterView(1, List.of(List.of("b", "c", "d", "e", "self")), List.of());
    long request = request(count(1, VersionVector.EMPTY));
    assertFalse(isAcknowledged(tellStand(B, request, 1, 3, ForkTalk.Branch.SAME), 1));
    List<Effect> replaced = gossip.forks().replaced("s", at(2), new Digest(1, 2));
    long anew = request(replaced);
    assertTrue(anew != request);
    assertFalse(isAcknowledged(tellStand(C, request, 1, 2, ForkTalk.Branch.SAME), 1));
    assertFalse(isAcknowledged(tellStand(C, anew, 1, 2, ForkTalk.Branch.SAME), 1), "B is missing");
    assertTrue(isAcknowledged(tellStand(B, anew, 1, 2, ForkTalk.Branch.SAME), 1));
  }

  @Test
  void aVoterOfAnOlderVersionCountsByItsCountersOnceItIsKnownForOne() {
    long request = chainRequest(count(1, at(3)));
    assertFalse(isAcknowledged(tell(B, request, 1, 3, null), 1), "nobody has asked it so");
    now += 250;
    List<Effect> again = gossip.onTick(now, random);
    List<Message.AckAsk> older = sent(again, Message.AckAsk.class);
    assertEquals(2, older.size());
    assertEquals(
        new Message.AckAsk("s", request, at(3), Message.AckAsk.OLDER, false), older.get(0));
    List<Effect> told = tell(B, request, 1, 3, null);
    assertTrue(isAcknowledged(told, 1));
    assertTrue(told.contains(new Effect.Report(B, Effect.Event.OLDER_VOTER, "b")), told::toString);
    // From now on it is asked so at once, and the other one in both ways until it answers.
    List<Effect> next = count(2, at(3));
    assertEquals(1, sent(next, Message.AckAsk.class).size());
    assertEquals(1, sent(next, ChainAsk.class).size());
    assertTrue(isAcknowledged(tell(B, chainRequest(next), 1, 3, null), 2));
    // Until it is started again, perhaps as a newer one.
    gossip.onMessage(B, Hellos.of("b", 99, "b", List.of()), now);
    assertEquals(2, sent(count(3, at(3)), ChainAsk.class).size());
    // It answers reads in its way, too.
    long read = request(count(4, VersionVector.EMPTY));
    now += 250;
    assertEquals(
        2,
        sent(gossip.onTick(now, random), Message.AckAsk.class).stream()
            .filter(ask -> ask.request() == read)
            .count());
    List<Effect> seen = tell(B, read, 1, 4, null);
    assertFalse(isAcknowledged(seen, 4), "what it has is not here yet");
    assertTrue(isAcknowledged(publish(4), 4));
  }

  @Test
  void aVoterThatKnowsHashesDoesNotAnswerForAnOlderOne() {
    for (VersionVector target : List.of(VersionVector.EMPTY, at(3))) {
      Message ask = new Message.AckAsk("s", 77, target, Message.AckAsk.OLDER, false);
      assertEquals(List.of(), sent(gossip.onMessage(B, ask, now), Message.AckTell.class));
    }
  }

  @Test
  void aVoterThatHasLessThanItOnceHadIsToldSoAndNotCounted() {
    view = new VoterView(1, List.of(List.of("b", "c", "d", "e", "self")), List.of());
    tellChain(B, chainRequest(count(1, at(3))), 3, ForkTalk.Branch.SAME);
    // C is not counted yet; B comes back as another process.
    long second = request(count(2, VersionVector.EMPTY));
    List<Effect> told = tellStand(B, second, 2, 1, ForkTalk.Branch.SAME);
    assertEquals(List.of(new Message.Doubt("s", at(3))), sent(told, Message.Doubt.class));
    List<Effect> all = tellStand(B, second, 2, 3, ForkTalk.Branch.SAME);
    assertEquals(0, sent(all, Message.Doubt.class).size());
  }

  /** A process that was resumed from an image of itself has the incarnation that it had. */
  @Test
  void aVoterThatHasLessThanBeforeItWasAskedIsToldSoAlsoByTheSameIncarnation() {
    view = new VoterView(1, List.of(List.of("b", "c", "d", "e", "self")), List.of());
    long early = request(count(1, VersionVector.EMPTY));
    tellStand(B, request(count(2, VersionVector.EMPTY)), 1, 3, ForkTalk.Branch.SAME);
    // An answer that was on its way for long says nothing.
    List<Effect> late = tellStand(B, early, 1, 2, ForkTalk.Branch.SAME);
    assertEquals(0, sent(late, Message.Doubt.class).size());
    List<Effect> less =
        tellStand(B, request(count(3, VersionVector.EMPTY)), 1, 2, ForkTalk.Branch.SAME);
    assertEquals(List.of(new Message.Doubt("s", at(3))), sent(less, Message.Doubt.class));
  }

  @Test
  void aNodeInDoubtIsSilentForAMinuteAndUntilItHasWhatAMajorityOfTheOthersHas() {
    List<Effect> doubted = gossip.onMessage(B, new Message.Doubt("s", at(9)), now);
    assertTrue(doubted.contains(new Effect.Doubted("s")));
    assertEquals(List.of(), sent(ask(B, VersionVector.EMPTY), Message.AckTell.class));
    assertEquals(List.of(), sent(ask(B, at(3)), Message.AckTell.class));
    now += Acknowledgements.WAIT_MILLIS_MAX - 1_000;
    alive();
    assertEquals(List.of(), sent(gossip.onTick(now, random), StandAsk.class));
    now += 1_500;
    alive();
    List<StandAsk> asks = sent(gossip.onTick(now, random), StandAsk.class);
    assertEquals(2, asks.size());
    long request = asks.get(0).request();
    assertFalse(recovers(B, request, 9).contains(new Effect.Trusted("s")));
    assertFalse(judged(publish(9), ForkTalk.Branch.SAME).contains(new Effect.Trusted("s")));
    assertFalse(recovers(C, request, 10).contains(new Effect.Trusted("s")));
    assertTrue(judged(publish(10), ForkTalk.Branch.SAME).contains(new Effect.Trusted("s")));
    assertEquals(1, sent(ask(B, at(3)), Message.AckTell.class).size());
  }

  @Test
  void aNodeInDoubtTrustsNobodyOfAnotherBranch() {
    gossip.acknowledgements().doubt("s", now);
    now += Acknowledgements.WAIT_MILLIS_MAX + 500;
    alive();
    long request = request(gossip.onTick(now, random));
    tellStand(B, request, 1, 3, ForkTalk.Branch.OTHER);
    recovers(B, request, 3, ForkTalk.Branch.OTHER);
    assertFalse(recovers(C, request, 3).contains(new Effect.Trusted("s")));
    assertFalse(publish(4).contains(new Effect.Trusted("s")));
    assertTrue(recovers(B, request, 3).contains(new Effect.Trusted("s")));
  }

  /**
   * It says where it stands, in the space and then in the catalogue, and both are the same here.
   */
  private List<Effect> recovers(HostPort from, long request, long counter) {
    return recovers(from, request, counter, ForkTalk.Branch.SAME);
  }

  private List<Effect> recovers(
      HostPort from, long request, long counter, ForkTalk.Branch ofTheCatalogue) {
    List<Effect> told = tellStand(from, request, 1, counter, ForkTalk.Branch.SAME);
    List<StandAsk> books = sent(told, StandAsk.class);
    assertEquals(Acknowledgements.CATALOGUE, books.get(0).space());
    List<Effect> all = new ArrayList<>(told);
    all.addAll(
        tellStand(
            from, Acknowledgements.CATALOGUE, books.get(0).request(), 1, 0, null, ofTheCatalogue));
    return all;
  }

  /** The peers have not fallen silent. */
  private void alive() {
    gossip.onMessage(B, hello("b"), now);
    gossip.onMessage(C, hello("c"), now);
  }

  @Test
  void aDoubtAboutWhatIsThereIsIgnored() {
    assertEquals(
        List.of(),
        gossip.onMessage(B, new Message.Doubt("s", at(3)), now).stream()
            .filter(effect -> effect instanceof Effect.Doubted)
            .toList());
  }

  @Test
  void aNodeThatLostItsCatalogueIsInDoubtOnEverySpaceAlsoOnThoseOpenedLater() {
    List<Effect> doubted = gossip.acknowledgements().doubt(Acknowledgements.CATALOGUE, now);
    assertTrue(doubted.contains(new Effect.Doubted("s")));
    assertTrue(
        gossip.opened("later", at(1), new Digest(1, 1), now).contains(new Effect.Doubted("later")));
  }

  @Test
  void timeRunsOutWithACount() {
    count(1, at(9));
    now += 5_001;
    Effect.NotAcknowledged not =
        gossip.onTick(now, random).stream()
            .filter(Effect.NotAcknowledged.class::isInstance)
            .map(Effect.NotAcknowledged.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(Shortfall.Reason.TIMEOUT, not.shortfall().reason());
    assertEquals(0, not.shortfall().had());
    assertEquals(0, gossip.acknowledgements().waiting());
  }
}
