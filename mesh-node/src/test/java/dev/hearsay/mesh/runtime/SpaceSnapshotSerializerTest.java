package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StagedState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.space.JournaledState;
import dev.hearsay.mesh.space.OutgoingState;
import java.io.IOException;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The layers of a space's snapshots. */
class SpaceSnapshotSerializerTest {
  private static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);
  private static final ReplicaId A = new ReplicaId(1);
  private static final ReplicaId B = new ReplicaId(2);
  private static final int ELEMENTS = 20_000;

  private final SpaceSnapshotSerializer serializer = new SpaceSnapshotSerializer();

  @Test
  void scatteredChangesCostWhatChanged() throws IOException {
    SpaceState state = add(SpaceState.EMPTY, A, 0, ELEMENTS);
    MemorySnapshot snapshot = write(state, null);
    long full = snapshot.written;
    long most = 0;
    long sum = 0;
    Random random = new Random(1);
    for (int round = 1; round <= 60; round++) {
      state = replaceSome(state, round % 2 == 0 ? A : B, random, ELEMENTS / 100);
      snapshot = write(state, snapshot);
      assertSame(state, (SpaceState) serializer.readParts("S", snapshot));
      assertTrue(snapshot.parts.size() <= 1 + SpaceSnapshotSerializer.LAYERS_MAX);
      most = Math.max(most, snapshot.written);
      sum += snapshot.written;
      assertTrue(round > 1 || snapshot.written < full / 40, round + ": " + snapshot.written);
    }
    assertTrue(sum / 60 < full / 8, "on average " + sum / 60 + " of " + full);
    assertTrue(most > full / 2, "the base was never written anew");
  }

  @Test
  void aStateThatDidNotChangeCostsItsHead() throws IOException {
    SpaceState state = add(SpaceState.EMPTY, A, 0, ELEMENTS);
    MemorySnapshot first = write(state, null);
    MemorySnapshot second = write(state, first);
    assertTrue(second.written < 100, "" + second.written);
    assertSame(state, (SpaceState) serializer.readParts("S", second));
  }

  @Test
  void whatIsStagedIsSavedBesideTheState() throws IOException {
    SpaceState coming = replaceSome(add(SpaceState.EMPTY, A, 0, ELEMENTS), B, new Random(1), 500);
    OutgoingState outgoing = new OutgoingState(coming, VersionVector.EMPTY);
    StagedState staged = StagedState.begin(DiffFormat.decode(outgoing.head()), outgoing.elements());
    SpaceState own = add(SpaceState.EMPTY, new ReplicaId(3), 0, 50);
    MemorySnapshot before = write(own, null);
    long half = outgoing.elements() / 2;
    while (staged.taken() < half) {
      staged = staged.plus(DiffFormat.decode(outgoing.read(staged.taken(), 1).get(0).bytes()));
    }
    MemorySnapshot snapshot = new MemorySnapshot(before);
    serializer.writeParts(new JournaledState(own, new JournaledState.Staged(5, staged)), snapshot);
    snapshot.end();
    JournaledState read = (JournaledState) serializer.readParts("S", snapshot);
    assertSame(own, read.state());
    JournaledState.Staged restored = Objects.requireNonNull(read.staged());
    assertEquals(5, restored.transfer());
    StagedState again = restored.state();
    assertEquals(staged.position(), again.position());
    while (!again.isComplete()) {
      again = again.plus(DiffFormat.decode(outgoing.read(again.taken(), 1).get(0).bytes()));
    }
    assertSame(coming, again.joinInto(SpaceState.EMPTY));
    // The next is a snapshot like any other, built on that one.
    MemorySnapshot next = write(own, snapshot);
    assertSame(own, (SpaceState) serializer.readParts("S", next));
    assertTrue(next.written < 100, "" + next.written);
  }

  @Test
  void whatItDidNotGrowFromIsNotBuiltOn() throws IOException {
    SpaceState common = add(SpaceState.EMPTY, A, 0, ELEMENTS);
    MemorySnapshot other = write(replaceSome(common, A, new Random(1), 10), write(common, null));
    SpaceState state = replaceSome(common, B, new Random(2), 10);
    MemorySnapshot snapshot = write(state, other);
    assertSame(state, (SpaceState) serializer.readParts("S", snapshot));
    assertTrue(snapshot.written < 5_000, "the base is of both");
    MemorySnapshot foreign = write(add(SpaceState.EMPTY, B, 0, 10), snapshot);
    assertEquals(2, foreign.parts.size());
  }

  /** Its frontier covers that of the branch, so that the frontier alone would not tell. */
  @Test
  void aStateThatLostABranchIsNotBuiltOnOneThatHadIt() throws IOException {
    SpaceState common = add(SpaceState.EMPTY, A, 0, ELEMENTS);
    MemorySnapshot branch =
        write(replaceSome(common, A, new Random(1), 3_000), write(common, null));
    SpaceState without = replaceSome(common, A, new Random(2), 3_600);
    MemorySnapshot wrong = write(without, branch);
    assertThrows(RejectedException.class, () -> serializer.readParts("S", wrong));
    MemorySnapshot right = write(without.withLineage(7), branch);
    SpaceState read = (SpaceState) serializer.readParts("S", right);
    assertSame(without, read);
    assertEquals(7, read.lineage());
    SpaceState next = replaceSome(read, B, new Random(3), 10);
    MemorySnapshot onIt = write(next, right);
    assertSame(next, (SpaceState) serializer.readParts("S", onIt));
    assertTrue(onIt.written < 10_000, onIt.written + " bytes, though the base is of both");
  }

  @Test
  void theEmptyStateIsOneToo() throws IOException {
    MemorySnapshot empty = write(SpaceState.EMPTY, null);
    assertSame(SpaceState.EMPTY, (SpaceState) serializer.readParts("S", empty));
    SpaceState state = add(SpaceState.EMPTY, A, 0, 3);
    assertSame(state, (SpaceState) serializer.readParts("S", write(state, empty)));
  }

  @Test
  void layersThatMakeAnotherStateAreRefused() throws IOException {
    SpaceState state = add(SpaceState.EMPTY, A, 0, ELEMENTS);
    MemorySnapshot first = write(state, null);
    SpaceState next = replaceSome(state, B, new Random(3), 20);
    MemorySnapshot second = write(next, first);
    String top = second.names().get(2);
    MemorySnapshot forged = write(replaceSome(state, B, new Random(4), 20), first);
    byte[] real = second.parts.put(top, forged.parts.get(forged.names().get(2)));
    assertThrows(RejectedException.class, () -> serializer.readParts("S", second));
    second.parts.put(top, real);
    second.parts.remove(second.names().get(1));
    assertThrows(RejectedException.class, () -> serializer.readParts("S", second));
    second.parts.clear();
    assertThrows(RejectedException.class, () -> serializer.readParts("S", second));
  }

  @Test
  void otherSnapshotStoresGetTheWholeInOne() {
    SpaceState state = add(SpaceState.EMPTY, A, 0, 100);
    assertArrayEquals(DiffFormat.encode(state), serializer.toBinary(state));
    assertSame(
        state,
        (SpaceState) serializer.fromBinary(serializer.toBinary(state), serializer.manifest(state)));
    assertThrows(IllegalArgumentException.class, () -> serializer.manifest("text"));
    assertThrows(
        IllegalArgumentException.class, () -> serializer.fromBinary(new byte[0], "unknown"));
  }

  private MemorySnapshot write(SpaceState state, @Nullable MemorySnapshot previous)
      throws IOException {
    return MemorySnapshot.of(state, previous);
  }

  private static void assertSame(SpaceState expected, SpaceState actual) {
    assertEquals(expected.digest(), actual.digest());
    assertEquals(expected.frontier(), actual.frontier());
    assertEquals(expected.heads(), actual.heads());
    assertEquals(expected.latest(), actual.latest());
    assertArrayEquals(DiffFormat.encode(expected), DiffFormat.encode(actual));
  }

  private static SpaceState add(SpaceState state, ReplicaId replica, int from, int to) {
    return change(
        state,
        replica,
        draft -> {
          for (int i = from; i < to; i++) {
            OrSet.add(draft.field(SET), Value.of("element number " + i));
          }
        });
  }

  private static SpaceState replaceSome(
      SpaceState state, ReplicaId replica, Random random, int count) {
    return change(
        state,
        replica,
        draft -> {
          for (int i = 0; i < count; i++) {
            OrSet.remove(draft.field(SET), Value.of("element number " + random.nextInt(ELEMENTS)));
            OrSet.add(draft.field(SET), Value.of("element number " + random.nextInt(ELEMENTS)));
          }
        });
  }

  private static SpaceState change(SpaceState state, ReplicaId replica, Consumer<Draft> action) {
    Draft draft =
        new Draft(state, replica, HybridTime.ofMillis(state.latest().millis() + 1), "author");
    action.accept(draft);
    return state.apply(ChangeFormat.encode(draft.toChange()));
  }
}
