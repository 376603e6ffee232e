package dev.hearsay.mesh.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.space.Changes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What has come and is not durable yet, in runs and one by one. */
class ArrivalsTest {
  private static final String SPACE = "s";
  private static final ReplicaId ORIGIN = new ReplicaId(1);
  private static final VersionVector NOTHING = VersionVector.EMPTY;
  private static final HostPort PEER = new HostPort("127.0.0.1", 1);

  private final List<EncodedChange> changes = new Changes(1).adds("x", 10);
  private final Arrivals arrivals = new Arrivals(new Traffic());

  private void run(int from, int to) {
    arrivals.addRun(SPACE, NOTHING, changes.get(from), changes.get(to), 0);
  }

  private List<Integer> held() {
    List<Integer> held = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      if (arrivals.isHeld(SPACE, NOTHING, changes.get(i))) {
        held.add(i);
      }
    }
    return held;
  }

  @Test
  void aRunIsHeldAsItsChangesAre() {
    run(0, 3);
    assertEquals(List.of(0, 1, 2, 3), held());
    assertEquals(4, arrivals.upTo(SPACE, NOTHING, ORIGIN));
  }

  @Test
  void aRunBeyondAGapIsHeldAndCountsOnceTheGapCloses() {
    run(4, 6);
    assertEquals(List.of(4, 5, 6), held());
    assertEquals(0, arrivals.upTo(SPACE, NOTHING, ORIGIN));
    run(0, 1);
    assertEquals(2, arrivals.upTo(SPACE, NOTHING, ORIGIN));
    run(1, 3);
    assertEquals(7, arrivals.upTo(SPACE, NOTHING, ORIGIN));
    arrivals.durable(SPACE, NOTHING.with(ORIGIN, 7));
    assertEquals(List.of(), held());
  }

  @Test
  void aShorterRunTakesNothingFromALongerOne() {
    run(4, 8);
    run(4, 5);
    assertEquals(List.of(4, 5, 6, 7, 8), held());
  }

  @Test
  void onlyWhatCameAsARumourIsPassedOn() {
    run(0, 3);
    assertFalse(arrivals.hasRumours(SPACE));
    arrivals.add(SPACE, NOTHING, changes.get(4), PEER, /* rumour= */ true, 0);
    assertTrue(arrivals.hasRumours(SPACE));
    assertEquals(Set.of(PEER), arrivals.sendersOfRumour(SPACE, changes.get(4)));
    arrivals.durable(SPACE, NOTHING.with(ORIGIN, 5));
    assertFalse(arrivals.hasRumours(SPACE));
  }

  /** It may be held back for longer than it counts as held, and then come from another. */
  @Test
  void whoSentWhatIsNotDurableYetIsRememberedForLonger() {
    HostPort other = new HostPort("127.0.0.1", 2);
    EncodedChange change = changes.get(4);
    arrivals.add(SPACE, NOTHING, change, PEER, /* rumour= */ true, 0);
    arrivals.expire(100, 100);
    assertEquals(List.of(4), held());
    arrivals.expire(101, 100);
    assertEquals(List.of(), held(), "it may be asked for");
    assertEquals(0, arrivals.upTo(SPACE, NOTHING, ORIGIN));
    arrivals.add(SPACE, NOTHING, change, other, /* rumour= */ true, 102);
    assertEquals(List.of(4), held());
    assertEquals(Set.of(PEER, other), arrivals.sendersOfRumour(SPACE, change));
    arrivals.expire(102 + 3_000, 100);
    assertTrue(arrivals.hasRumours(SPACE));
    arrivals.expire(102 + 3_001, 100);
    assertFalse(arrivals.hasRumours(SPACE));
  }

  @Test
  void itIsNotRememberedWhereRoomIsShort() {
    for (int i = 0; i < Arrivals.CHANGES_MAX / 4; i++) {
      String space = SPACE + i;
      arrivals.add(space, NOTHING, changes.get(4), PEER, /* rumour= */ true, 0);
    }
    arrivals.expire(101, 100);
    assertFalse(arrivals.hasRumours(SPACE + 0));
  }
}
