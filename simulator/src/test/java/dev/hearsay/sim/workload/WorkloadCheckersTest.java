package dev.hearsay.sim.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.sessions.MessageEntry;
import dev.hearsay.sim.sessions.Recording;
import dev.hearsay.sim.sessions.RecordingReader;
import dev.hearsay.sim.sessions.SessionSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Judges of single workloads: each passes what is right and finds what is wrong. */
class WorkloadCheckersTest {
  private static final String SPACE = HandMesh.SPACE;

  private static HandMesh mesh(Checker checker) {
    return new HandMesh(checker, 2);
  }

  private static void assertFound(HandMesh mesh, String message) {
    assertTrue(mesh.found().contains(message), mesh::found);
  }

  private static void accounts(Fields fields) {
    for (int i = 0; i < 6; i++) {
      fields.pnCounter("account-" + i).value();
    }
  }

  @Test
  void anAmountInBothAccountsOrInNeitherIsFound() {
    HandMesh mesh = mesh(new Transactions.ConservedSum());
    Session session = mesh.session("s", 0);
    session.write(
        SPACE,
        tx -> {
          tx.pnCounter("account-0").increment(-5);
          tx.pnCounter("account-1").increment(5);
        });
    session.read(SPACE, WorkloadCheckersTest::accounts);
    assertEquals(List.of(), mesh.checker().violations());
    assertEquals(1, mesh.checker().checks());
    session.write(SPACE, tx -> tx.pnCounter("account-2").increment(5));
    session.read(SPACE, WorkloadCheckersTest::accounts);
    assertFound(mesh, "found 5 in all accounts together");
  }

  @Test
  void anOperationThatIsDoneTwiceIsFoundUnlessItsNodeLostItsMemory() {
    HandMesh mesh = mesh(new Retries.OneEffect());
    Session session = mesh.session("s", 0);
    for (String id : List.of("a:s#1", "a:s#2", "b:s#3", "b:s#3")) {
      session.write(SPACE, tx -> tx.appendLog("done-0", String.class).append(id));
    }
    mesh.checker().diskDamaged(1, "b");
    session.read(SPACE, fields -> fields.appendLog("done-0", String.class).entries());
    assertEquals(List.of(), mesh.checker().violations());
    session.write(SPACE, tx -> tx.appendLog("done-0", String.class).append("a:s#2"));
    session.read(SPACE, fields -> fields.appendLog("done-0", String.class).entries());
    assertFound(mesh, "a:s#2] was done twice");
  }

  @Test
  void aMessageThatIsVisibleWithoutWhatItsWriterHadSeenIsFound() {
    HandMesh mesh = mesh(new RecordedSessions.SeenMessages());
    Recording recording = RecordingReader.sample();
    Session session = mesh.session("s", 0);
    for (int i = 0; i < 2; i++) {
      int index = i;
      session.write(
          SPACE,
          tx ->
              SessionSpace.write(
                  tx, index, recording.sessions().get(0).messages().get(index), "a"));
    }
    session.read(SPACE, SessionSpace::read);
    assertEquals(List.of(), mesh.checker().violations());
    Snapshot second = onlyTheSecond(new StateSnapshot(mesh.node(0).state()));
    mesh.node(0).readsAs(real -> second);
    session.read(SPACE, SessionSpace::indexes);
    assertFound(mesh, "Int[value=1] of 'memory' is visible without all that its writer had seen");
  }

  private static Snapshot onlyTheSecond(Snapshot whole) {
    List<MessageEntry> log = whole.appendLog("messages", MessageEntry.class).entries();
    HandMesh other = mesh(new Retries.OneEffect());
    other
        .session("s", 0)
        .write(SPACE, tx -> tx.appendLog("messages", MessageEntry.class).append(log.get(1)));
    return new StateSnapshot(other.node(0).state());
  }
}
