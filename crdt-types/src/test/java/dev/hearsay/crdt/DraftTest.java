package dev.hearsay.crdt;

import static dev.hearsay.crdt.Replica.COUNTER;
import static dev.hearsay.crdt.Replica.LOG;
import static dev.hearsay.crdt.Replica.MAP;
import static dev.hearsay.crdt.Replica.REGISTER;
import static dev.hearsay.crdt.Replica.SET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A transaction sees its own writes, and becomes one change that does the least. */
class DraftTest {
  private static final Value X = Value.of("x");
  private static final Value Y = Value.of("y");

  private final Replica a = new Replica(1);

  private static List<Value> entries(FieldView log) {
    List<Value> entries = new ArrayList<>();
    AppendLog.forEach(log, atom -> entries.add(atom.payload()));
    return entries;
  }

  @Test
  void aSetReadsItsOwnWrites() {
    a.write(draft -> OrSet.add(draft.field(SET), X));
    FieldDraft set = a.draft().field(SET);
    assertTrue(OrSet.contains(set, X));
    assertTrue(OrSet.remove(set, X));
    assertFalse(OrSet.contains(set, X));
    assertFalse(OrSet.remove(set, X));
    OrSet.add(set, Y);
    assertTrue(OrSet.contains(set, Y));
    assertEquals(1, set.size());
    assertEquals(Y, set.first().orElseThrow().key());
    assertTrue(set.clear());
    assertFalse(set.clear());
    assertEquals(0, set.size());
    assertEquals(Optional.empty(), set.first());
  }

  @Test
  void firstNeverShowsWhatTheTransactionDropped() {
    a.write(
        draft -> {
          OrSet.add(draft.field(SET), X);
          OrSet.add(draft.field(SET), Y);
        });
    FieldDraft set = a.draft().field(SET);
    OrSet.remove(set, X);
    assertEquals(Y, set.first().orElseThrow().key());
    OrSet.remove(set, Y);
    assertEquals(Optional.empty(), set.first());
  }

  @Test
  void aCounterReadsItsOwnWrites() {
    a.write(draft -> PnCounter.increment(draft.field(COUNTER), 5));
    FieldDraft counter = a.draft().field(COUNTER);
    PnCounter.increment(counter, 2);
    PnCounter.increment(counter, -10);
    assertEquals(BigInteger.valueOf(-3), PnCounter.value(counter));
    assertTrue(PnCounter.reset(counter));
    assertEquals(BigInteger.ZERO, PnCounter.value(counter));
  }

  @Test
  void aRegisterReadsItsOwnWrites() {
    FieldDraft register = a.draft().field(REGISTER);
    assertEquals(Optional.empty(), LwwRegister.get(register));
    LwwRegister.set(register, X);
    LwwRegister.set(register, Y);
    assertEquals(Optional.of(Y), LwwRegister.get(register));
    assertEquals(1, LwwRegister.siblings(register).size());
    assertTrue(LwwRegister.clear(register));
    assertEquals(Optional.empty(), LwwRegister.get(register));
  }

  @Test
  void aMapReadsItsOwnWrites() {
    a.write(draft -> OrMap.put(draft.field(MAP), "k", X));
    FieldDraft map = a.draft().field(MAP);
    OrMap.put(map, "k", Y);
    assertEquals(Optional.of(Y), OrMap.get(map, "k"));
    assertEquals(1, map.size());
    assertTrue(OrMap.remove(map, "k"));
    assertEquals(Optional.empty(), OrMap.get(map, "k"));
    assertEquals(0, map.size());
  }

  @Test
  void aLogReadsItsOwnWritesInOrder() {
    a.write(draft -> AppendLog.append(draft.field(LOG), X));
    FieldDraft log = a.draft().field(LOG);
    AppendLog.append(log, Y);
    AppendLog.append(log, X);
    assertEquals(List.of(X, Y, X), entries(log));
  }

  @Test
  void entriesOfOneChangeKeepTheirOrderAndStayTogether() {
    Replica b = new Replica(2);
    EncodedChange one =
        a.write(
            draft -> {
              AppendLog.append(draft.field(LOG), Value.of(1));
              OrSet.add(draft.field(SET), X);
              AppendLog.append(draft.field(LOG), Value.of(2));
            });
    EncodedChange two =
        b.write(
            draft -> {
              AppendLog.append(draft.field(LOG), Value.of(3));
              AppendLog.append(draft.field(LOG), Value.of(4));
            });
    a.receive(two);
    b.receive(one);
    List<Value> order = List.of(Value.of(1), Value.of(2), Value.of(3), Value.of(4));
    assertEquals(order, entries(a.field(LOG)));
    assertEquals(order, entries(b.field(LOG)));
  }

