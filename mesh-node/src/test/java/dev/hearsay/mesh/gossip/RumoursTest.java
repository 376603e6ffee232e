package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import dev.hearsay.mesh.wire.Hellos;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node of a tree, message by message. */
class RumoursTest {
  private static final GossipSettings SETTINGS = GossipSettings.DEFAULT.withDirectHoldersMax(1);
  private static final HostPort SELF = new HostPort("self", 1);
  private static final HostPort SOME = new HostPort("some", 1);
  private static final HostPort OTHER = new HostPort("other", 1);
  private static final ReplicaId ORIGIN = new ReplicaId(7);

  private final Gossip gossip = new Gossip(SELF, hello("self", 1), SETTINGS);
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<EncodedChange> changes = new Changes(ORIGIN.value()).adds("e", 4);
  private long now = 1_000;
  private long sequence;

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  @BeforeEach
  void twoPeersAndASpace() {
    gossip.onMessage(SOME, hello("some", 2), now);
    gossip.onMessage(OTHER, hello("other", 3), now);
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    gossip.onTick(now, random);
  }

  private List<Effect> push(HostPort from, int... numbers) {
    return gossip.onMessage(from, new Message.Push("s", ++sequence, numbered(numbers)), now);
  }

  private List<EncodedChange> numbered(int... numbers) {
    List<EncodedChange> picked = new ArrayList<>();
    for (int number : numbers) {
      picked.add(changes.get(number - 1));
    }
    return picked;
  }

  private static VersionVector at(long counter) {
    return VersionVector.EMPTY.with(ORIGIN, counter);
  }

  private List<Effect> durable(int... numbers) {
    int last = numbers[numbers.length - 1];
    return gossip.published(
        "s", at(last), new Digest(last, last), List.of(), numbered(numbers), now);
  }

  private List<Effect> announce(HostPort from, long counter) {
    Message.FrontierRow row = new Message.FrontierRow("s", at(counter));
    return gossip.onMessage(from, new Message.Frontiers(List.of(row)), now);
  }

  /** What is sent of trees and data, so many milliseconds later. */
  private List<Effect> later(int millis) {
    now += millis;
    return gossip.onTick(now, random);
  }

