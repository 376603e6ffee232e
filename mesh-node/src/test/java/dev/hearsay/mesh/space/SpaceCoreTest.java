package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpaceCoreTest {

  private final SpaceCore core = core(1, SpaceLimits.DEFAULT);

  private static SpaceCore core(long replica, SpaceLimits limits) {
    return new SpaceCore(new ReplicaId(replica), limits);
  }

  private static SpaceLimits limits(int tailChanges, int heldChanges) {
    return new SpaceLimits(tailChanges, 1 << 20, heldChanges, 1 << 20, 1 << 20);
  }

  private static EncodedChange mint(SpaceCore core, String element) {
    return core.mint(Changes.after(core), "author", Changes.adding(element)).orElseThrow();
  }

  /** Writes what waits, one event after the other; gives the events. */
  private static List<SpaceEvent> journalAll(SpaceCore core) {
    List<SpaceEvent> events = new ArrayList<>();
    for (Optional<SpaceEvent> next = core.nextEvent(); next.isPresent(); next = core.nextEvent()) {
      events.add(next.get());
      core.persisted();
    }
    return events;
  }

  @Test
  void aMintedChangeIsInTheHeadAtOnceAndDurableWhenPersisted() {
    mint(core, "x");
    assertEquals(List.of("x"), Changes.elements(core.head()));
    assertEquals(SpaceState.EMPTY.digest(), core.durable().digest());
    assertTrue(core.nextEvent().isPresent());
    assertEquals(List.of(), Changes.elements(core.durable()));
    Publication publication = core.persisted();
    assertEquals(List.of("x"), Changes.elements(core.durable()));
    assertEquals(core.durable(), publication.state());
    assertTrue(publication.steps().get(0).local());
    assertEquals(core.enqueued(), core.written());
  }

  @Test
  void aBodyThatThrowsLeavesNothing() {
    IllegalStateException thrown = new IllegalStateException("the caller's own");
    assertEquals(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () ->
                core.mint(
                    Changes.after(core),
                    "author",
                    draft -> {
                      OrSet.add(draft.field(Changes.SET), Value.of("x"));
                      throw thrown;
                    })));
    assertEquals(SpaceState.EMPTY.digest(), core.head().digest());
    assertEquals(Optional.empty(), core.nextEvent());
    assertEquals(1, mint(core, "y").last());
  }

  @Test
  void aChangeBeyondTheLimitLeavesNothing() {
    RejectedException refused =
        assertThrows(RejectedException.class, () -> mint(core, "x".repeat(1 << 20)));
    assertEquals(RejectedException.Reason.LIMIT_EXCEEDED, refused.reason());
    assertEquals(0, core.enqueued());
    assertTrue(core.head().frontier().isEmpty());
  }

  @Test
  void aBodyThatWritesNothingMakesNoChange() {
    assertEquals(
        Optional.empty(), core.mint(Changes.after(core), "a", draft -> draft.field(Changes.SET)));
    assertEquals(Optional.empty(), core.nextEvent());
  }

  @Test
  void oneEventIsWrittenAtATimeAndTheRestGathers() {
    mint(core, "a");
    SpaceEvent first = core.nextEvent().orElseThrow();
    mint(core, "b");
    mint(core, "c");
    assertEquals(Optional.empty(), core.nextEvent());
    assertEquals(1, first.parts().size());
    assertEquals(List.of("a"), Changes.elements(core.writingState()));
    assertEquals(1, core.writtenSoon());
    core.persisted();
    assertEquals(2, core.nextEvent().orElseThrow().parts().size());
    assertEquals(List.of("a"), Changes.elements(core.durable()));
    core.persisted();
    assertEquals(List.of("a", "b", "c"), Changes.elements(core.durable()));
    assertThrows(IllegalStateException.class, core::persisted);
  }

  @Test
  void anEventTakesNoMorePastItsSize() {
    SpaceCore small = core(1, new SpaceLimits(100, 1 << 20, 100, 1 << 20, 200));
    for (int i = 0; i < 20; i++) {
      mint(small, "element " + i);
    }
    List<SpaceEvent> events = journalAll(small);
    assertTrue(events.size() > 3, () -> events.size() + " events");
    for (SpaceEvent event : events) {
      int before =
          event.parts().stream()
              .limit(event.parts().size() - 1L)
              .mapToInt(p -> p.sizeBytes())
              .sum();
      assertTrue(before < 200);
    }
  }

  @Test
  void whatIsPublishedIsInTheOrderOfApplication() {
    Changes peer = new Changes(2);
    mint(core, "own 1");
    core.receive(peer.adds("peer ", 3));
    mint(core, "own 2");
    core.nextEvent();
    List<Publication.Step> steps = core.persisted().steps();
    assertEquals(
        List.of(true, false, false, false, true), steps.stream().map(s -> s.local()).toList());
    for (int i = 1; i < steps.size(); i++) {
      assertTrue(steps.get(i).after().frontier().covers(steps.get(i - 1).after().frontier()));
    }
    assertEquals(core.durable(), steps.get(4).after());
  }

  @Test
  void aChangeIsHeldBackUntilItsDependenciesAreHere() {
    Changes a = new Changes(2);
    Changes b = new Changes(3);
    EncodedChange cause = a.add("cause");
    b.see(cause);
    EncodedChange effect = b.add("effect");
    Reception early = core.receive(List.of(effect));
    assertEquals(new Reception(0, 0, 1, Map.of(), List.of()), early);
    assertEquals(List.of(), Changes.elements(core.head()));
    assertEquals(2, core.receive(List.of(cause)).applied());
    assertEquals(List.of("cause", "effect"), Changes.elements(core.head()));
    assertEquals(0, core.heldBack());
    assertEquals(2, core.receive(List.of(effect, cause)).duplicates());
  }

  @Property(tries = 200)
  void changesInAnyOrderEndInTheSameStateAndPassThroughCausalOnes(@ForAll long seed) {
    Random random = new Random(seed);
    List<EncodedChange> changes = history(random, 4, 30);
    SpaceState expected = SpaceState.EMPTY;
    for (EncodedChange change : changes) {
      expected = expected.apply(change);
    }
    List<EncodedChange> shuffled = new ArrayList<>(changes);
    shuffled.addAll(changes.subList(0, 10));
    Collections.shuffle(shuffled, random);
    SpaceCore receiver = core(99, SpaceLimits.DEFAULT);
    SpaceState replayed = SpaceState.EMPTY;
    for (EncodedChange change : shuffled) {
      assertEquals(List.of(), receiver.receive(List.of(change)).refused());
      if (receiver.nextEvent().isPresent()) {
        for (Publication.Step step : receiver.persisted().steps()) {
          // apply() refuses what is not the next of its replica with all its dependencies there.
          replayed = replayed.apply(((SpaceEvent.Applied) step.part()).change());
          assertEquals(replayed.digest(), step.after().digest());
        }
      }
    }
    assertEquals(0, receiver.heldBack());
    assertEquals(expected.digest(), receiver.durable().digest());
    assertEquals(expected.frontier(), receiver.durable().frontier());
  }

  /** Changes of several writers that see some of each other's, in an order of causality. */
  private static List<EncodedChange> history(Random random, int writers, int changes) {
    List<SpaceCore> cores = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      cores.add(core(10 + i, SpaceLimits.DEFAULT));
    }
    List<EncodedChange> all = new ArrayList<>();
    for (int i = 0; i < changes; i++) {
      SpaceCore writer = cores.get(random.nextInt(writers));
      writer.receive(all.subList(0, random.nextInt(all.size() + 1)));
      String element = "e" + random.nextInt(8);
      boolean there = Changes.elements(writer.head()).contains(element);
      var body =
          there && random.nextBoolean() ? Changes.removing(element) : Changes.adding(element);
      all.add(writer.mint(Changes.after(writer), "w", body).orElseThrow());
    }
    return all;
  }

  @Test
  void whatIsHeldBackIsBounded() {
    SpaceCore small = core(1, limits(100, 5));
    List<EncodedChange> changes = new Changes(2).adds("x", 20);
    Reception reception = small.receive(changes.subList(1, 20));
    assertEquals(5, reception.held());
    assertEquals(14, reception.dropped());
    assertEquals(5, small.heldBack());
    small.receive(changes.subList(0, 1));
    assertEquals(6, small.head().frontier().counterAt(0));
    assertEquals(14, small.receive(changes.subList(6, 20)).applied());
  }

  @Test
  void aForkIsRefusedAndTheRestGoesOn() {
    Changes original = new Changes(2);
    Changes clone = new Changes(2);
    core.receive(List.of(original.add("first"), original.add("second")));
    Reception reception = core.receive(List.of(clone.add("other"), clone.add("branch")));
    assertEquals(2, reception.refused().size(), reception::toString);
    assertTrue(reception.forked());
    assertEquals(List.of("first", "second"), Changes.elements(core.head()));
    assertEquals(1, core.receive(List.of(new Changes(3).add("third"))).applied());
  }

  @Property(tries = 100)
  void replayingTheJournalEndsInTheLiveState(@ForAll long seed) {
    Random random = new Random(seed);
    SpaceCore live = core(1, SpaceLimits.DEFAULT);
    Changes peer = new Changes(2);
    Changes far = new Changes(3);
    List<byte[]> journal = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      switch (random.nextInt(4)) {
        case 0 -> mint(live, "own " + i);
        case 1 -> live.receive(peer.adds("peer " + i + " ", 1 + random.nextInt(3)));
        case 2 -> {
          far.add("far " + i);
          VersionVector base = random.nextBoolean() ? VersionVector.EMPTY : farOf(live);
          WholeTransfers.take(live, far.state(), base);
        }
        default -> live.nextEvent().ifPresent(e -> write(live, e, journal));
      }
    }
    while (live.enqueued() > live.written()) {
      live.nextEvent().ifPresentOrElse(e -> write(live, e, journal), live::persisted);
    }
    SpaceCore recovered = core(9, SpaceLimits.DEFAULT);
    for (byte[] event : journal) {
      assertEquals(0, recovered.replay(SpaceEvent.decode(event)));
    }
    assertEquals(live.durable().digest(), recovered.durable().digest());
    assertEquals(live.durable().frontier(), recovered.durable().frontier());
    assertEquals(live.durable().heads(), recovered.durable().heads());
    assertEquals(live.durable().latest(), recovered.durable().latest());
    assertEquals(live.floor(), recovered.floor());
  }

  private static VersionVector farOf(SpaceCore core) {
    long counter = core.head().frontier().counter(new ReplicaId(3));
    return counter == 0 ? VersionVector.EMPTY : VersionVector.EMPTY.with(new ReplicaId(3), counter);
  }

  private static void write(SpaceCore core, SpaceEvent event, List<byte[]> journal) {
    journal.add(event.encode());
    core.persisted();
  }

  @Test
  void aHoleInTheJournalIsNotAppliedOver() {
    Changes peer = new Changes(2);
    List<EncodedChange> changes = peer.adds("x", 4);
    SpaceCore recovered = core(1, SpaceLimits.DEFAULT);
    assertEquals(0, recovered.replay(applied(changes.subList(0, 1))));
    assertEquals(2, recovered.replay(applied(changes.subList(2, 4))));
    assertEquals(List.of("x0"), Changes.elements(recovered.durable()));
    Changes other = new Changes(3);
    assertEquals(0, recovered.replay(applied(List.of(other.add("other")))));
    StateDiff beyondTheHole = peer.state().diff(peer.state().frontier());
    SpaceEvent joined =
        new SpaceEvent(
            List.of(
                new SpaceEvent.Joined(
                    beyondTheHole, new EncodedDiff(DiffFormat.encode(beyondTheHole)))));
    assertEquals(1, recovered.replay(joined));
    assertEquals(3, recovered.receive(changes.subList(1, 4)).applied());
    assertEquals(List.of("other", "x0", "x1", "x2", "x3"), Changes.elements(recovered.head()));
  }

  private static SpaceEvent applied(List<EncodedChange> changes) {
    return new SpaceEvent(
        changes.stream().map(c -> (SpaceEvent.Part) new SpaceEvent.Applied(c)).toList());
  }
}
