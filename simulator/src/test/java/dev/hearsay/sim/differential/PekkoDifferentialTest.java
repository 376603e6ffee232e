package dev.hearsay.sim.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.value.RejectedException;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.PerProperty;
import org.junit.jupiter.api.Test;

/**
 * Hearsay's types and Pekko's show the same after every step of a random history, where they mean
 * the same; a planted fault in either shows that each comparison can fail.
 */
class PekkoDifferentialTest {
  private static final int TRIES = 2_000;
  private static final int FAULT_TRIES = 5_000;

  @Provide
  Arbitrary<History> setsByState() {
    return Histories.byState(Histories.ofSets());
  }

  @Provide
  Arbitrary<History> sets() {
    return Histories.byStateAndChange(Histories.ofSets());
  }

  @Provide
  Arbitrary<History> counters() {
    return Histories.byStateAndChange(Histories.ofCounters());
  }

  @Provide
  Arbitrary<History> registers() {
    return Histories.byStateAndChange(Histories.ofRegisters());
  }

  private static Replicas ours(FieldType type, History history) {
    return new OurReplicas(type, history.nodes());
  }

  private static Replicas registersByOurTime() {
    return new PekkoRegisters((written, before) -> written.time().packed(), PekkoNodes::descending);
  }

  private static SideBySide ourSetsAnd(Replicas theirs, History history) {
    return new SideBySide(history, ours(FieldType.OR_SET, history), theirs);
  }

  private static SideBySide ourCountersAnd(Replicas theirs, History history) {
    return new SideBySide(history, ours(FieldType.PN_COUNTER, history), theirs);
  }

  private static SideBySide ourRegistersAnd(Replicas theirs, History history) {
    return new SideBySide(history, ours(FieldType.LWW_REGISTER, history), theirs);
  }

  private static void same(Object ours, Object theirs, String when) {
    assertEquals(theirs, ours, when);
  }

  private static void theirsHoldsOurs(Object ours, Object theirs, String when) {
    assertTrue(
        ((Set<?>) theirs).containsAll((Set<?>) ours),
        () -> when + ": ours " + ours + ", theirs " + theirs);
  }

  @Property(tries = TRIES)
  void setsMergedByStateHoldTheSame(@ForAll("setsByState") History history) {
    ourSetsAnd(new PekkoSets(history.nodes()), history)
        .play(PekkoDifferentialTest::same)
        .settle(PekkoDifferentialTest::same);
  }

  /** Pekko's deltas may leave a removed element behind, until states are merged. */
  @Property(tries = TRIES)
  void setsMergedByDeltaHoldTheSameOnceStatesAreMerged(@ForAll("sets") History history) {
    ourSetsAnd(new PekkoSets(history.nodes()), history)
        .play(PekkoDifferentialTest::theirsHoldsOurs)
        .settle(PekkoDifferentialTest::same);
  }

  @Property(tries = TRIES)
  void countersShowTheSame(@ForAll("counters") History history) {
    ourCountersAnd(new PekkoCounters(history.nodes()), history)
        .play(PekkoDifferentialTest::same)
        .settle(PekkoDifferentialTest::same);
  }

  @Property(tries = TRIES)
  void registersShowTheSame(@ForAll("registers") History history) {
    ourRegistersAnd(registersByOurTime(), history)
        .play(PekkoDifferentialTest::same)
        .settle(PekkoDifferentialTest::same);
  }

  /** Two nodes add one element and each removes its own; a third hears of it add by add. */
  @Test
  void pekkosDeltasLeaveAnElementBehindThatAllHaveRemoved() {
    List<Op> add = List.of(new Op.Add("x"));
    List<Op> remove = List.of(new Op.Remove("x"));
    History history =
        new History(
            List.of(0, 0, 0),
            List.of(
                new Step.Write(0, add),
                new Step.Write(1, add),
                new Step.Changes(2, 0, 1),
                new Step.Changes(2, 1, 1),
                new Step.Write(0, remove),
                new Step.Write(1, remove),
                new Step.Changes(2, 0, 1),
                new Step.Changes(2, 1, 1)));
    Replicas ours = ours(FieldType.OR_SET, history);
    Replicas theirs = new PekkoSets(history.nodes());
    SideBySide played = new SideBySide(history, ours, theirs);
    played.play(PekkoDifferentialTest::theirsHoldsOurs);
    assertEquals(Set.of(), ours.read(2));
    assertEquals(Set.of("x"), theirs.read(2));
    played.settle(PekkoDifferentialTest::same);
  }