  @Test
  void addingAndRemovingWhatWasNotThereDoesNothing() {
    Draft draft = a.draft();
    OrSet.add(draft.field(SET), X);
    assertFalse(draft.isEmpty());
    OrSet.remove(draft.field(SET), X);
    assertTrue(draft.isEmpty());
    assertThrows(IllegalStateException.class, draft::toChange);
  }

  @Test
  void addingAndRemovingWhatWasThereRemovesIt() {
    a.write(draft -> OrSet.add(draft.field(SET), X));
    EncodedChange change =
        a.write(
            draft -> {
              OrSet.add(draft.field(SET), X);
              OrSet.remove(draft.field(SET), X);
            });
    assertEquals(1, change.change().dots());
    assertEquals(0, a.state.fieldCount());
  }

  @Test
  void clearThenAddLeavesTheAdded() {
    a.write(draft -> OrSet.add(draft.field(SET), X));
    EncodedChange change =
        a.write(
            draft -> {
              draft.field(SET).clear();
              OrSet.add(draft.field(SET), X);
              OrSet.add(draft.field(SET), Y);
            });
    FieldDelta delta = change.change().fields().get(0);
    assertTrue(delta.clears());
    assertTrue(delta.entries().stream().allMatch(entry -> entry.drops().isEmpty()));
    assertEquals(2, a.field(SET).size());
  }

  @Test
  void aClearOfWhatOnlyTheTransactionAddedDoesNothing() {
    Draft draft = a.draft();
    OrSet.add(draft.field(SET), X);
    assertTrue(draft.field(SET).clear());
    assertTrue(draft.isEmpty());
  }

  @Test
  void incrementResetIncrementCountsWhatFollowsTheReset() {
    a.write(draft -> PnCounter.increment(draft.field(COUNTER), 100));
    a.write(
        draft -> {
          PnCounter.increment(draft.field(COUNTER), 7);
          PnCounter.reset(draft.field(COUNTER));
          PnCounter.increment(draft.field(COUNTER), 3);
          assertEquals(BigInteger.valueOf(3), PnCounter.value(draft.field(COUNTER)));
        });
    assertEquals(BigInteger.valueOf(3), PnCounter.value(a.field(COUNTER)));
    a.write(draft -> PnCounter.reset(draft.field(COUNTER)));
    assertEquals(BigInteger.ZERO, PnCounter.value(a.field(COUNTER)));
  }

  @Test
  void aCounterIsNeverCleared() {
    assertThrows(IllegalArgumentException.class, () -> a.draft().field(COUNTER).clear());
  }

  @Test
  void aNameInUseUnderAnotherTypeIsRefused() {
    a.write(draft -> OrSet.add(draft.field(SET), X));
    FieldKey other = new FieldKey("set", FieldType.OR_MAP);
    Draft draft = a.draft();
    assertEquals(
        RejectedException.Reason.TYPE_CONFLICT,
        assertThrows(RejectedException.class, () -> draft.field(other)).reason());
  }

  @Test
  void oneTransactionNeverGivesANameTwoTypes() {
    FieldKey other = new FieldKey("set", FieldType.OR_MAP);
    Draft draft = a.draft();
    FieldDraft asMap = draft.field(other);
    FieldDraft asSet = draft.field(SET);
    OrSet.add(asSet, X);
    assertThrows(RejectedException.class, () -> OrMap.put(asMap, "k", X));
  }

  @Test
  void bothTypesOfANameAreOpenIfACutMadeBoth() {
    FieldKey other = new FieldKey("set", FieldType.OR_MAP);
    Replica b = new Replica(2);
    EncodedChange theirs = b.write(draft -> OrMap.put(draft.field(other), "k", X));
    a.write(draft -> OrSet.add(draft.field(SET), X));
    a.receive(theirs);
    assertEquals(List.of("set"), a.state.conflicts());
    a.write(
        draft -> {
          OrMap.remove(draft.field(other), "k");
          OrSet.add(draft.field(SET), Y);
        });
    assertEquals(List.of(), a.state.conflicts());
  }

