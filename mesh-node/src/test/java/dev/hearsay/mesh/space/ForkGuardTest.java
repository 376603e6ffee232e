package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForkGuardTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final ReplicaId WRITER = new ReplicaId(0x63);

  private final SpaceCore core = new SpaceCore(new ReplicaId(9), SpaceLimits.DEFAULT);
  private final ForkGuard guard = new ForkGuard(core, replica -> false);

  /** Here the shorter of two branches: only the peer can see that they part. */
  private void holdTheShorterBranch() {
    Changes writer = new Changes(WRITER.value());
    core.receive(List.of(writer.add("shared"), writer.add("left")));
    assertTrue(core.nextEvent().isPresent());
    core.persisted();
  }

  private List<ForkAction> hear(boolean question, List<ReplicaId> forked) {
    ForkTalk.Head longer = new ForkTalk.Head(WRITER, 3, 0xbadL);
    return guard.heard(
        PEER,
        new ForkTalk.Heads(List.of(longer), forked, question),
        Map.of(),
        () -> new ReplicaId(10));
  }

  @Test
  void aQuestionOfOneThatIsAvoidedEndsNothingAndItsAnswerDoes() {
    holdTheShorterBranch();
    hear(/* question= */ false, List.of(WRITER));
    assertEquals(Map.of(PEER, Set.of(WRITER)), guard.avoided());

    List<ForkAction> answered = hear(/* question= */ true, List.of());
    assertEquals(Map.of(PEER, Set.of(WRITER)), guard.avoided(), "it has not looked yet");
    assertEquals(1, answered.size());
    ForkAction.Say said = (ForkAction.Say) answered.get(0);
    assertTrue(said.talk() instanceof ForkTalk.Heads heads && !heads.answer());

    List<ForkAction> over = hear(/* question= */ false, List.of());
    assertEquals(Map.of(), guard.avoided());
    assertTrue(over.contains(new ForkAction.Meet(PEER)));
    assertTrue(over.stream().anyMatch(ForkAction.Say.class::isInstance), "the other is told");
    List<ForkAction> again = hear(/* question= */ false, List.of());
    assertEquals(List.of(new ForkAction.Meet(PEER)), again, "and both fall silent");
  }

  @Test
  void whatAPeerBroughtBeforeItFellSilentIsLetGoOf() {
    holdTheShorterBranch();
    List<Boolean> told = new ArrayList<>();
    List<ForkAction> actions = new ArrayList<>();
    assertFalse(guard.isMet(PEER, 1, 100, told::add, actions));
    assertTrue(guard.isBusy());
    assertEquals(1, actions.size(), "the peer is asked");
    guard.heard(PEER, new ForkTalk.Silent(), Map.of(), () -> new ReplicaId(10));
    assertEquals(List.of(false), told);
    assertFalse(guard.isBusy(), "nothing keeps the space in memory");
    assertEquals(Map.of(PEER, 1), guard.takeDropped());
    assertFalse(guard.isMet(PEER, 2, 100, told::add, actions), "it is asked anew");
  }

  /** What the peer says of the chain that parts after the first change. */
  private List<ForkAction> hearLinks() {
    EncodedChange shared = core.branches().changesOf(WRITER, core.head()).get(0);
    return guard.heard(
        PEER,
        new ForkTalk.Links(
            WRITER,
            /* after= */ 0,
            /* sharesAfter= */ true,
            VersionVector.EMPTY.with(WRITER, 3),
            List.of(
                new ForkTalk.Link(1, 1, shared.hash()),
                new ForkTalk.Link(2, 2, 0xbad0L),
                new ForkTalk.Link(3, 3, 0xbadL))),
        Map.of(),
        () -> new ReplicaId(10));
  }

  private static boolean isMoved(List<ForkAction> actions) {
    return actions.stream().anyMatch(ForkAction.Moved.class::isInstance);
  }

  @Test
  void whatAnOperatorTakesBackIsNotWrittenAnew() {
    holdTheShorterBranch();
    hear(/* question= */ false, List.of(WRITER));
    guard.writeAnew();
    guard.withdraw();
    assertFalse(isMoved(hearLinks()));
    guard.writeAnew();
    assertTrue(isMoved(hearLinks()));
  }

  @Test
  void aPeerThatIsKnownNoMoreKeepsNoSpaceInMemoryAndIsMetAnew() {
    holdTheShorterBranch();
    List<Boolean> told = new ArrayList<>();
    assertFalse(guard.isMet(PEER, 1, 100, told::add, new ArrayList<>()));
    hear(/* question= */ false, List.of());
    assertTrue(guard.isMet(PEER, 1, 100, told::add, new ArrayList<>()), "it is met");
    guard.forget(PEER);
    assertFalse(guard.isMet(PEER, 1, 100, told::add, new ArrayList<>()), "nobody knows it");
    hear(/* question= */ false, List.of(WRITER));
    guard.writeAnew();
    assertTrue(guard.isBusy());
    guard.forget(PEER);
    assertFalse(guard.isBusy());
    assertEquals(Map.of(), guard.avoided());
    assertEquals("", guard.whyAsked(WRITER));
  }

  @Test
  void anOrderEndsWithTheFork() {
    holdTheShorterBranch();
    hear(/* question= */ false, List.of(WRITER));
    guard.writeAnew();
    hear(/* question= */ false, List.of());
    assertEquals(Map.of(), guard.avoided());
    assertFalse(guard.isBusy());
  }
}
