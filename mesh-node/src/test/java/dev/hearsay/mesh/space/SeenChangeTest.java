package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.LwwRegister;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.SpaceChange;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a watcher is told. */
class SeenChangeTest {
  private static final FieldKey REGISTER = new FieldKey("summary", FieldType.LWW_REGISTER);
  private static final FieldKey SET = new FieldKey("tags", FieldType.OR_SET);

  private static EncodedChange write(SpaceState state, long replica, Consumer<Draft> body) {
    HybridTime time = HybridTime.ofMillis(state.latest().millis() + replica);
    Draft draft = new Draft(state, new ReplicaId(replica), time, "agent " + replica);
    body.accept(draft);
    return ChangeFormat.encode(draft.toChange());
  }

  private static SpaceChange seen(SpaceState before, EncodedChange change) {
    return SeenChange.of(
        "s",
        before,
        new Publication.Step(new SpaceEvent.Applied(change), before.apply(change), false));
  }

  @Test
  void aWatcherIsToldWhereConcurrentWritesStandSideBySide() {
    EncodedChange one =
        write(
            SpaceState.EMPTY,
            1,
            draft -> {
              LwwRegister.set(draft.field(REGISTER), Value.of("a"));
              OrSet.add(draft.field(SET), Value.of("x"));
            });
    EncodedChange other =
        write(
            SpaceState.EMPTY,
            2,
            draft -> {
              LwwRegister.set(draft.field(REGISTER), Value.of("b"));
              OrSet.add(draft.field(SET), Value.of("x"));
            });
    SpaceState first = SpaceState.EMPTY.apply(one);
    assertEquals(List.of(), seen(SpaceState.EMPTY, one).contested());
    SpaceChange second = seen(first, other);
    assertEquals(List.of("summary", "tags"), second.fields());
    assertEquals(List.of("summary"), second.contested());
    SpaceState both = first.apply(other);
    EncodedChange resolution =
        write(both, 1, draft -> LwwRegister.set(draft.field(REGISTER), Value.of("c")));
    assertEquals(List.of(), seen(both, resolution).contested());

    StateDiff diff = both.diff(VersionVector.EMPTY);
    SpaceEvent.Part joined = new SpaceEvent.Joined(diff, new EncodedDiff(DiffFormat.encode(diff)));
    SpaceChange transfer = SeenChange.of("s", first, new Publication.Step(joined, both, false));
    assertEquals(List.of("summary"), transfer.contested());
    assertEquals("", transfer.author());
  }

  @Test
  void theFieldsUnderADeletedPrefixAreNamed() {
    SpaceState state =
        SpaceState.EMPTY.apply(
            write(SpaceState.EMPTY, 1, draft -> OrSet.add(draft.field(SET), Value.of("x"))));
    assertEquals(
        List.of("tags"), seen(state, write(state, 1, draft -> draft.deletePrefix("t"))).fields());
  }
}
