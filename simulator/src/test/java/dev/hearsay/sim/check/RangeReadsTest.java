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

/** Reads of what ranges, names and prefixes were dropped of: right ones pass, wrong ones do not. */
class RangeReadsTest {
  private static final String SPACE = HandMesh.SPACE;

  private static void write(HandMesh mesh, int node, Consumer<Transaction> body) {
    mesh.session("s" + node, node).write(SPACE, body);
  }

  private static void put(HandMesh mesh, int node, String key) {
    String entry = key + " at " + mesh.nanos();
    write(
        mesh,
        node,
        tx -> {
          tx.orSet("set", String.class).add(key);
          tx.orMap("map", String.class).put(key, "of " + key);
          tx.appendLog("log", String.class).append(entry);
          tx.pnCounter("draft-count").increment(1);
          tx.fieldMap("plans").orSet("a", String.class).add(key);
          tx.fieldMap("plans").fieldMap("a").orSet("b", String.class).add(key);
        });
  }

  private static void all(Fields fields) {
    fields.orSet("set", String.class).values();
    fields.orMap("map", String.class).entries();
    fields.appendLog("log", String.class).entries();
    fields.appendLog("log", String.class).size();
    fields.pnCounter("draft-count").value();
    fields.fieldMap("plans").orSet("a", String.class).values();
    fields.fieldMap("plans").fieldMap("a").orSet("b", String.class).values();
  }

  private static void drop(HandMesh mesh, int node, int which) {
    write(
        mesh,
        node,
        tx -> {
          switch (which) {
            case 0 -> tx.orSet("set", String.class).removeRange("b", "d");
            case 1 -> tx.orMap("map", String.class).removeRange(null, "c");
            case 2 -> tx.appendLog("log", String.class).keepLast(1);
            case 3 -> {
              var log = tx.appendLog("log", String.class);
              log.trimBefore(log.read().get(log.size() - 1).time());
            }
            case 4 -> tx.delete(node == 0 ? "set" : "log");
            case 5 -> tx.deletePrefix("draft-");
            case 6 -> tx.fieldMap("plans").remove("a");
            default -> tx.fieldMap("plans").clear();
          }
        });
  }

  @Test
  void readsThatAreRightPass() {
    for (Checker checker :
        List.of(new SetReads(), new RegisterReads(), new LogReads(), new CounterReads())) {
      HandMesh mesh = new HandMesh(checker, 2);
      for (int round = 0; round < 16; round++) {
        for (String key : List.of("a", "b", "c", "d")) {
          put(mesh, round % 2, key + round);
        }
        drop(mesh, round % 2, round / 2);
        put(mesh, 1 - round % 2, "b");
        mesh.session("r", 0).read(SPACE, RangeReadsTest::all);
        mesh.session("r", 1).read(SPACE, RangeReadsTest::all);
        if (round % 3 > 0) {
          mesh.spread();
        }
      }
      mesh.spread();
      mesh.session("r", 0).read(SPACE, RangeReadsTest::all);
      assertEquals(List.of(), checker.violations(), checker::name);
      assertTrue(checker.checks() > 30, () -> checker.name() + " looked " + checker.checks());
    }
  }

  /** What is dropped shows, and what the drop had not seen does not. */
  private static void assertFound(Checker checker, int which, String back, String lost) {
    HandMesh mesh = new HandMesh(checker, 2);
    put(mesh, 0, "b");
    put(mesh, 0, "e");
    Snapshot before = new StateSnapshot(mesh.node(0).state());
    drop(mesh, 0, which);
    mesh.node(0).readsAs(real -> HandMesh.forged(before, real));
    mesh.session("r", 0).read(SPACE, RangeReadsTest::all);
    assertTrue(mesh.found().contains(back), mesh::found);
    mesh.node(0).readsAs(real -> real);
    int found = checker.violations().size();

    // What another writes at the same time stays, and is missed.
    Snapshot after = new StateSnapshot(mesh.node(0).state());
    put(mesh, 1, "b");
    mesh.node(0).take(mesh.node(0).latest());
    mesh.session("r", 0).read(SPACE, RangeReadsTest::all);
    assertEquals(found, checker.violations().size(), mesh::found);
    mesh.node(0).readsAs(real -> HandMesh.forged(after, real));
    mesh.session("r", 0).read(SPACE, RangeReadsTest::all);
    assertTrue(mesh.found().substring(1).contains(lost), mesh::found);
    assertTrue(checker.violations().size() > found, mesh::found);
  }

  @Test
  void whatARangeDroppedOrMustNotHaveDroppedIsFound() {
    assertFound(new SetReads(), 0, "Text[value=b] is resurrected", "Text[value=b] is lost");
    assertFound(new RegisterReads(), 1, "it has 2 keys, not 1", "it has 1 keys, not 2");
    assertFound(new LogReads(), 2, "is resurrected", "it shows 1 entries, not 2");
  }

  @Test
  void whatADeletionDroppedOrMustNotHaveDroppedIsFound() {
    assertFound(new SetReads(), 4, "is resurrected", "Text[value=b] is lost");
    assertFound(new CounterReads(), 5, "it is Int[value=2], not 0", "it is Int[value=0], not 1");
    assertFound(new SetReads(), 6, "read 'plans/a' of", "Text[value=b] is lost");
    assertFound(new SetReads(), 7, "read 'plans/a/b' of", "Text[value=b] is lost");
  }
}