  private static List<Object> sent(List<Effect> effects, Class<? extends Message> kind) {
    List<Object> found = new ArrayList<>();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Send send && kind.isInstance(send.message())) {
        found.add(send);
      }
    }
    return found;
  }

  private static Object graft(HostPort to) {
    return new Effect.Send(to, new Message.Graft(List.of(ORIGIN)));
  }

  private static Object prune(HostPort to) {
    return new Effect.Send(to, new Message.Prune(List.of(ORIGIN)));
  }

  private static List<HostPort> receivers(List<Effect> effects) {
    List<HostPort> receivers = new ArrayList<>();
    sent(effects, Message.Push.class).forEach(send -> receivers.add(((Effect.Send) send).to()));
    return receivers;
  }

  @Test
  void aLinkIsPrunedOnlyIfEveryChangeOfTheMessageWasHeld() {
    assertEquals(List.of(), sent(push(SOME, 1), Message.Prune.class));
    assertEquals(List.of(), sent(push(OTHER, 1, 2), Message.Prune.class));
    assertEquals(List.of(prune(SOME)), sent(push(SOME, 1, 2), Message.Prune.class));
  }

  @Test
  void whatIsHeldBackCountsAsHeld() {
    push(SOME, 2);
    assertEquals(List.of(prune(OTHER)), sent(push(OTHER, 2), Message.Prune.class));
  }

  @Test
  void whatIsDurableCountsAsHeld() {
    push(SOME, 1);
    durable(1);
    assertEquals(List.of(prune(OTHER)), sent(push(OTHER, 1), Message.Prune.class));
  }

  @Test
  void whoBroughtItFirstMayRepeatIt() {
    push(SOME, 1);
    assertEquals(List.of(), sent(push(SOME, 1), Message.Prune.class));
  }

  @Test
  void aChangeIsPassedOnOnceItIsDurableAndNeverBack() {
    assertEquals(List.of(), receivers(push(SOME, 1)));
    assertEquals(List.of(OTHER), receivers(durable(1)));
    push(SOME, 2);
    push(OTHER, 2);
    assertEquals(List.of(), receivers(durable(2)));
  }

  @Test
  void whoIsKnownToHaveAChangeIsNotSentIt() {
    push(SOME, 1);
    announce(OTHER, 1);
    assertEquals(List.of(), receivers(durable(1)));
  }

  @Test
  void withMoreNodesThanAWriterSendsToItsChangesArePassedOn() {
    Gossip small = new Gossip(SELF, hello("self", 1), SETTINGS.withDirectHoldersMax(3));
    small.onMessage(SOME, hello("some", 2), now);
    small.onMessage(OTHER, hello("other", 3), now);
    small.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    small.onMessage(SOME, new Message.Push("s", 1, numbered(1)), now);
    assertEquals(
        List.of(),
        receivers(small.published("s", at(1), Digest.ZERO, List.of(), numbered(1), now)));
    small.learn(List.of(new HostPort("fourth", 1)));
    small.onMessage(SOME, new Message.Push("s", 2, numbered(2)), now);
    assertEquals(
        List.of(OTHER),
        receivers(small.published("s", at(2), Digest.ZERO, List.of(), numbered(2), now)));
  }

  @Test
  void aPrunedLinkCarriesNothingOfTheOriginUntilItIsGrafted() {
    gossip.onMessage(OTHER, new Message.Prune(List.of(ORIGIN)), now);
    push(SOME, 1);
    assertEquals(List.of(), receivers(durable(1)));
    gossip.onMessage(OTHER, new Message.Graft(List.of(ORIGIN)), now);
    push(SOME, 2);
    assertEquals(List.of(OTHER), receivers(durable(2)));
  }

  @Test
  void aPrunedLinkCarriesOtherOriginsAndIsEagerAgainForANewProcess() {
    gossip.onMessage(OTHER, new Message.Prune(List.of(new ReplicaId(8))), now);
    push(SOME, 1);
    assertEquals(List.of(OTHER), receivers(durable(1)));
    gossip.onMessage(OTHER, new Message.Prune(List.of(ORIGIN)), now);
    gossip.onMessage(OTHER, hello("other", 4), now);
    push(SOME, 2);
    assertEquals(List.of(OTHER), receivers(durable(2)));
  }

  @Test
  void whatIsAnnouncedAndDoesNotComeIsAskedForAndGraftsTheLink() {
    announce(OTHER, 2);
    assertEquals(List.of(), sent(later(SETTINGS.graftMillis() - 1), Message.Graft.class));
    List<Effect> due = later(1);
    assertEquals(List.of(graft(OTHER)), sent(due, Message.Graft.class));
    assertEquals(
        List.of(new Effect.Send(OTHER, new Message.Want("s", VersionVector.EMPTY))),
        sent(due, Message.Want.class));
    assertEquals(List.of(), sent(later(SETTINGS.graftMillis()), Message.Graft.class));
  }

  @Test
  void ifTheFirstAnnouncerBringsNothingTheNextIsAsked() {
    announce(OTHER, 2);
    announce(SOME, 2);
    assertEquals(List.of(graft(OTHER)), sent(later(SETTINGS.graftMillis()), Message.Graft.class));
    assertEquals(
        List.of(graft(SOME)), sent(later(2 * SETTINGS.graftMillis()), Message.Graft.class));
    assertEquals(List.of(), sent(later(2 * SETTINGS.graftMillis()), Message.Graft.class));
  }

  @Test
  void whatIsAnnouncedAndComesGraftsNothing() {
    announce(OTHER, 2);
    push(SOME, 1);
    push(SOME, 2);
    assertEquals(List.of(), sent(later(SETTINGS.graftMillis()), Message.Graft.class));
  }

  @Test
  void aGapBeforeAPushedChangeGrafts() {
    push(SOME, 1);
    push(SOME, 3);
    assertEquals(List.of(graft(SOME)), sent(later(SETTINGS.graftMillis()), Message.Graft.class));
  }

  @Test
  void onlyWhatMovedIsAnnounced() {
    push(SOME, 1);
    durable(1);
    Object told =
        new Effect.Send(SOME, new Message.Frontiers(List.of(new Message.FrontierRow("s", at(1)))));
    assertEquals(told, sent(later(SETTINGS.announceMillis()), Message.Frontiers.class).get(1));
    assertEquals(List.of(), sent(later(SETTINGS.announceMillis()), Message.Frontiers.class));
    VersionVector other = VersionVector.EMPTY.with(new ReplicaId(8), 5);
    gossip.published("s", at(1).join(other), Digest.ZERO, List.of(), List.of(), now);
    Object next =
        new Effect.Send(SOME, new Message.Frontiers(List.of(new Message.FrontierRow("s", other))));
    assertEquals(next, sent(later(SETTINGS.announceMillis()), Message.Frontiers.class).get(1));
  }

  @Test
  void whatRepairBringsInBulkIsNotPassedOn() {
    gossip.onMessage(SOME, new Message.Answer("s", numbered(1), Message.Then.WAIT), now);
    gossip.onMessage(SOME, new Message.Answer("s", numbered(2), Message.Then.ASK_AGAIN), now);
    assertEquals(List.of(), receivers(durable(1, 2)));
    gossip.onMessage(SOME, new Message.Answer("s", numbered(3), Message.Then.DONE), now);
    assertEquals(List.of(OTHER), receivers(durable(3)));
  }
}