  @Test
  void anEndedTransactionRefusesUse() {
    Draft draft = a.draft();
    FieldDraft set = draft.field(SET);
    OrSet.add(set, X);
    draft.toChange();
    assertThrows(IllegalStateException.class, () -> OrSet.add(set, Y));
    assertThrows(IllegalStateException.class, () -> OrSet.remove(set, X));
    assertThrows(IllegalStateException.class, set::clear);
    assertThrows(IllegalStateException.class, () -> draft.field(MAP));
  }

  @Test
  void aTimeThatTheStateHasSeenIsRefused() {
    a.write(draft -> OrSet.add(draft.field(SET), X));
    assertThrows(
        IllegalArgumentException.class, () -> new Draft(a.state, a.id, a.state.latest(), "agent"));
  }

  @Test
  void namesThatUtf8CannotHoldOrThatAreTooLongAreRefused() {
    assertThrows(RejectedException.class, () -> new FieldKey("\ud800", FieldType.OR_SET));
    assertThrows(RejectedException.class, () -> new FieldKey("", FieldType.OR_SET));
    assertThrows(RejectedException.class, () -> new FieldKey("é".repeat(129), FieldType.OR_SET));
    assertEquals(128, new FieldKey("é".repeat(128), FieldType.OR_SET).name().length());
    for (String author : List.of("\ud800", "é".repeat(129))) {
      Draft draft = new Draft(SpaceState.EMPTY, a.id, HybridTime.ofMillis(1), author);
      OrSet.add(draft.field(SET), X);
      assertThrows(RejectedException.class, draft::toChange);
    }
  }

  @Test
  void aChangeNamesOnlyWhatAdvanced() {
    Replica b = new Replica(2);
    a.receive(b.write(draft -> OrSet.add(draft.field(SET), X)));
    EncodedChange first = a.write(draft -> OrSet.add(draft.field(SET), Y));
    EncodedChange second = a.write(draft -> OrSet.remove(draft.field(SET), X));
    assertEquals(1, first.change().advances().counter(b.id));
    assertTrue(second.change().advances().isEmpty());
    assertEquals(first.hash(), second.change().previousHash());
  }

  /** Its hash would go as deep, and the stack with it. */
  @Test
  void anElementNestedTooDeepIsRefused() {
    Value deep = X;
    for (int i = 0; i < 200_000; i++) {
      deep = i % 2 == 0 ? Value.of(List.of(deep)) : Value.of(Map.of("k", deep));
    }
    Value element = deep;
    a.write(draft -> OrSet.add(draft.field(SET), X));
    FieldDraft set = a.draft().field(SET);
    for (Runnable use :
        List.<Runnable>of(
            () -> OrSet.add(set, element),
            () -> OrSet.remove(set, element),
            () -> OrSet.removeRange(set, element, null),
            () -> OrSet.contains(a.field(SET), element))) {
      assertRefused(Reason.LIMIT_EXCEEDED, use);
    }
  }

  /** A count that was only dropped would come back with its owner's next increment. */
  @Test
  void aCounterIsResetNeverDropped() {
    a.write(draft -> PnCounter.increment(draft.field(COUNTER), 5));
    FieldDraft counter = a.draft().field(COUNTER);
    Key count = CounterKeys.of(false, a.id);
    assertThrows(IllegalArgumentException.class, () -> counter.drop(count));
    Entry drop = new Entry(count, null, List.of(new Dot(a.id, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> new FieldDelta(COUNTER, List.of(), List.of(drop)));
  }

  @Test
  void aReplicaWithoutDotsLeftIsRefusedAndMayWriteAsAnother() {
    for (long used : new long[] {Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
      ReplicaHead head = new ReplicaHead(used, VersionVector.EMPTY, 7);
      a.state =
          SpaceState.EMPTY.join(
              new StateDiff(
                  VersionVector.EMPTY,
                  new TreeMap<>(Map.of(a.id, head)),
                  HybridTime.ofMillis(1),
                  List.of(),
                  DotSet.EMPTY));
      Draft two = a.draft();
      OrSet.add(two.field(SET), X);
      OrSet.add(two.field(SET), Y);
      assertRefused(Reason.OVERFLOW, two::toChange);
    }
    Replica b = new Replica(2);
    b.state = a.state;
    b.write(draft -> OrSet.add(draft.field(SET), X));
    assertEquals(1, b.field(SET).size());
  }

  private static void assertRefused(Reason reason, Runnable use) {
    assertEquals(reason, assertThrows(RejectedException.class, use::run).reason());
  }
}
