package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.space.OutgoingState.EncodedPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A state that comes in pieces is journaled in pieces, and joined with its commit record. */
class StagingTest {
  private static final long TRANSFER = 5;

  private final Changes sender = new Changes(2);
  private final SpaceCore core = new SpaceCore(new ReplicaId(1), SpaceLimits.DEFAULT);
  private final List<byte[]> disk = new ArrayList<>();

  private void journal() {
    for (Optional<SpaceEvent> next = core.nextEvent(); next.isPresent(); next = core.nextEvent()) {
      disk.add(next.get().encode());
      core.persisted();
    }
  }

  private SpaceCore recovered() {
    SpaceCore again = new SpaceCore(new ReplicaId(7), SpaceLimits.DEFAULT);
    for (byte[] event : disk) {
      assertEquals(0, again.replay(SpaceEvent.decode(event)));
    }
    again.recovered();
    return again;
  }

  private static SpaceEvent.Begun begun(OutgoingState state, boolean resumes, long transfer) {
    return new SpaceEvent.Begun(
        transfer,
        resumes,
        state.elements(),
        DiffFormat.decode(state.head()),
        new EncodedDiff(state.head()));
  }

  private static StagingReport stage(SpaceCore to, EncodedPiece piece, long transfer) {
    return to.stage(
        new SpaceEvent.Staged(
            transfer, DiffFormat.decode(piece.bytes()), new EncodedDiff(piece.bytes())),
        piece.from());
  }

  private OutgoingState large() {
    sender.adds("x".repeat(20_000), 20);
    return new OutgoingState(sender.state(), VersionVector.EMPTY);
  }

  @Test
  void nothingIsSeenBeforeTheCommitAndEverythingAfterIt() {
    OutgoingState state = large();
    assertEquals(StagingReport.State.GOES_ON, core.begin(begun(state, false, TRANSFER)).state());
    List<EncodedPiece> pieces = state.read(0, 1 << 30);
    assertTrue(pieces.size() > 5, pieces.size() + " pieces");
    for (EncodedPiece piece : pieces) {
      assertEquals(List.of(), Changes.elements(core.head()));
      core.mint(Changes.after(core), "author", Changes.adding("own " + piece.from()));
      core.mint(Changes.after(core), "author", Changes.removing("own " + piece.from()));
      journal();
      assertEquals(List.of(), Changes.elements(core.durable()));
      assertEquals(List.of(), Changes.elements(recovered().durable()));
      StagingReport report = stage(core, piece, TRANSFER);
      boolean isLast = piece.from() == pieces.get(pieces.size() - 1).from();
      assertEquals(isLast, report.state() == StagingReport.State.COMMITTED);
      assertTrue(isLast || report.taken() == piece.from() + piece.elements());
    }
    assertEquals(20, Changes.elements(core.head()).size());
    assertEquals(List.of(), Changes.elements(core.durable()));
    journal();
    assertEquals(20, Changes.elements(core.durable()).size());
    assertTrue(core.floor().covers(sender.state().frontier()));
    assertEquals(core.durable().digest(), recovered().durable().digest());
    assertNull(core.journaled().staged());
  }

  @Test
  void whatDependsOnTheStateWaitsForItAndIsReleasedByTheCommit() {
    OutgoingState state = large();
    EncodedChange live = sender.add("live");
    core.begin(begun(state, false, TRANSFER));
    assertEquals(1, core.receive(List.of(live)).held());
    state.read(0, 1 << 30).forEach(piece -> stage(core, piece, TRANSFER));
    assertEquals(0, core.heldBack());
    assertEquals(sender.state().digest(), core.head().digest());
    journal();
    assertEquals(sender.state().digest(), recovered().durable().digest());
  }

  @Test
  void aPieceThatIsNotTheNextChangesNothing() {
    OutgoingState state = large();
    core.begin(begun(state, false, TRANSFER));
    List<EncodedPiece> pieces = state.read(0, 1 << 30);
    stage(core, pieces.get(0), TRANSFER);
    long before = core.enqueued();
    for (StagingReport report :
        List.of(
            stage(core, pieces.get(0), TRANSFER),
            stage(core, pieces.get(2), TRANSFER),
            stage(core, pieces.get(1), TRANSFER + 1))) {
      assertEquals(StagingReport.State.OUT_OF_PLACE, report.state());
    }
    assertEquals(before, core.enqueued());
    assertEquals(StagingReport.State.GOES_ON, stage(core, pieces.get(1), TRANSFER).state());
  }

