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

/** What was acknowledged is asked for in the final reads, and nothing else is believed. */
class AcknowledgedEffectsTest {
  private static final String SPACE = HandMesh.SPACE;

  private final HandMesh mesh = new HandMesh(new AcknowledgedEffects(), 2);
  private final Snapshot nothing = new StateSnapshot(mesh.node(0).state());

  private void write(int node, Consumer<Transaction> body) {
    mesh.session("s" + node, node).write(SPACE, body);
  }

  private void add(int node, String element) {
    write(node, tx -> tx.orSet("set", String.class).add(element));
  }

  private void read(int node) {
    mesh.session("r" + node, node).read(SPACE, AcknowledgedEffectsTest::all);
  }

  private static void all(Fields fields) {
    fields.orSet("set", String.class).values();
    fields.appendLog("log", String.class).entries();
    fields.pnCounter("count").value();
  }

  /** The final reads of a node that shows something else than it has. */
  private void endsWith(Snapshot shown) {
    mesh.checker().settled(mesh.nanos());
    mesh.node(0).readsAs(real -> HandMesh.forged(shown, real));
    read(0);
  }

  private void assertFound(String message) {
    assertTrue(mesh.found().contains(message), mesh::found);
  }

  private void assertRight() {
    assertEquals(List.of(), mesh.checker().violations());
    assertTrue(mesh.checker().checks() > 0, "nothing was judged");
  }

  @Test
  void whatIsThereInTheEndPasses() {
    add(0, "x");
    add(1, "y");
    add(0, "gone");
    write(0, tx -> tx.orSet("set", String.class).remove("gone"));
    write(0, tx -> tx.appendLog("log", String.class).append("entry"));
    write(1, tx -> tx.pnCounter("count").increment(5));
    mesh.spread();
    mesh.checker().settled(mesh.nanos());
    read(0);
    read(1);
    assertRight();
  }

  @Test
  void anAcknowledgedElementThatIsNotThereIsFound() {
    add(0, "x");
    endsWith(nothing);
    assertFound("Text[value=x] is lost");
  }

  @Test
  void anEntryThatIsNotThereIsFound() {
    write(0, tx -> tx.appendLog("log", String.class).append("entry"));
    endsWith(nothing);
    assertFound("Text[value=entry] is lost");
  }

  @Test
  void anEntryThatIsThereTwiceIsFound() {
    write(0, tx -> tx.appendLog("log", String.class).append("entry"));
    HandMesh other = new HandMesh(new AcknowledgedEffects(), 1);
    for (int i = 0; i < 2; i++) {
      other.session("s", 0).write(SPACE, tx -> tx.appendLog("log", String.class).append("entry"));
    }
    endsWith(new StateSnapshot(other.node(0).state()));
    assertFound("Text[value=entry] is there 2 times");
  }

  @Test
  void whatNobodyWroteIsFound() {
    HandMesh other = new HandMesh(new AcknowledgedEffects(), 1);
    other.session("s", 0).write(SPACE, tx -> tx.orSet("set", String.class).add("z"));
    endsWith(new StateSnapshot(other.node(0).state()));
    assertFound("Text[value=z] comes from nowhere");
  }

  @Test
  void aCounterThatHasTooMuchOrTooLittleIsFound() {
    write(0, tx -> tx.pnCounter("count").increment(5));
    Snapshot five = new StateSnapshot(mesh.node(0).state());
    write(0, tx -> tx.pnCounter("count").increment(-2));
    endsWith(five);
    assertFound("it is 5, not from 3 to 3");
    endsWith(nothing);
    assertFound("it is 0, not from 3 to 3");
  }

  @Test
  void whatNoDiskMayHoldAnyMoreIsNotAskedForAndWhatWasReadElsewhereIs() {
    add(0, "x");
    write(0, tx -> tx.pnCounter("count").increment(5));
    mesh.spread();
    mesh.checker().diskDamaged(mesh.nanos(), "a");
    endsWith(nothing);
    assertRight();

    HandMesh again = new HandMesh(new AcknowledgedEffects(), 2);
    again.session("s", 0).write(SPACE, tx -> tx.orSet("set", String.class).add("x"));
    again.spread();
    again.session("r", 1).read(SPACE, AcknowledgedEffectsTest::all);
    again.checker().diskDamaged(again.nanos(), "a");
    again.checker().settled(again.nanos());
    again.node(0).readsAs(real -> HandMesh.forged(nothing, real));
    again.session("r", 0).read(SPACE, AcknowledgedEffectsTest::all);
    assertTrue(again.found().contains("Text[value=x] is lost"), again::found);
  }

  @Test
  void afterARangeOrADeletionOnlyWhatNobodyWroteIsLookedFor() {
    add(0, "x");
    write(0, tx -> tx.delete("set"));
    write(0, tx -> tx.appendLog("log", String.class).append("entry"));
    write(0, tx -> tx.appendLog("log", String.class).keepLast(0));
    write(0, tx -> tx.pnCounter("count").increment(5));
    write(0, tx -> tx.deletePrefix("co"));
    endsWith(nothing);
    assertRight();
  }
}
