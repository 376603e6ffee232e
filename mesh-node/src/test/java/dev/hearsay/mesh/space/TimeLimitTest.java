package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.RejectedException;
import org.junit.jupiter.api.Test;

/** Times that no clock shows would leave no room for the times after them. */
class TimeLimitTest {
  @Test
  void aChangeOfATimeThatNoClockShowsIsNotRead() {
    Change change = new Changes(1).add("x").change();
    Change late =
        new Change(
            change.replica(),
            change.first(),
            change.advances(),
            HybridTime.MAX.next(),
            change.author(),
            change.previousHash(),
            change.prefixes(),
            change.fields());
    byte[] bytes = ChangeFormat.encode(late).toByteArray();
    RejectedException refusal =
        assertThrows(RejectedException.class, () -> ChangeFormat.decode(bytes));
    assertEquals(RejectedException.Reason.MALFORMED, refusal.reason());
  }

  @Test
  void aClockThatShowsSuchATimeMintsNothing() {
    RejectedException refusal =
        assertThrows(
            RejectedException.class,
            () -> new Draft(SpaceState.EMPTY, new ReplicaId(1), HybridTime.MAX.next(), "author"));
    assertEquals(RejectedException.Reason.LIMIT_EXCEEDED, refusal.reason());
  }
}
