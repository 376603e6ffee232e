package dev.hearsay.sim.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.workload.HandMesh;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Judges of what clients read: each passes what is right and finds what is wrong. A wrong read is
 * made of a right one by showing the content of another time under its frontier.
 */
class ReadCheckersTest {
  private static final String SPACE = HandMesh.SPACE;

  private final HandMesh sets = new HandMesh(new SetReads(), 2);
  private final HandMesh counters = new HandMesh(new CounterReads(), 2);
  private final HandMesh registers = new HandMesh(new RegisterReads(), 2);
  private final HandMesh logs = new HandMesh(new LogReads(), 2);

  private static void write(HandMesh mesh, int node, Consumer<Transaction> body) {
    mesh.session("s" + node, node).write(SPACE, body);
  }

  private static Snapshot now(HandMesh mesh, int node) {
    return new StateSnapshot(mesh.node(node).state());
  }

  /** Reads what was there at another time or node, as if it were there now. */
  private static void readAs(HandMesh mesh, Snapshot content, Consumer<Fields> body) {
    mesh.node(0).readsAs(real -> HandMesh.forged(content, real));
    mesh.session("s0", 0).read(SPACE, body::accept);
    mesh.node(0).readsAs(real -> real);
  }

  private static void read(HandMesh mesh, int node, Consumer<Fields> body) {
    mesh.session("s" + node, node).read(SPACE, body::accept);
  }

  private static void assertFound(HandMesh mesh, String message) {
    assertTrue(mesh.found().contains(message), mesh::found);
    assertEquals(1, mesh.checker().violations().size(), mesh::found);
  }

  private static void assertRight(HandMesh mesh, long checks) {
    assertEquals(List.of(), mesh.checker().violations());
    assertTrue(mesh.checker().checks() >= checks, mesh.checker().checks() + " checks");
  }

  private static void all(Fields fields) {
    fields.orSet("set", String.class).values();
  }

  @Test
  void setsThatAreRightPass() {
    for (int round = 0; round < 20; round++) {
      String x = "x" + round;
      String last = "x" + (round - 1);
      int node = round % 2;
      write(sets, node, tx -> tx.orSet("set", String.class).add(x));
      write(sets, 1 - node, tx -> tx.orSet("set", String.class).add("hot"));
      write(sets, node, tx -> tx.orSet("set", String.class).remove("hot"));
      if (round % 3 == 0) {
        sets.spread();
        write(sets, node, tx -> tx.orSet("set", String.class).remove(last));
      }
      read(sets, 0, ReadCheckersTest::all);
      read(sets, 1, fields -> fields.orSet("set", String.class).contains(last));
      read(sets, 1, fields -> fields.orSet("set", String.class).size());
      if (round % 7 == 6) {
        write(sets, node, tx -> tx.orSet("set", String.class).clear());
        write(sets, node, tx -> tx.orSet("set", String.class).add("after"));
      }
    }
    write(sets, 0, tx -> tx.delete("set"));
    read(sets, 0, ReadCheckersTest::all);
    assertRight(sets, 61);
  }

  @Test
  void aLostElementIsFound() {
    Snapshot before = now(sets, 0);
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    readAs(sets, before, ReadCheckersTest::all);
    assertFound(sets, "Text[value=x] is lost");
  }

  @Test
  void anElementThatWasRemovedAndIsThereAgainIsFound() {
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    Snapshot before = now(sets, 0);
    write(sets, 0, tx -> tx.orSet("set", String.class).remove("x"));
    readAs(sets, before, ReadCheckersTest::all);
    assertFound(sets, "Text[value=x] is resurrected");
  }

  @Test
  void anElementThatAClearHadSeenAndThatIsThereAgainIsFound() {
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    Snapshot before = now(sets, 0);
    write(sets, 0, tx -> tx.orSet("set", String.class).clear());
    readAs(sets, before, ReadCheckersTest::all);
    assertFound(sets, "Text[value=x] is resurrected");
  }

  @Test
  void anElementThatNobodyAddedIsFound() {
    write(sets, 1, tx -> tx.orSet("set", String.class).add("x"));
    readAs(sets, now(sets, 1), ReadCheckersTest::all);
    assertFound(sets, "Text[value=x] comes from nowhere");
  }

  @Test
  void anAddThatARemoveHadNotSeenMustStay() {
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    sets.spread();
    write(sets, 1, tx -> tx.orSet("set", String.class).remove("x"));
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    Snapshot removed = now(sets, 1);
    sets.spread();
    read(sets, 0, ReadCheckersTest::all);
    assertRight(sets, 1);
    readAs(sets, removed, ReadCheckersTest::all);
    assertFound(sets, "is lost");
  }

  @Test
  void wrongAnswersToContainsAndSizeAreFound() {
    Snapshot before = now(sets, 0);
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    readAs(sets, before, fields -> fields.orSet("set", String.class).contains("x"));
    assertFound(sets, "is lost");
    readAs(sets, before, fields -> fields.orSet("set", String.class).size());
    assertTrue(sets.found().contains("size Int[value=0], not 1"), sets::found);
  }

