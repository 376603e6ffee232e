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
import dev.hearsay.mesh.wire.Message;
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
    return new Message.Hello(name, name.hashCode(), name, List.of());
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
    List<Message.AckAsk> asks = sent(effects, Message.AckAsk.class);
    return asks.get(asks.size() - 1).request();
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
        ForkTalk judged = new ForkTalk.Judged(talk.request(), talk.voter(), judgement);
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
    List<Effect> joined = tell(B, request(asked), 1, 3, view);
    assertFalse(isAcknowledged(joined, 1));
    // Its answer was given before the list came in force: the old one may have had more.
    view = ONLY_B;
    List<Effect> again = publish(4);
    assertFalse(isAcknowledged(again, 1));
    now += 250;
    List<Effect> anew = again.isEmpty() ? gossip.onTick(now, random) : again;
    assertTrue(request(anew) != request(asked));
    assertFalse(isAcknowledged(tell(B, request(asked), 1, 3, null), 1));
    List<Effect> done = tell(B, request(anew), 1, 4, null);
    assertTrue(done.contains(new Effect.Acknowledged(1, at(4))), done::toString);
  }

  @Test
  void aVoterThatHasLessThanItOnceSaidIsToldSoAndNotCounted() {
    tellChain(B, chainRequest(count(1, at(3))), 3, ForkTalk.Branch.UNKNOWN);
    // C is not counted yet; B comes back as another process.
    long second = request(count(2, VersionVector.EMPTY));
    // Only the word of both others would be a majority without this node.
    List<Effect> told = tell(B, second, 2, 1, null);
    assertEquals(List.of(new Message.Doubt("s", at(3))), sent(told, Message.Doubt.class));
    assertEquals(0, sent(tell(B, second, 2, 3, null), Message.Doubt.class).size());
  }

  @Test
  void aNodeInDoubtIsSilentForAMinuteAndUntilItHasWhatAMajorityOfTheOthersHas() {
    List<Effect> doubted = gossip.onMessage(B, new Message.Doubt("s", at(9)), now);
    assertTrue(doubted.contains(new Effect.Doubted("s")));
    assertEquals(List.of(), sent(ask(B, VersionVector.EMPTY), Message.AckTell.class));
    assertEquals(List.of(), sent(ask(B, at(3)), Message.AckTell.class));
    now += Acknowledgements.WAIT_MILLIS_MAX - 1_000;
    alive();
    assertEquals(List.of(), sent(gossip.onTick(now, random), Message.AckAsk.class));
    now += 1_500;
    alive();
    List<Message.AckAsk> asks = sent(gossip.onTick(now, random), Message.AckAsk.class);
    assertEquals(2, asks.size());
    assertTrue(asks.get(0).recovering());
    long request = asks.get(0).request();
    assertFalse(tell(B, request, 1, 9, null).contains(new Effect.Trusted("s")));
    assertFalse(publish(9).contains(new Effect.Trusted("s")));
    assertFalse(tell(C, request, 1, 10, null).contains(new Effect.Trusted("s")));
    assertTrue(publish(10).contains(new Effect.Trusted("s")));
    assertEquals(1, sent(ask(B, at(3)), Message.AckTell.class).size());
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
