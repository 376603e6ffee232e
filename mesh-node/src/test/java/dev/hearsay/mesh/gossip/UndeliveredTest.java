package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
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

/** A peer sends whatever it likes, and the journal here takes nothing. */
class UndeliveredTest {
  private static final GossipSettings SETTINGS = GossipSettings.DEFAULT;
  private static final GossipLimits BASE = GossipLimits.DEFAULT;
  private static final long PEER_BYTES = 100_000;
  private static final long ALL_BYTES = 150_000;
  private static final HostPort HASTY = new HostPort("hasty", 1);
  private static final HostPort OTHER = new HostPort("other", 1);
  private static final int STORM = 1_000;

  private final Gossip gossip =
      new Gossip(
          new HostPort("self", 1),
          hello("self", 1),
          SETTINGS,
          new GossipLimits(
              BASE.transfersInMax(),
              BASE.transfersOutMax(),
              BASE.elementsMax(),
              BASE.bytesMax(),
              BASE.headBytesMax(),
              BASE.creditBytes(),
              BASE.idleMillis(),
              BASE.answersBytes(),
              PEER_BYTES,
              ALL_BYTES,
              BASE.frontierEntriesPeer(),
              BASE.frontierEntries(),
              BASE.unheardMillis(),
              BASE.goneMillis(),
              BASE.mentionMillis()));
  private final Changes hasty = new Changes(1);
  private final Changes other = new Changes(2);
  private long now = 1_000;

  private static Message.Hello hello(String name, long incarnation) {
    return Hellos.of(name, incarnation, name, List.of());
  }

  @BeforeEach
  void meet() {
    gossip.onMessage(HASTY, hello("hasty", 2), now);
    gossip.onMessage(OTHER, hello("other", 3), now);
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    gossip.opened("t", VersionVector.EMPTY, Digest.ZERO, now);
  }

  private List<Effect> push(HostPort from, String space, Changes writer, long sequence) {
    EncodedChange change = writer.add("an element of some length, number " + sequence);
    return gossip.onMessage(from, new Message.Push(space, sequence, List.of(change)), now);
  }

  private static List<Effect.Deliver> deliveries(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Deliver.class::isInstance)
        .map(Effect.Deliver.class::cast)
        .toList();
  }

  private List<Effect.Deliver> storm(HostPort from, String space, Changes writer) {
    List<Effect.Deliver> taken = new ArrayList<>();
    for (int i = 0; i < STORM; i++) {
      taken.addAll(deliveries(push(from, space, writer, i)));
    }
    return taken;
  }

  private static long weight(List<Effect.Deliver> deliveries) {
    return deliveries.stream().mapToLong(deliver -> deliver.receipt().weight()).sum();
  }

  private static void assertFull(List<Effect.Deliver> taken) {
    assertTrue(weight(taken) <= PEER_BYTES, "more was taken: " + weight(taken));
    assertTrue(weight(taken) > PEER_BYTES * 9 / 10, "less was taken: " + weight(taken));
  }

  @Test
  void whatAPeerPilesUpIsBoundedCountedAndItIsNamed() {
    List<Effect.Deliver> taken = storm(HASTY, "s", hasty);
    assertFull(taken);
    assertEquals(STORM - taken.size(), gossip.traffic().deliveriesRefused());
    List<Effect> effects = push(HASTY, "s", hasty, STORM);
    assertEquals(1, effects.size(), "neither delivered nor acknowledged: " + effects);
    Effect.Report report = (Effect.Report) effects.get(0);
    assertEquals(Effect.Event.REFUSED, report.event());
    assertEquals(HASTY, report.peer());
    // Others have their own room, and as much as is left of all.
    List<Effect.Deliver> others = storm(OTHER, "s", other);
    assertTrue(weight(others) > 0, "the other's is not taken");
    assertTrue(weight(taken) + weight(others) <= ALL_BYTES);
  }

  @Test
  void answersCountLikePushes() {
    storm(HASTY, "s", hasty);
    Message.Answer answer = new Message.Answer("t", List.of(hasty.add("x")), Message.Then.DONE);
    assertEquals(List.of(), deliveries(gossip.onMessage(HASTY, answer, now)));
  }

  @Test
  void thereIsRoomAgainForWhatIsDealtWith() {
    List<Effect.Deliver> taken = storm(HASTY, "s", hasty);
    assertEquals(List.of(), deliveries(push(HASTY, "s", hasty, STORM)));
    taken.forEach(done -> gossip.delivered("s", HASTY, done.receipt(), now));
    assertFull(storm(HASTY, "s", hasty));
  }

  @Test
  void whatWasOnItsWayToAJournalThatFailedIsNotCountedForEver() {
    List<Effect.Deliver> taken = storm(HASTY, "s", hasty);
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    assertFull(storm(HASTY, "s", hasty));
    // What is told late, of before, gives no more room than there is.
    taken.forEach(done -> gossip.delivered("s", HASTY, done.receipt(), now));
    taken.forEach(done -> gossip.delivered("s", HASTY, done.receipt(), now));
    assertTrue(weight(storm(HASTY, "s", hasty)) <= PEER_BYTES);
    gossip.closed("s");
    gossip.opened("s", VersionVector.EMPTY, Digest.ZERO, now);
    assertFull(storm(HASTY, "s", hasty));
  }

  @Test
  void oneThatIsLargerThanAllTheRoomIsTaken() {
    EncodedChange large = hasty.add("x".repeat((int) ALL_BYTES));
    assertEquals(
        1,
        deliveries(gossip.onMessage(OTHER, new Message.Push("s", 1, List.of(large)), now)).size());
  }

  @Test
  void aSpaceIsAskedOnceWhatToAnswerUntilItHasSaid() {
    EncodedChange change = other.add("x");
    gossip.published(
        "s",
        VersionVector.EMPTY.with(change.change().replica(), 1),
        new Digest(1, 1),
        List.of(change),
        List.of(),
        now);
    Message.Want want = new Message.Want("s", VersionVector.EMPTY);
    assertEquals(1, serves(gossip.onMessage(HASTY, want, now)));
    for (int i = 0; i < STORM; i++) {
      assertEquals(0, serves(gossip.onMessage(HASTY, want, now)));
    }
    assertEquals(1, serves(gossip.onMessage(OTHER, want, now)));
    gossip.served("s", HASTY, List.of(), false, now);
    assertEquals(1, serves(gossip.onMessage(HASTY, want, now)));
    // One that never says anything is asked again.
    now += SETTINGS.askAgainMillis();
    gossip.onTick(now, new SplittableRandom(1));
    assertEquals(1, serves(gossip.onMessage(HASTY, want, now)));
  }

  private static long serves(List<Effect> effects) {
    return effects.stream().filter(Effect.Serve.class::isInstance).count();
  }
}