  @Test
  void whatATransactionReadsIsJudgedToo() {
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    write(
        sets,
        0,
        tx -> {
          all(tx);
          tx.orSet("set", String.class).add("y");
          // Not judged: it holds the transaction's own writes.
          all(tx);
        });
    assertRight(sets, 1);
    assertEquals(1, sets.checker().checks());
  }

  @Test
  void aFieldThatWasChangedInAWayThatIsNotFollowedIsNotJudged() {
    write(sets, 0, tx -> tx.orSet("set", String.class).add("x"));
    Snapshot before = now(sets, 0);
    write(
        sets,
        0,
        tx -> {
          tx.orSet("set", String.class).add("y");
          tx.orSet("set", String.class).removeRange("a", "z");
        });
    readAs(sets, before, ReadCheckersTest::all);
    assertEquals(List.of(), sets.checker().violations());
    assertEquals(0, sets.checker().checks());
  }

  private static void value(Fields fields) {
    fields.pnCounter("count").value();
  }

  @Test
  void countersThatAreRightPass() {
    for (int round = 0; round < 20; round++) {
      int node = round % 2;
      int amount = round - 5;
      write(counters, node, tx -> tx.pnCounter("count").increment(amount));
      write(counters, 1 - node, tx -> tx.pnCounter("count").increment(1));
      if (round % 3 == 1) {
        write(counters, node, tx -> tx.pnCounter("count").reset());
      }
      if (round % 4 == 3) {
        counters.spread();
      }
      read(counters, 0, ReadCheckersTest::value);
      read(counters, 1, ReadCheckersTest::value);
    }
    assertRight(counters, 40);
  }

  @Test
  void anIncrementThatIsMissingOrCountedTwiceIsFound() {
    write(counters, 0, tx -> tx.pnCounter("count").increment(2));
    Snapshot before = now(counters, 0);
    write(counters, 0, tx -> tx.pnCounter("count").increment(3));
    readAs(counters, before, ReadCheckersTest::value);
    assertFound(counters, "it is Int[value=2], not 5");
  }

  @Test
  void anIncrementThatAResetHadNotSeenMustCount() {
    write(counters, 0, tx -> tx.pnCounter("count").increment(2));
    counters.spread();
    write(counters, 1, tx -> tx.pnCounter("count").reset());
    write(counters, 0, tx -> tx.pnCounter("count").increment(5));
    Snapshot reset = now(counters, 1);
    counters.spread();
    read(counters, 0, ReadCheckersTest::value);
    assertRight(counters, 1);
    readAs(counters, reset, ReadCheckersTest::value);
    assertFound(counters, "it is Int[value=0], not 5");
  }

  private static void look(Fields fields) {
    fields.lwwRegister("latest", String.class).get();
    fields.lwwRegister("latest", String.class).siblings();
    fields.mvRegister("siblings", String.class).values();
    fields.confidenceRegister("belief", String.class).get();
    fields.confidenceRegister("belief", String.class).claims();
    fields.flag("flag").isOn();
    fields.orMap("map", String.class).entries();
    fields.orMap("map", String.class).keys();
    fields.orMap("map", String.class).size();
    fields.orMap("map", String.class).get("k");
    fields.orMap("map", String.class).writes("k");
    fields.orMap("map", String.class).containsKey("k");
  }

  @Test
  void registersThatAreRightPass() {
    for (int round = 0; round < 20; round++) {
      int node = round % 2;
      String value = "v" + round;
      double confidence = round % 5 / 4.0;
      write(registers, node, tx -> tx.lwwRegister("latest", String.class).set(value));
      write(registers, 1 - node, tx -> tx.lwwRegister("latest", String.class).set(value + "b"));
      write(registers, node, tx -> tx.mvRegister("siblings", String.class).set(value));
      write(registers, 1 - node, tx -> tx.confidenceRegister("belief", String.class).clear());
      write(
          registers,
          node,
          tx -> tx.confidenceRegister("belief", String.class).set("w", confidence));
      write(registers, node, tx -> tx.flag("flag").enable());
      write(registers, 1 - node, tx -> tx.flag("flag").disable());
      write(registers, node, tx -> tx.orMap("map", String.class).put("k", value));
      write(registers, 1 - node, tx -> tx.orMap("map", String.class).put("k" + node, value));
      if (round % 3 == 0) {
        registers.spread();
        write(registers, node, tx -> tx.mvRegister("siblings", String.class).clear());
        write(registers, 1 - node, tx -> tx.orMap("map", String.class).remove("k"));
      }
      if (round % 8 == 7) {
        write(registers, node, tx -> tx.orMap("map", String.class).clear());
      }
      read(registers, 0, ReadCheckersTest::look);
      read(registers, 1, ReadCheckersTest::look);
    }
    assertRight(registers, 12 * 40);
  }

  private void assertOldIsFound(Consumer<Transaction> change, Consumer<Fields> body, String what) {
    Snapshot before = now(registers, 0);
    write(registers, 0, change);
    readAs(registers, before, body);
    assertFound(registers, what);
  }

