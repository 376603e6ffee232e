package dev.hearsay.crdt;

import static dev.hearsay.crdt.Replica.COUNTER;
import static dev.hearsay.crdt.Replica.LOG;
import static dev.hearsay.crdt.Replica.MAP;
import static dev.hearsay.crdt.Replica.SET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.RejectedException.Reason;
import dev.hearsay.crdt.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ranges, deletion and reset: what a transaction reads afterwards, and what its change says. */
class DeletionTest {
  private static final Value X = Value.of("x");
  private static final Value Y = Value.of("y");
  private static final Value Z = Value.of("z");
  private static final FieldKey SET_AS_MAP = new FieldKey("set", FieldType.OR_MAP);
  private static final FieldKey SET_AS_COUNTER = new FieldKey("set", FieldType.PN_COUNTER);

  private final Replica a = new Replica(1);
  private final Replica b = new Replica(2);

  private static List<Value> entries(FieldView log) {
    List<Value> entries = new ArrayList<>();
    AppendLog.forEach(log, atom -> entries.add(atom.payload()));
    return entries;
  }

  private void addXyz() {
    a.write(draft -> List.of(X, Y, Z).forEach(value -> OrSet.add(draft.field(SET), value)));
  }

  @Test
  void aRangeHidesWhatWasSeenAndNotWhatFollows() {
    addXyz();
    Draft draft = a.draft();
    FieldDraft set = draft.field(SET);
    OrSet.remove(set, X);
    assertTrue(OrSet.removeRange(set, X, Z));
    assertFalse(OrSet.removeRange(set, X, Z));
    assertEquals(1, set.size());
    assertEquals(Z, set.first().orElseThrow().key());
    OrSet.add(set, Y);
    assertEquals(2, set.size());
    assertTrue(OrSet.contains(set, Y));
    assertTrue(OrSet.removeRange(set, Y, Z));
    assertFalse(OrSet.contains(set, Y));
    assertTrue(set.clear());
    assertFalse(set.clear());
    assertEquals(Optional.empty(), set.first());
  }

  @Test
  void aRangeOfWhatWasRemovedAlreadyIsNothing() {
    addXyz();
    FieldDraft set = a.draft().field(SET);
    OrSet.remove(set, X);
    assertFalse(OrSet.removeRange(set, null, Y));
  }

  @Test
  void aDeletedNameMayTakeAnotherTypeInTheSameTransaction() {
    addXyz();
    a.write(
        draft -> {
          assertTrue(draft.delete("set"));
          assertFalse(draft.delete("set"));
          OrMap.put(draft.field(SET_AS_MAP), "k", X);
        });
    assertEquals(List.of(SET_AS_MAP), a.state.fieldKeys());
    assertEquals(List.of(), a.state.conflicts());
  }

  @Test
  void aNameThatWasEmptiedAndTakenIsNotGivenBack() {
    a.write(draft -> OrSet.add(draft.field(SET), X));
    Draft draft = a.draft();
    FieldDraft set = draft.field(SET);
    OrSet.remove(set, X);
    OrMap.put(draft.field(SET_AS_MAP), "k", X);
    assertEquals(
        Reason.TYPE_CONFLICT,
        assertThrows(RejectedException.class, () -> OrSet.add(set, Y)).reason());
  }

  @Test
  void aCounterThatWasResetAndItsNameTakenIsNotGivenBack() {
    FieldKey asSet = new FieldKey("counter", FieldType.OR_SET);
    a.write(draft -> PnCounter.increment(draft.field(COUNTER), 1));
    Draft draft = a.draft();
    FieldDraft counter = draft.field(COUNTER);
    PnCounter.reset(counter);
    OrSet.add(draft.field(asSet), X);
    assertThrows(RejectedException.class, () -> PnCounter.increment(counter, 1));
  }

  @Test
  void twoTypesFromACutMayBothBeEmptiedAndFilled() {
    a.write(draft -> OrSet.add(draft.field(SET), X));
    a.receive(b.write(draft -> OrMap.put(draft.field(SET_AS_MAP), "k", X)));
    a.write(
        draft -> {
          draft.field(SET).clear();
          OrSet.add(draft.field(SET), Y);
        });
    assertEquals(List.of("set"), a.state.conflicts());
    a.write(draft -> assertTrue(draft.delete("set")));
    assertEquals(0, a.state.fieldCount());
  }

  @Test
  void keepLastCountsTheTransactionsOwnEntries() {
    a.write(draft -> List.of(X, Y, Z).forEach(entry -> AppendLog.append(draft.field(LOG), entry)));
    a.write(
        draft -> {
          FieldDraft log = draft.field(LOG);
          AppendLog.append(log, X);
          AppendLog.append(log, Y);
          assertTrue(AppendLog.keepLast(log, 3));
          assertFalse(AppendLog.keepLast(log, 3));
          assertEquals(List.of(Z, X, Y), entries(log));
          assertTrue(AppendLog.keepLast(log, 1));
          AppendLog.append(log, Z);
          assertEquals(List.of(Y, Z), entries(log));
          assertEquals(2, log.size());
        });
    assertEquals(List.of(Y, Z), entries(a.field(LOG)));
  }

