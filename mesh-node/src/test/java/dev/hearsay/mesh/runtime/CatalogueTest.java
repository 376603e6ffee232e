package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.OrMap;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.space.Publication;
import dev.hearsay.mesh.space.SpaceCore;
import dev.hearsay.mesh.space.SpaceLimits;
import dev.hearsay.mesh.space.WholeTransfers;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a publication of the catalogue is looked through for. */
class CatalogueTest {
  private static final FieldKey SPACES = new FieldKey("hearsay/spaces", FieldType.OR_MAP);
  private static final FieldKey OTHER = new FieldKey("hearsay/other", FieldType.OR_MAP);

  private static SpaceCore core(long replica) {
    return new SpaceCore(new ReplicaId(replica), SpaceLimits.DEFAULT);
  }

  private static Publication put(SpaceCore core, FieldKey field, String... names) {
    core.mint(
        core.head().latest().next(),
        "x",
        draft -> {
          for (String name : names) {
            OrMap.put(draft.field(field), name, Value.of(true));
          }
        });
    core.nextEvent();
    return core.persisted();
  }

  @Test
  void aChangeIsLookedThroughAndNotTheBook() {
    SpaceCore core = core(1);
    put(core, SPACES, "a", "b");
    assertEquals(Set.of("c", "d"), Catalogue.spokenOf(put(core, SPACES, "c", "d")));
    assertEquals(Set.of(), Catalogue.spokenOf(put(core, OTHER, "e")));
  }

  @Test
  void ofAJoinedStateEverythingIs() {
    SpaceCore theirs = core(1);
    put(theirs, SPACES, "a", "b");
    SpaceCore ours = core(2);
    put(ours, SPACES, "c");
    WholeTransfers.take(ours, theirs.durable(), VersionVector.EMPTY);
    ours.nextEvent();
    assertEquals(Set.of("a", "b", "c"), Catalogue.spokenOf(ours.persisted()));
  }
}
