package dev.hearsay.sim.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.workload.HandMesh;
import dev.hearsay.sim.workload.Session;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Judges of sessions, quorums and transactions over several fields, as clients see them. */
class ClientCheckersTest {
  private static final String SPACE = HandMesh.SPACE;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final HandMesh sessions = new HandMesh(new SessionGuarantees(), 2);
  private final HandMesh quorums = new HandMesh(new QuorumGuarantees(), 2);
  private final HandMesh atoms = new HandMesh(new AtomicChanges(), 2);

  private static void add(Session session, String element) {
    session.write(SPACE, tx -> tx.orSet("set", String.class).add(element));
  }

  private static void all(Fields fields) {
    fields.orSet("set", String.class).values();
  }

  private static Snapshot now(HandMesh mesh, int node) {
    return new StateSnapshot(mesh.node(node).state());
  }

  private static void assertRight(HandMesh mesh) {
    assertEquals(List.of(), mesh.checker().violations());
    assertTrue(mesh.checker().checks() > 0);
  }

  private static void assertFound(HandMesh mesh, String message) {
    assertTrue(mesh.found().contains(message), mesh::found);
  }

  @Test
  void aSessionThatGoesOnWhereItsFrontierIsPasses() {
    Session task = sessions.session("task", 0);
    add(task, "x");
    task.read(SPACE, ClientCheckersTest::all);
    sessions.spread();
    task.moveTo(sessions.node(1));
    task.read(SPACE, ClientCheckersTest::all);
    add(task, "y");
    task.read(SPACE, ClientCheckersTest::all);
    assertRight(sessions);
  }

  @Test
  void aSessionThatDoesNotReadItsWriteIsFound() {
    Session task = sessions.session("task", 0);
    add(task, "x");
    task.moveTo(sessions.node(1));
    task.read(SPACE, ClientCheckersTest::all);
    assertFound(sessions, "read 'memory' without its own write 0000000000000001:1");
  }

  @Test
  void aSessionThatDoesNotFindItsValueIsFoundWhateverTheFrontierSays() {
    Session task = sessions.session("task", 0);
    Snapshot before = now(sessions, 0);
    add(task, "x");
    sessions.node(0).readsAs(real -> HandMesh.forged(before, real));
    task.read(SPACE, ClientCheckersTest::all);
    assertFound(sessions, "does not find Text[value=x] in 'set'");
  }

  @Test
  void whatSomebodyRemovedNeedNotBeFound() {
    Session task = sessions.session("task", 0);
    add(task, "x");
    sessions.session("other", 0).write(SPACE, tx -> tx.orSet("set", String.class).remove("x"));
    task.read(SPACE, ClientCheckersTest::all);
    assertRight(sessions);
  }

  @Test
  void aSessionWhoseReadsGoBackIsFound() {
    add(sessions.session("other", 0), "x");
    Session task = sessions.session("task", 0);
    task.read(SPACE, ClientCheckersTest::all);
    task.moveTo(sessions.node(1));
    task.read(SPACE, ClientCheckersTest::all);
    assertFound(sessions, "without what it had read before, 0000000000000001:1");
  }

  @Test
  void aWriteThatDoesNotFollowAReadIsFound() {
    add(sessions.session("other", 0), "x");
    Session task = sessions.session("task", 0);
    task.read(SPACE, ClientCheckersTest::all);
    task.moveTo(sessions.node(1));
    add(task, "y");
    assertFound(sessions, "not after what it had read: 0000000000000001:1");
  }

  @Test
  void aWriteThatDoesNotFollowAWriteIsFound() {
    Session task = sessions.session("task", 0);
    add(task, "x");
    task.moveTo(sessions.node(1));
    add(task, "y");
    assertFound(sessions, "not after what it had written: 0000000000000001:1");
  }

  @Test
  void aReadThatDidNotWaitForItsTokenIsFound() {
    add(sessions.session("giver", 0), "x");
    Frontier token = now(sessions, 0).frontier();
    Session taker = sessions.session("taker", 1);
    taker.read(SPACE, ReadOptions.after(token, SECOND), ClientCheckersTest::all, outcome -> {});
    assertFound(sessions, "without what it waited for, 0000000000000001:1");
  }

