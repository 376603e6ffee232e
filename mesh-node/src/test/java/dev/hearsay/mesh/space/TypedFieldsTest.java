package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.Claim;
import dev.hearsay.mesh.ConfidenceRegister;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.FieldMap;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Flag;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.LogEntry;
import dev.hearsay.mesh.MvRegister;
import dev.hearsay.mesh.OrMap;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.Written;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each type shows after concurrent writes, through the API. */
class TypedFieldsTest {
  private final TwoWriters writers = new TwoWriters();
  private final Fields left = writers.left.fields;
  private final Fields right = writers.right.fields;

  @Test
  void anEnableWinsOverADisableThatDidNotSeeIt() {
    Flag flag = left.flag("ready");
    assertFalse(flag.isOn());
    flag.enable();
    writers.exchange();
    right.flag("ready").disable();
    flag.enable();
    writers.exchange();
    assertTrue(flag.isOn());
    assertTrue(right.flag("ready").isOn());
    right.flag("ready").disable();
    writers.exchange();
    assertFalse(flag.isOn());
  }

  @Test
  void concurrentWritesStandSideBySideUntilResolved() {
    MvRegister<String> plan = left.mvRegister("plan", String.class);
    plan.set("buy");
    right.mvRegister("plan", String.class).set("sell");
    writers.exchange();
    assertEquals(List.of("sell", "buy"), plan.values());
    assertEquals(List.of("right", "left"), plan.writes().stream().map(Written::author).toList());
    plan.set("hold");
    writers.exchange();
    assertEquals(List.of("hold"), right.mvRegister("plan", String.class).values());
    plan.clear();
    assertEquals(List.of(), plan.values());
  }

