package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who can be served from the journal, and from where. */
class JournalIndexTest {
  private final JournalIndex index = new JournalIndex();
  private final ReplicaId a = new ReplicaId(1);

  private static SpaceEvent event(EncodedChange... changes) {
    List<SpaceEvent.Part> parts = new ArrayList<>();
    for (EncodedChange change : changes) {
      parts.add(new SpaceEvent.Applied(change));
    }
    return new SpaceEvent(parts);
  }

  private VersionVector at(long counter) {
    return VersionVector.EMPTY.with(a, counter);
  }

  @Test
  void readingBeginsNearWhatIsMissing() {
    Changes writer = new Changes(1);
    for (int i = 1; i <= 200; i++) {
      index.add(10 + i, event(writer.add("x" + i)));
    }
    assertEquals(11, index.first());
    assertEquals(210, index.last());
    VersionVector durable = writer.state().frontier();
    assertEquals(11, index.startFor(VersionVector.EMPTY, durable));
    for (int known = 1; known <= 200; known++) {
      long start = index.startFor(at(known), durable);
      // Not beyond the first change that is missing, and not far before it.
      assertEquals(true, start <= 11 + known && start > known - 25, known + " from " + start);
    }
  }

  @Test
  void whatWasCutOffCannotBeServed() {
    Changes writer = new Changes(1);
    writer.adds("cut", 10);
    index.add(50, event(writer.add("kept")));
    assertEquals(0, index.startFor(at(9), writer.state().frontier()));
    assertEquals(50, index.startFor(at(10), writer.state().frontier()));
  }

  @Test
  void whatCameAsAStateCannotBeServedOneByOne() {
    Changes writer = new Changes(1);
    index.add(1, event(writer.add("before")));
    writer.adds("in a state", 5);
    VersionVector joined = writer.state().frontier();
    // Nothing of the replica has come since; the journal's last word on it is older.
    assertEquals(0, index.startFor(at(3), joined));
    assertEquals(1, index.startFor(at(6), joined));
    index.add(2, event(writer.add("after")));
    assertEquals(0, index.startFor(at(3), writer.state().frontier()));
    assertEquals(1, index.startFor(at(6), writer.state().frontier()));
  }

  @Test
  void whatStandsBeforeABranchWasLeftIsServedToNobody() {
    Changes left = new Changes(1);
    index.add(1, event(left.add("shared"), left.add("left"), left.add("left too")));
    Changes taken = new Changes(1);
    taken.add("shared");
    StateDiff whole = taken.state().diff(VersionVector.EMPTY);
    EncodedDiff encoded = new EncodedDiff(DiffFormat.encode(whole));
    index.add(2, new SpaceEvent(List.of(new SpaceEvent.Replaced(whole, encoded))));
    index.add(3, event(taken.add("right"), taken.add("right too")));
    assertEquals(0, index.startFor(VersionVector.EMPTY, taken.state().frontier()));
    assertEquals(3, index.startFor(at(1), taken.state().frontier()));
    assertEquals(3, index.first());
  }

  @Test
  void anEmptyJournalServesNobody() {
    assertEquals(0, index.startFor(VersionVector.EMPTY, VersionVector.EMPTY));
  }
}