  @Test
  void aTransferThatBrokeOffGoesOnFromWhatTheJournalHasOfIt() {
    OutgoingState state = large();
    core.begin(begun(state, false, TRANSFER));
    List<EncodedPiece> pieces = state.read(0, 1 << 30);
    for (EncodedPiece piece : pieces.subList(0, 5)) {
      stage(core, piece, TRANSFER);
    }
    journal();
    SpaceCore again = recovered();
    assertEquals(SpaceState.EMPTY.digest(), again.durable().digest());
    StagingReport.Mark mark = again.mark().orElseThrow();
    sender.add("later");
    sender.mint(Changes.removing("x".repeat(20_000) + "0"));
    SpaceCore server = new SpaceCore(new ReplicaId(9), new SpaceLimits(1, 100, 10, 1_000, 1_000));
    server.restore(sender.state());
    RepairAnswer.Difference rest =
        assertInstanceOf(
            RepairAnswer.Difference.class, server.answer(VersionVector.EMPTY, mark, 1_000));
    assertTrue(rest.resumes());
    OutgoingState second = new OutgoingState(rest.state(), rest.base());
    assertTrue(second.elements() < 13, second.elements() + " elements come again");
    again.begin(begun(second, true, TRANSFER + 1));
    second.read(0, 1 << 30).forEach(piece -> stage(again, piece, TRANSFER + 1));
    assertEquals(sender.state().digest(), again.head().digest());
  }

  /** The journal may be cut at a snapshot that falls between the pieces and their commit record. */
  @Test
  void aSnapshotKeepsWhatIsStaged() {
    OutgoingState state = large();
    core.begin(begun(state, false, TRANSFER));
    List<EncodedPiece> pieces = state.read(0, 1 << 30);
    pieces.subList(0, 5).forEach(piece -> stage(core, piece, TRANSFER));
    journal();
    JournaledState snapshot = core.writingJournaled();
    disk.clear();
    pieces.subList(5, pieces.size()).forEach(piece -> stage(core, piece, TRANSFER));
    journal();
    SpaceCore again = new SpaceCore(new ReplicaId(7), SpaceLimits.DEFAULT);
    again.restore(snapshot);
    for (byte[] event : disk) {
      assertEquals(0, again.replay(SpaceEvent.decode(event)));
    }
    again.recovered();
    assertEquals(sender.state().digest(), again.durable().digest());
  }

  @Test
  void oneThatIsNotLaterCannotBeGoneOnWith() {
    OutgoingState state = large();
    core.begin(begun(state, false, TRANSFER));
    stage(core, state.read(0, 1).get(0), TRANSFER);
    StagingReport.Mark mark = core.mark().orElseThrow();
    Changes other = new Changes(3);
    SpaceCore server = new SpaceCore(new ReplicaId(9), new SpaceLimits(1, 100, 10, 1_000, 1_000));
    other.adds("y", 5);
    server.restore(other.state());
    RepairAnswer.Difference fresh =
        assertInstanceOf(
            RepairAnswer.Difference.class, server.answer(VersionVector.EMPTY, mark, 1_000));
    assertTrue(!fresh.resumes());
    OutgoingState wrong = new OutgoingState(other.state(), VersionVector.EMPTY);
    assertEquals(StagingReport.State.OUT_OF_PLACE, core.begin(begun(wrong, true, 8)).state());
    // Nothing is left of it, so that the next request is for all.
    assertEquals(Optional.empty(), core.mark());
  }

  @Test
  void whatChangesHaveBroughtMeanwhileIsDropped() {
    List<EncodedChange> changes = sender.adds("x".repeat(20_000), 20);
    OutgoingState state = new OutgoingState(sender.state(), VersionVector.EMPTY);
    core.begin(begun(state, false, TRANSFER));
    stage(core, state.read(0, 1).get(0), TRANSFER);
    core.receive(changes);
    journal();
    assertEquals(Optional.empty(), core.mark());
    assertEquals(Optional.empty(), recovered().mark());
  }

  @Test
  void aCommitWithoutItsPiecesIsAHoleAndNotAState() {
    SpaceEvent lonely = new SpaceEvent(List.of(new SpaceEvent.Committed(TRANSFER)));
    assertEquals(1, core.replay(SpaceEvent.decode(lonely.encode())));
    assertEquals(SpaceState.EMPTY.digest(), core.durable().digest());
  }

  @Test
  void anEmptyStateIsCommittedAtOnce() {
    sender.add("x");
    sender.mint(Changes.removing("x"));
    OutgoingState state = new OutgoingState(sender.state(), VersionVector.EMPTY);
    assertEquals(0, (int) state.elements());
    assertEquals(StagingReport.State.COMMITTED, core.begin(begun(state, false, TRANSFER)).state());
    journal();
    assertEquals(sender.state().digest(), recovered().durable().digest());
  }
}