  @Test
  void trimBeforeAnyTimeLeavesWhatCanBeRead() {
    a.write(draft -> AppendLog.append(draft.field(LOG), X));
    HybridTime first = a.state.latest();
    a.write(draft -> AppendLog.append(draft.field(LOG), Y));
    a.write(draft -> AppendLog.trimBefore(draft.field(LOG), first.next()));
    assertEquals(List.of(Y), entries(a.field(LOG)));
    EncodedChange all =
        a.write(draft -> AppendLog.trimBefore(draft.field(LOG), new HybridTime(Long.MAX_VALUE)));
    assertEquals(all.change(), ChangeFormat.decode(all.toByteArray()).change());
    assertEquals(List.of(), entries(a.field(LOG)));
  }

  @Test
  void aPrefixNamesItselfOnceAndItsFieldsNever() {
    FieldKey one = new FieldKey("p/one", FieldType.OR_SET);
    FieldKey two = new FieldKey("p/two", FieldType.FLAG);
    FieldKey count = new FieldKey("p/count", FieldType.PN_COUNTER);
    a.write(
        draft -> {
          OrSet.add(draft.field(one), X);
          Flag.enable(draft.field(two));
          PnCounter.increment(draft.field(count), 5);
          OrSet.add(draft.field(SET), X);
        });
    EncodedChange change =
        a.write(
            draft -> {
              assertTrue(draft.deletePrefix("p/o"));
              assertTrue(draft.deletePrefix("p/"));
              assertFalse(draft.deletePrefix("p/"));
              assertFalse(OrSet.contains(draft.field(one), X));
              assertEquals(0, draft.field(one).size());
              assertFalse(Flag.isOn(draft.field(two)));
              OrSet.add(draft.field(one), Y);
            });
    assertEquals(List.of("p/"), change.change().prefixes());
    assertTrue(OrSet.contains(a.field(one), Y));
    assertEquals(1, a.field(one).size());
    assertFalse(Flag.isOn(a.field(two)));
    assertEquals(BigInteger.ZERO, PnCounter.value(a.field(count)));
    assertTrue(OrSet.contains(a.field(SET), X));
  }

  @Test
  void nothingToDeleteIsNoChange() {
    a.write(draft -> PnCounter.increment(draft.field(COUNTER), 5));
    a.write(draft -> assertTrue(draft.delete("counter")));
    Draft draft = a.draft();
    assertFalse(draft.delete("counter"));
    assertFalse(draft.delete("nothing"));
    assertFalse(draft.deletePrefix(""));
    assertFalse(AppendLog.keepLast(draft.field(LOG), 0));
    assertFalse(OrMap.removeRange(draft.field(MAP), null, null));
    assertTrue(draft.isEmpty());
  }

  @Test
  void aResetCounterGivesItsNameFreeAndACountTakesItBack() {
    FieldKey count = SET_AS_COUNTER;
    b.receive(a.write(draft -> PnCounter.increment(draft.field(count), 5)));
    EncodedChange more = b.write(draft -> PnCounter.increment(draft.field(count), 3));
    assertEquals(FieldType.PN_COUNTER, a.state.otherTypeOf(new FieldKey("set", FieldType.OR_SET)));
    a.write(draft -> assertTrue(PnCounter.reset(draft.field(count))));
    assertTrue(PnCounter.isReset(a.field(count)));
    assertFalse(a.field(count).isInUse());
    assertNull(a.state.otherTypeOf(new FieldKey("set", FieldType.OR_SET)));
    a.write(draft -> OrSet.add(draft.field(SET), X));
    assertEquals(List.of(), a.state.conflicts());
    a.receive(more);
    assertEquals(List.of("set"), a.state.conflicts());
    assertEquals(BigInteger.valueOf(3), PnCounter.value(a.field(count)));
    assertNull(a.state.otherTypeOf(new FieldKey("set", FieldType.OR_SET)));
  }

  @Test
  void aResetWritesOnlyWhereSomebodyCountedSince() {
    b.receive(a.write(draft -> PnCounter.increment(draft.field(COUNTER), 5)));
    a.receive(b.write(draft -> PnCounter.increment(draft.field(COUNTER), 2)));
    EncodedChange both = a.write(draft -> PnCounter.reset(draft.field(COUNTER)));
    assertEquals(2, both.change().dots());
    assertFalse(PnCounter.reset(a.draft().field(COUNTER)));
    a.write(draft -> PnCounter.increment(draft.field(COUNTER), 1));
    EncodedChange one = a.write(draft -> PnCounter.reset(draft.field(COUNTER)));
    assertEquals(1, one.change().dots());
    assertEquals(BigInteger.ZERO, PnCounter.value(a.field(COUNTER)));
  }
}