  /** The random histories find that by themselves. */
  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void setsMergedByDeltaDoNotHoldTheSameAtEveryStep(@ForAll("sets") History history) {
    ourSetsAnd(new PekkoSets(history.nodes()), history).play(PekkoDifferentialTest::same);
  }

  /** The add that a remove saw may come after it, and stays; here the remove waits for the add. */
  @Test
  void pekkosDeltasMayOvertakeWhatTheySaw() {
    Written adding = written(0, 0, new Op.Add("x"), Set.of());
    Written removing = written(1, 1, new Op.Remove("x"), Set.of(0));
    Replicas ours = new OurReplicas(FieldType.OR_SET, 3);
    Replicas theirs = new PekkoSets(3);
    for (Replicas side : List.of(ours, theirs)) {
      side.write(adding);
      side.receive(1, adding);
      side.write(removing);
    }
    theirs.receive(2, removing);
    theirs.receive(2, adding);
    assertEquals(Set.of("x"), theirs.read(2));
    assertEquals(
        RejectedException.Reason.NOT_APPLICABLE,
        assertThrows(RejectedException.class, () -> ours.receive(2, removing)).reason());
    ours.receive(2, adding);
    ours.receive(2, removing);
    assertEquals(Set.of(), ours.read(2));
  }

  private static Written written(int id, int node, Op op, Set<Integer> past) {
    return new Written(id, node, new HybridTime(id + 1), 0, List.of(op), past);
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.FULL)
  @PerProperty(MustFail.InAFewSteps.class)
  void removeWinsByState(@ForAll("setsByState") History history) {
    ourSetsAnd(new RemoveWinsSets(history.nodes()), history).play(PekkoDifferentialTest::same);
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.FULL)
  @PerProperty(MustFail.InAFewSteps.class)
  void removeWinsByChange(@ForAll("sets") History history) {
    ourSetsAnd(new RemoveWinsSets(history.nodes()), history)
        .play(PekkoDifferentialTest::theirsHoldsOurs);
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.FULL)
  @PerProperty(MustFail.InAFewSteps.class)
  void decrementsLost(@ForAll("counters") History history) {
    ourCountersAnd(new HighestTotals(history.nodes()), history).play(PekkoDifferentialTest::same);
  }

  /** A write that saw another loses to it if the other's clock is ahead. */
  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.FULL)
  @PerProperty(MustFail.InAFewSteps.class)
  void registersByWallClockAlone(@ForAll("registers") History history) {
    ourRegistersAnd(
            new PekkoRegisters((written, before) -> written.clockMillis(), PekkoNodes::descending),
            history)
        .play(PekkoDifferentialTest::same);
  }

  /** It adds a whole millisecond for each write, so that a busy register runs ahead of time. */
  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.FULL)
  @PerProperty(MustFail.InAFewSteps.class)
  void registersByPekkosDefaultClock(@ForAll("registers") History history) {
    ourRegistersAnd(
            new PekkoRegisters(
                (written, before) -> Math.max(written.clockMillis(), before + 1),
                PekkoNodes::descending),
            history)
        .play(PekkoDifferentialTest::same);
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.FULL)
  @PerProperty(MustFail.InAFewSteps.class)
  void tiesToTheOtherNode(@ForAll("registers") History history) {
    ourRegistersAnd(
            new PekkoRegisters((written, before) -> written.time().packed(), PekkoNodes::ascending),
            history)
        .play(PekkoDifferentialTest::same);
  }
}