  @Test
  void aSessionBeginsAnewWhereTheDiskWasDamaged() {
    Session task = sessions.session("task", 0);
    add(task, "x");
    sessions.checker().diskDamaged(sessions.nanos(), "a");
    task.moveTo(sessions.node(1));
    task.read(SPACE, ClientCheckersTest::all);
    assertEquals(List.of(), sessions.checker().violations());
  }

  private void quorumWrite(int node, String element) {
    quorums
        .session("w" + node, node)
        .write(
            SPACE,
            WriteOptions.quorum(SECOND),
            tx -> tx.orSet("set", String.class).add(element),
            outcome -> {});
  }

  private void quorumRead(int node) {
    quorums
        .session("r" + node, node)
        .read(SPACE, ReadOptions.quorum(SECOND), ClientCheckersTest::all, outcome -> {});
  }

  @Test
  void aQuorumReadThatMissesAnEarlierQuorumWriteIsFound() {
    quorumWrite(0, "x");
    quorums.pass(SECOND);
    quorumRead(1);
    assertFound(quorums, "which a quorum had acknowledged before");
  }

  @Test
  void whatWasNotAcknowledgedByAQuorumOrNotBeforeNeedNotBeRead() {
    quorumWrite(0, "x");
    // It began in the same instant.
    quorumRead(1);
    quorums.spread().pass(SECOND);
    add(quorums.session("local", 0), "y");
    quorums.pass(SECOND);
    quorumRead(1);
    quorums
        .session("local", 1)
        .read(SPACE, ReadOptions.local(), ClientCheckersTest::all, outcome -> {});
    assertRight(quorums);
    assertEquals(2, quorums.checker().checks());
  }

  @Test
  void whatNoDiskHoldsAnyMoreNeedNotBeRead() {
    quorumWrite(0, "x");
    quorums.spread();
    quorumWrite(0, "y");
    quorums.pass(SECOND).checker().diskDamaged(quorums.nanos(), "a");
    quorumRead(1);
    assertRight(quorums);
  }

  @Test
  void whatIsGivenUpWithLostVotersIsThatWhichNoOtherHas() {
    quorumWrite(0, "x");
    quorums.pass(SECOND).checker().votersLost(quorums.nanos(), SPACE, Set.of("a"));
    quorumRead(1);
    assertFound(quorums, "which a quorum had acknowledged before");
    HandMesh other = new HandMesh(new QuorumGuarantees(), 2);
    other
        .session("w", 0)
        .write(
            SPACE,
            WriteOptions.quorum(SECOND),
            tx -> tx.orSet("set", String.class).add("x"),
            outcome -> {});
    other.pass(SECOND).checker().votersLost(other.nanos(), SPACE, Set.of("b"));
    other
        .session("r", 1)
        .read(SPACE, ReadOptions.quorum(SECOND), ClientCheckersTest::all, outcome -> {});
    assertRight(other);
  }

  private static void token(Transaction tx, String token) {
    tx.orSet("set", String.class).add(token);
    tx.appendLog("log", String.class).append(token);
    tx.orMap("map", String.class).put(token, "here");
  }

  private static void tokens(Fields fields) {
    fields.orSet("set", String.class).values();
    fields.appendLog("log", String.class).entries();
    fields.orMap("map", String.class).entries();
  }

  @Test
  void wholeTransactionsPassAlsoWhenPartOfOneIsRemovedLater() {
    Session session = atoms.session("s", 0);
    session.write(SPACE, tx -> token(tx, "t1"));
    session.read(SPACE, ClientCheckersTest::tokens);
    session.write(SPACE, tx -> tx.orSet("set", String.class).remove("t1"));
    session.read(SPACE, ClientCheckersTest::tokens);
    atoms.session("other", 1).read(SPACE, ClientCheckersTest::tokens);
    assertRight(atoms);
  }

  @Test
  void halfATransactionIsFoundWhateverTheFrontierSays() {
    Session session = atoms.session("s", 0);
    Snapshot without = now(atoms, 0);
    session.write(SPACE, tx -> token(tx, "t1"));
    atoms.node(0).readsAs(real -> half(real, without));
    session.read(SPACE, ClientCheckersTest::tokens);
    assertFound(atoms, "saw a part of transaction 1, but not Text[value=t1] in 'log'");
  }

  /** The sets and maps of one state, and the logs of another. */
  private static Snapshot half(Snapshot one, Snapshot other) {
    return HandMesh.mixed(one, other, "appendLog");
  }
}
