package dev.hearsay.crdt;

import static dev.hearsay.crdt.Replica.COUNTER;
import static dev.hearsay.crdt.Replica.LOG;
import static dev.hearsay.crdt.Replica.REGISTER;
import static dev.hearsay.crdt.Replica.SET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.SpaceState.Admission;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpaceStateTest {
  private static final Value X = Value.of("x");
  private static final Value Y = Value.of("y");

  private final Replica a = new Replica(1);
  private final Replica b = new Replica(2);
  private final Replica c = new Replica(3);

  private EncodedChange add(Replica replica, Value element) {
    return replica.write(draft -> OrSet.add(draft.field(SET), element));
  }

  @Test
  void whatIsHereIsADuplicate() {
    EncodedChange one = add(a, X);
    assertEquals(Admission.DUPLICATE, a.state.admission(one));
    add(a, Y);
    assertEquals(Admission.DUPLICATE, a.state.admission(one));
  }

  @Test
  void whatLacksItsDependenciesWaits() {
    EncodedChange one = add(a, X);
    EncodedChange two = add(a, Y);
    assertEquals(Admission.WAITING, b.state.admission(two));
    b.receive(one);
    EncodedChange answer = add(b, Y);
    assertEquals(Admission.WAITING, c.state.admission(answer));
    c.receive(one);
    assertEquals(Admission.APPLICABLE, c.state.admission(answer));
    RejectedException refused =
        assertThrows(RejectedException.class, () -> SpaceState.EMPTY.apply(two));
    assertEquals(Reason.NOT_APPLICABLE, refused.reason());
  }

  @Test
  void anotherBranchIsForked() {
    EncodedChange shared = add(a, X);
    SpaceState backup = a.state;
    add(a, X);
    EncodedChange ours = add(a, Y);
    a.state = backup;
    EncodedChange theirsNext = add(a, Y);
    EncodedChange theirsLong =
        a.write(
            draft -> {
              OrSet.add(draft.field(SET), X);
              OrSet.add(draft.field(SET), Y);
            });
    b.receive(shared);
    b.receive(theirsNext);
    assertEquals(Admission.FORKED, b.state.admission(ours));
    assertEquals(
        Reason.FORKED, assertThrows(RejectedException.class, () -> b.state.apply(ours)).reason());
    c.receive(shared);
    SpaceState other = c.state;
    assertEquals(Admission.APPLICABLE, other.admission(theirsNext));
    c.receive(theirsNext);
    assertEquals(Admission.APPLICABLE, c.state.admission(theirsLong));
  }

  /** The field of the last change is found without a look into the map. */
  @Test
  void theFieldThatWasTouchedLastIsTheOneInTheMap() {
    FieldKey namesake = new FieldKey(SET.name(), FieldType.PN_COUNTER);
    List<FieldKey> keys = List.of(SET, REGISTER, LOG, namesake);
    List<Consumer<Draft>> steps =
        List.of(
            draft -> OrSet.add(draft.field(SET), X),
            draft -> LwwRegister.set(draft.field(REGISTER), X),
            draft -> LwwRegister.clear(draft.field(REGISTER)),
            draft -> {
              OrSet.add(draft.field(SET), Y);
              LwwRegister.set(draft.field(REGISTER), Y);
            },
            draft -> LwwRegister.set(draft.field(REGISTER), X),
            draft -> draft.deletePrefix(REGISTER.name()),
            draft -> {
              draft.deletePrefix(SET.name());
              LwwRegister.set(draft.field(REGISTER), Y);
            },
            draft -> {
              OrSet.add(draft.field(SET), X);
              OrSet.add(draft.field(SET), Y);
            },
            draft -> LwwRegister.clear(draft.field(REGISTER)),
            draft -> OrSet.remove(draft.field(SET), Y),
            draft -> draft.delete(SET.name()));
    for (Consumer<Draft> step : steps) {
      b.receive(a.write(step));
      for (SpaceState state :
          List.of(b.state, b.state.withLineage(7), SpaceState.EMPTY.join(b.state))) {
        for (FieldKey key : keys) {
          FieldState inMap =
              state.fields().stream()
                  .filter(field -> field.field().equals(key))
                  .findFirst()
                  .orElse(FieldState.empty(key));
          assertEquals(content(inMap), content(state.field(key)));
          assertEquals(inMap.isInUse() ? null : otherInUse(state, key), state.otherTypeOf(key));
        }
      }
    }
    assertEquals(List.of(), List.copyOf(b.state.fields()));
  }

  private static @Nullable FieldType otherInUse(SpaceState state, FieldKey key) {
    return state.fields().stream()
        .filter(field -> field.isInUse() && field.field().name().equals(key.name()))
        .map(field -> field.field().type())
        .findFirst()
        .orElse(null);
  }

  private static Map<Key, List<Atom>> content(FieldState field) {
    Map<Key, List<Atom>> content = new HashMap<>();
    field.forEach(content::put);
    return content;
  }

  @Test
  void statesOfTwoBranchesDoNotJoin() {
    SpaceState empty = a.state;
    add(a, X);
    SpaceState one = a.state;
    a.state = empty;
    add(a, Y);
    assertEquals(
        Reason.FORKED, assertThrows(RejectedException.class, () -> a.state.join(one)).reason());
  }

  @Test
  void aDiffFromBeyondThisFrontierIsRefused() {
    add(a, X);
    StateDiff diff = a.state.diff(a.state.frontier());
    assertEquals(
        Reason.NOT_APPLICABLE,
        assertThrows(RejectedException.class, () -> SpaceState.EMPTY.join(diff)).reason());
  }

  @Test
  void aDropOfWhatAChangeCannotHaveSeenIsRefusedAndNothingChanges() {
    add(a, X);
    SpaceState before = a.state;
    Digest digest = before.digest();
    for (Dot dot : List.of(new Dot(b.id, 1), new Dot(a.id, 2), new Dot(a.id, 9))) {
      Change forged =
          new Change(
              a.id,
              2,
              VersionVector.EMPTY,
              before.latest().next(),
              "agent",
              before.head(a.id).hash(),
              List.of(),
              List.of(
                  new FieldDelta(
                      SET, FieldDelta.CLEARED, List.of(new Entry(X, null, List.of(dot))))));
      EncodedChange change = new EncodedChange(forged, new byte[] {1});
      assertEquals(
          Reason.MALFORMED,
          assertThrows(RejectedException.class, () -> before.apply(change)).reason());
      assertEquals(digest, before.digest());
      assertTrue(OrSet.contains(before.field(SET), X));
    }
  }

  @Test
  void anAddWinsOverARemoveThatDidNotSeeIt() {
    EncodedChange first = add(a, X);
    b.receive(first);
    EncodedChange again = add(a, X);
    EncodedChange removal = b.write(draft -> OrSet.remove(draft.field(SET), X));
    a.receive(removal);
    b.receive(again);
    assertTrue(OrSet.contains(a.field(SET), X));
    assertTrue(OrSet.contains(b.field(SET), X));
    assertEquals(a.state.digest(), b.state.digest());
  }

  @Test
  void aClearTouchesOnlyWhatItsAuthorHadSeen() {
    EncodedChange first = add(a, X);
    b.receive(first);
    EncodedChange concurrent = add(a, Y);
    EncodedChange clear = b.write(draft -> draft.field(SET).clear());
    a.receive(clear);
    b.receive(concurrent);
    assertFalse(OrSet.contains(a.field(SET), X));
    assertTrue(OrSet.contains(a.field(SET), Y));
    assertEquals(a.state.digest(), b.state.digest());
  }

  @Test
  void concurrentWritesOfARegisterStayAsSiblingsUntilTheNext() {
    HybridTime same = HybridTime.ofMillis(5);
    EncodedChange one = a.writeAt(same, draft -> LwwRegister.set(draft.field(REGISTER), X));
    EncodedChange two = b.writeAt(same, draft -> LwwRegister.set(draft.field(REGISTER), Y));
    a.receive(two);
    b.receive(one);
    for (Replica replica : List.of(a, b)) {
      List<Atom> siblings = LwwRegister.siblings(replica.field(REGISTER));
      assertEquals(List.of(Y, X), siblings.stream().map(Atom::payload).toList());
      assertEquals(List.of(b.id, a.id), siblings.stream().map(Atom::replica).toList());
      assertEquals(Y, LwwRegister.get(replica.field(REGISTER)).orElseThrow());
    }
    a.write(draft -> LwwRegister.set(draft.field(REGISTER), X));
    assertEquals(1, LwwRegister.siblings(a.field(REGISTER)).size());
  }

  @Test
  void incrementsThatAResetDidNotSeeSurviveItToTheUnit() {
    EncodedChange counted = a.write(draft -> PnCounter.increment(draft.field(COUNTER), 1_000));
    b.receive(counted);
    EncodedChange reset = b.write(draft -> PnCounter.reset(draft.field(COUNTER)));
    EncodedChange more = a.write(draft -> PnCounter.increment(draft.field(COUNTER), 3));
    a.receive(reset);
    b.receive(more);
    assertEquals(BigInteger.valueOf(3), PnCounter.value(a.field(COUNTER)));
    assertEquals(BigInteger.valueOf(3), PnCounter.value(b.field(COUNTER)));
  }

  @Test
  void aCounterIsExactBeyond64BitsAndNeverWraps() {
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i < 3; i++) {
      a.write(draft -> PnCounter.increment(draft.field(COUNTER), Long.MAX_VALUE));
      expected = expected.add(BigInteger.valueOf(Long.MAX_VALUE));
    }
    assertEquals(expected, PnCounter.value(a.field(COUNTER)));
    BigInteger most = BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);
    a.write(draft -> draft.field(COUNTER).put(CounterKeys.of(false, a.id), Value.of(most)));
    FieldDraft counter = a.draft().field(COUNTER);
    assertEquals(
        Reason.OVERFLOW,
        assertThrows(RejectedException.class, () -> PnCounter.increment(counter, 1)).reason());
    assertEquals(most, PnCounter.value(counter));
    b.write(draft -> PnCounter.increment(draft.field(COUNTER), Long.MAX_VALUE));
    b.state = b.state.join(a.state);
    assertEquals(most.add(BigInteger.valueOf(Long.MAX_VALUE)), PnCounter.value(b.field(COUNTER)));
  }

  @Test
  void aLogEntryStandsBehindAllThatItsWriterHadSeen() {
    EncodedChange far =
        a.writeAt(HybridTime.ofMillis(1_000_000), draft -> AppendLog.append(draft.field(LOG), X));
    b.receive(far);
    b.write(draft -> AppendLog.append(draft.field(LOG), Y));
    List<Value> entries = new java.util.ArrayList<>();
    AppendLog.forEach(b.field(LOG), atom -> entries.add(atom.payload()));
    assertEquals(List.of(X, Y), entries);
  }

  @Test
  void aChangeOfDropsAloneTakesOneDot() {
    add(a, X);
    EncodedChange removal = a.write(draft -> OrSet.remove(draft.field(SET), X));
    assertEquals(2, removal.last());
    assertEquals(2, a.state.frontier().counter(a.id));
    assertEquals(removal.change(), ChangeFormat.decode(removal.toByteArray()).change());
  }

  @Test
  void aSnapshotStaysAsItWas() {
    add(a, X);
    SpaceState snapshot = a.state;
    Digest digest = snapshot.digest();
    a.write(draft -> draft.field(SET).clear());
    assertEquals(digest, snapshot.digest());
    assertTrue(OrSet.contains(snapshot.field(SET), X));
    assertFalse(OrSet.contains(a.field(SET), X));
  }
}