  @Test
  void theMostConfidentIsShownAndAWeakerOneRefused() {
    ConfidenceRegister<String> capital = left.confidenceRegister("capital", String.class);
    capital.set("Sydney", 0.4);
    HearsayException refusal =
        assertThrows(HearsayException.class, () -> transaction("capital", "Perth", 0.3));
    assertEquals(ErrorCode.OUTWEIGHED, refusal.code());
    assertTrue(refusal.code().isDefinite());
    assertEquals(Set.of(), left.orSet("seen", String.class).values());
    right.confidenceRegister("capital", String.class).set("Canberra", 0.9);
    capital.set("Melbourne", 0.5);
    writers.exchange();
    assertEquals(Optional.of("Canberra"), capital.get());
    assertEquals(
        List.of("Canberra", "Melbourne"), capital.claims().stream().map(Claim::value).toList());
    capital.set("Canberra!", 0.9);
    assertEquals(Optional.of("Canberra!"), capital.get());
    assertEquals(1, capital.claims().size());
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThrows(RejectedException.class, () -> capital.set("x", wrong));
    }
  }

  private void transaction(String register, String value, double confidence) {
    writers.left.transaction(
        tx -> {
          tx.orSet("seen", String.class).add(value);
          tx.confidenceRegister(register, String.class).set(value, confidence);
        });
  }

  @Test
  void losersOfARegisterAndOfAMapStayReadableWithTheirAuthors() {
    left.lwwRegister("r", Integer.class).set(1);
    right.lwwRegister("r", Integer.class).set(2);
    left.orMap("m", Integer.class).put("k", 1);
    right.orMap("m", Integer.class).put("k", 2);
    writers.exchange();
    assertEquals(
        List.of("right", "left"),
        left.lwwRegister("r", Integer.class).writes().stream().map(Written::author).toList());
    OrMap<Integer> map = left.orMap("m", Integer.class);
    assertEquals(Optional.of(2), map.get("k"));
    assertEquals(List.of(2, 1), map.writes("k").stream().map(Written::value).toList());
    assertEquals(List.of(), map.writes("other"));
  }

  /** Two sides of a cut wrote values of different classes; the later one is shown. */
  @Test
  void aRegisterOpensByWhatItShows() {
    writers.left.fields.lwwRegister("owner", Long.class).set(7L);
    writers.right.fields.lwwRegister("count", String.class).set("x");
    writers.right.fields.lwwRegister("owner", String.class).set("bob");
    writers.exchange();
    for (TwoWriters.Replica each : List.of(writers.left, writers.right)) {
      assertEquals(Optional.of("bob"), each.fields.lwwRegister("owner", String.class).get());
      HearsayException refusal =
          assertThrows(HearsayException.class, () -> each.fields.lwwRegister("owner", Long.class));
      assertEquals(ErrorCode.VALUE_TYPE_MISMATCH, refusal.code());
    }
  }

  @Test
  void rangesOfElementsAndKeysGoAndWhatWasNotSeenStays() {
    OrSet<Integer> numbers = left.orSet("numbers", Integer.class);
    numbers.addAll(List.of(1, 2, 3, 10, -5));
    OrMap<String> map = left.orMap("map", String.class);
    map.put("a/1", "x");
    map.put("a/2", "x");
    map.put("b/1", "x");
    writers.exchange();
    right.orSet("numbers", Integer.class).add(2);
    right.orMap("map", String.class).put("a/9", "new");
    numbers.removeRange(2, 10);
    map.removeRange("a/", "a0");
    assertEquals(Set.of(1, 10, -5), numbers.values());
    assertEquals(Set.of("b/1"), map.keys());
    writers.exchange();
    assertEquals(Set.of(1, 2, 10, -5), numbers.values());
    assertEquals(Set.of("a/9", "b/1"), map.keys());
    numbers.removeRange(null, 2);
    assertEquals(Set.of(2, 10), numbers.values());
    numbers.clear();
    map.clear();
    assertEquals(0, numbers.size() + map.size());
    assertThrows(IllegalArgumentException.class, () -> numbers.removeRange(3, 3));
  }

  @Test
  void logEntriesAreRemovedByNameAndLogsTrimmed() {
    AppendLog<String> log = left.appendLog("log", String.class);
    for (String entry : List.of("a", "b", "c", "d", "e")) {
      log.append(entry);
    }
    writers.exchange();
    AppendLog<String> other = right.appendLog("log", String.class);
    assertEquals(log.read(), other.read());
    LogEntry<String> second = other.read().get(1);
    assertEquals("left", second.author());
    other.append("unseen");
    other.remove(second.id());
    other.remove(second.id());
    log.keepLast(2);
    assertEquals(List.of("d", "e"), log.entries());
    writers.exchange();
    assertEquals(List.of("d", "e", "unseen"), log.entries());
    assertEquals(log.read(), other.read());
    log.trimBefore(log.read().get(1).time());
    assertEquals(List.of("e", "unseen"), log.entries());
    log.trimBefore(Instant.MIN);
    assertEquals(2, log.size());
    log.trimBefore(Instant.MAX);
    assertEquals(0, log.size());
    HearsayException refusal = assertThrows(HearsayException.class, () -> log.remove("no id"));
    assertEquals(ErrorCode.INVALID_NAME, refusal.code());
  }

  @Test
  void aDeletedFieldGivesItsNameFreeForAnyType() {
    left.pnCounter("x").increment(5);
    writers.exchange();
    right.pnCounter("x").increment(2);
    left.delete("x");
    assertEquals(List.of(), List.copyOf(writers.left.fieldKeys()));
    left.orSet("x", String.class).add("now a set");
    left.delete("nothing");
    assertEquals(3, writers.left.changes.size());
    writers.exchange();
    // The increment that the deletion had not seen lives on, beside the set.
    assertEquals(List.of("x"), writers.left.state.conflicts());
    assertEquals(2, new TypedPnCounter(field(writers.left, "x", FieldType.PN_COUNTER)).value());
    right.delete("x");
    writers.exchange();
    assertEquals(List.of(), List.copyOf(writers.left.fieldKeys()));
    assertEquals(writers.left.state.digest(), writers.right.state.digest());
  }

  private static TypedField<Value> field(TwoWriters.Replica replica, String name, FieldType type) {
    return new TypedField<>(
        replica, new FieldKey(name, type), dev.hearsay.crdt.value.ValueCodecs.of(Value.class));
  }

  @Test
  void aPrefixGoesWithAllItsFieldsAndHearsaysOwnStay() {
    left.orSet("task/1", String.class).add("a");
    left.pnCounter("task/2").increment(3);
    left.flag("other").enable();
    writers.left.edit(
        draft ->
            dev.hearsay.crdt.Flag.enable(
                draft.field(new FieldKey("hearsay/rules", FieldType.FLAG))));
    writers.exchange();
    right.orSet("task/1", String.class).add("unseen");
    left.deletePrefix("task/");
    writers.exchange();
    assertEquals(Set.of("unseen"), left.orSet("task/1", String.class).values());
    assertEquals(0, right.pnCounter("task/2").value());
    left.deletePrefix("");
    assertEquals(
        List.of(new FieldKey("hearsay/rules", FieldType.FLAG)),
        List.copyOf(writers.left.fieldKeys()));
  }

  @Test
  void aMapOfFieldsMergesEachAsItsTypeDoes() {
    FieldMap cart = left.fieldMap("cart");
    cart.pnCounter("apples").increment(2);
    cart.orSet("notes", String.class).add("ripe");
    cart.fieldMap("deep").flag("a/b%2F").enable();
    writers.exchange();
    FieldMap other = right.fieldMap("cart");
    assertEquals(Set.of("apples", "deep", "notes"), other.keys());
    assertEquals(Set.of("a/b%2F"), other.fieldMap("deep").keys());
    assertTrue(other.fieldMap("deep").flag("a/b%2F").isOn());
    other.pnCounter("apples").increment(1);
    other.orSet("notes", String.class).add("red");
    cart.remove("notes");
    cart.remove("deep");
    writers.exchange();
    assertEquals(3, cart.pnCounter("apples").value());
    assertEquals(Set.of("red"), cart.orSet("notes", String.class).values());
    assertEquals(Set.of("apples", "notes"), cart.keys());
    assertTrue(cart.containsKey("apples"));
    assertFalse(cart.containsKey("deep"));
    cart.clear();
    writers.exchange();
    assertEquals(Set.of(), other.keys());
    assertEquals(0, other.pnCounter("apples").value());
  }

  @Test
  void insideATransactionDeletionAndRenewalAreOneChange() {
    left.lwwRegister("x", String.class).set("old");
    left.orMap("x/more", String.class).put("k", "v");
    writers.left.transaction(
        tx -> {
          tx.deletePrefix("x");
          assertEquals(Optional.empty(), tx.lwwRegister("x", String.class).get());
          tx.flag("x").enable();
          tx.fieldMap("x").pnCounter("more").increment();
        });
    assertEquals(3, writers.left.changes.size());
    writers.exchange();
    assertTrue(right.flag("x").isOn());
    assertEquals(1, right.fieldMap("x").pnCounter("more").value());
    assertEquals(List.of(), writers.right.state.conflicts());
  }
}