  @Test
  void anOldValueOfARegisterIsFound() {
    write(registers, 0, tx -> tx.lwwRegister("r", String.class).set("old"));
    assertOldIsFound(
        tx -> tx.lwwRegister("r", String.class).set("new"),
        fields -> fields.lwwRegister("r", String.class).get(),
        "it is Text[value=old], not Text[value=new]");
  }

  @Test
  void aSiblingThatVanishedIsFound() {
    write(registers, 0, tx -> tx.mvRegister("r", String.class).set("mine"));
    write(registers, 1, tx -> tx.mvRegister("r", String.class).set("yours"));
    Snapshot alone = now(registers, 0);
    registers.spread();
    read(registers, 0, fields -> fields.mvRegister("r", String.class).values());
    assertRight(registers, 1);
    readAs(registers, alone, fields -> fields.mvRegister("r", String.class).values());
    assertFound(registers, "Text[value=yours]");
  }

  @Test
  void aWeakerClaimBeforeAStrongerIsFound() {
    write(registers, 0, tx -> tx.confidenceRegister("r", String.class).set("weak", 0.25));
    assertOldIsFound(
        tx -> tx.confidenceRegister("r", String.class).set("strong", 0.75),
        fields -> fields.confidenceRegister("r", String.class).get(),
        "it is Text[value=weak], not Text[value=strong]");
  }

  @Test
  void aFlagThatStaysOffIsFound() {
    assertOldIsFound(
        tx -> tx.flag("f").enable(), fields -> fields.flag("f").isOn(), "the flag is Bool");
  }

  @Test
  void aKeyThatIsLostOrResurrectedOrOldIsFound() {
    write(registers, 0, tx -> tx.orMap("m", String.class).put("k", "old"));
    assertOldIsFound(
        tx -> tx.orMap("m", String.class).put("k", "new"),
        fields -> fields.orMap("m", String.class).entries(),
        "the value of k is Text[value=old], not Text[value=new]");
    Snapshot before = now(registers, 0);
    write(registers, 0, tx -> tx.orMap("m", String.class).remove("k"));
    readAs(registers, before, fields -> fields.orMap("m", String.class).entries());
    assertTrue(registers.found().contains("it has 1 keys, not 0"), registers::found);
    Snapshot without = now(registers, 0);
    write(registers, 0, tx -> tx.orMap("m", String.class).put("l", "x"));
    readAs(registers, without, fields -> fields.orMap("m", String.class).containsKey("l"));
    assertTrue(registers.found().contains("the value of Text[value=l] is"), registers::found);
  }

  private static void entries(Fields fields) {
    fields.appendLog("log", String.class).entries();
  }

  @Test
  void logsThatAreRightPass() {
    for (int round = 0; round < 20; round++) {
      int node = round % 2;
      String entry = "e" + round;
      write(
          logs,
          node,
          tx -> {
            tx.appendLog("log", String.class).append(entry);
            tx.appendLog("log", String.class).append(entry + "'");
          });
      write(logs, 1 - node, tx -> tx.appendLog("log", String.class).append(entry + "''"));
      if (round % 3 == 0) {
        logs.spread();
      }
      read(logs, 0, ReadCheckersTest::entries);
      read(logs, 1, fields -> fields.appendLog("log", String.class).last(3));
      read(logs, 1, fields -> fields.appendLog("log", String.class).size());
    }
    assertRight(logs, 60);
  }

  @Test
  void anEntryThatIsLostIsFound() {
    Snapshot before = now(logs, 0);
    write(logs, 0, tx -> tx.appendLog("log", String.class).append("x"));
    readAs(logs, before, ReadCheckersTest::entries);
    assertFound(logs, "shows 0 entries, not 1");
  }

  @Test
  void anEntryFromNowhereIsFound() {
    write(logs, 1, tx -> tx.appendLog("log", String.class).append("x"));
    readAs(logs, now(logs, 1), ReadCheckersTest::entries);
    assertFound(logs, "comes from nowhere");
  }

  @Test
  void entriesInTheWrongOrderAreFound() {
    // Another mesh, in which the same entries were written the other way round.
    HandMesh other = new HandMesh(new LogReads(), 1);
    write(other, 0, tx -> tx.appendLog("log", String.class).append("second"));
    write(other, 0, tx -> tx.appendLog("log", String.class).append("first"));
    write(logs, 0, tx -> tx.appendLog("log", String.class).append("first"));
    write(logs, 0, tx -> tx.appendLog("log", String.class).append("second"));
    readAs(logs, now(other, 0), ReadCheckersTest::entries);
    assertFound(logs, "Text[value=first] stands in the wrong place");
  }

  @Test
  void anEntryThatIsThereTwiceIsFound() {
    HandMesh other = new HandMesh(new LogReads(), 1);
    write(other, 0, tx -> tx.appendLog("log", String.class).append("x"));
    write(other, 0, tx -> tx.appendLog("log", String.class).append("x"));
    write(logs, 0, tx -> tx.appendLog("log", String.class).append("x"));
    write(logs, 0, tx -> tx.appendLog("log", String.class).append("y"));
    readAs(logs, now(other, 0), ReadCheckersTest::entries);
    assertFound(logs, "Text[value=x] is there more than once");
  }
}
