package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OperationIdsTest {
  private static Consumer<Draft> adding(String element, String id, int perField) {
    return draft -> {
      OrSet.add(draft.field(Changes.SET), Value.of(element));
      OperationIds.add(draft, id, perField);
    };
  }

  private static Optional<VersionVector> find(SpaceState state, String id) {
    return OperationIds.find(
        new Draft(state, new ReplicaId(77), state.latest().next(), "reader"), id);
  }

  @Test
  void anIdNamesTheChangeItCameWith() {
    Changes writer = new Changes(1);
    writer.add("before");
    EncodedChange change = writer.mint(adding("x", "id", 10));
    writer.add("after");
    assertEquals(
        Optional.of(VersionVector.EMPTY.with(change.change().replica(), change.last())),
        find(writer.state(), "id"));
    assertEquals(Optional.empty(), find(writer.state(), "another"));
  }

  @Test
  void theLatestIdsAreRememberedAndTheirNumberIsBounded() {
    Changes writer = new Changes(1);
    int perField = 10;
    for (int i = 0; i < 500; i++) {
      EncodedChange change = writer.mint(adding("x", "id" + i, perField));
      assertTrue(change.sizeBytes() < 400, change.sizeBytes() + " bytes: ids go by one range drop");
      int oldest = Math.max(0, i - 7 * perField + 1);
      assertTrue(find(writer.state(), "id" + oldest).isPresent(), "id" + oldest + " after " + i);
    }
    int remembered =
        writer.state().fieldKeys().stream()
            .filter(key -> OperationIds.isOne(key.name()))
            .mapToInt(key -> writer.state().field(key).size())
            .sum();
    assertTrue(remembered <= 8 * perField + 1, remembered + " atoms");
  }

  @Test
  void twoSidesOfACutThatBothRanItAreBothKnown() {
    Changes left = new Changes(1);
    Changes right = new Changes(2);
    EncodedChange onLeft = left.mint(adding("x", "id", 10));
    EncodedChange onRight = right.mint(adding("x", "id", 10));
    left.see(onRight);
    right.see(onLeft);
    VersionVector both =
        VersionVector.EMPTY
            .with(onLeft.change().replica(), onLeft.last())
            .with(onRight.change().replica(), onRight.last());
    assertEquals(Optional.of(both), find(left.state(), "id"));
    assertEquals(left.state().digest(), right.state().digest());
  }

  @Test
  void deletingEverythingLeavesTheIds() {
    Changes writer = new Changes(1);
    writer.mint(adding("x", "id", 10));
    writer.mint(draft -> new DraftTransaction(draft).deletePrefix(""));
    assertEquals(0, writer.state().field(Changes.SET).size());
    assertTrue(find(writer.state(), "id").isPresent());
  }
}
