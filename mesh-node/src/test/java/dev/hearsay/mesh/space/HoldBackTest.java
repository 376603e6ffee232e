package dev.hearsay.mesh.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HoldBackTest {
  private static final HostPort PEER = new HostPort("peer", 1);
  private static final HostPort OTHER = new HostPort("other", 1);
  private static final HostPort THIRD = new HostPort("third", 1);

  private final Changes writer = new Changes(1);
  private final EncodedChange before = writer.add("before");
  private final SpaceState after = writer.state();
  private final List<EncodedChange> changes = writer.adds("x", 10);
  private final Changes otherWriter = new Changes(2);
  private final EncodedChange otherBefore = otherWriter.add("before");
  private final List<EncodedChange> others = otherWriter.adds("y", 10);

  private static boolean add(HoldBack held, EncodedChange change, HostPort from) {
    return held.add(change, from, SpaceState.EMPTY);
  }

  private static List<EncodedChange> ready(HoldBack held, SpaceState head) {
    List<EncodedChange> ready = new ArrayList<>();
    for (var next = held.poll(head); next != null; next = held.poll(head)) {
      ready.add(next.change);
    }
    return ready;
  }

  @Test
  void whatWaitedForWhatHasComeComesOutWhateverOrderTheyCameIn() {
    HoldBack held = new HoldBack(100, 1 << 20);
    for (int i = 9; i >= 0; i--) {
      add(held, changes.get(i), PEER);
    }
    others.subList(0, 3).forEach(change -> add(held, change, PEER));
    held.arrived(new ReplicaId(1), before.last());
    assertEquals(List.of(changes.get(0)), ready(held, after));
    held.arrived(new ReplicaId(1), before.last());
    assertEquals(List.of(), ready(held, after), "nothing waits for that any more");
    // A state that has two of them and ends at a third.
    held.arrived(VersionVector.EMPTY.with(new ReplicaId(1), changes.get(3).last()));
    assertEquals(changes.subList(1, 5), ready(held, writer.state()));
    assertEquals(8, held.count());
    assertEquals(5, held.looks());
  }

  @Test
  void oneThatWaitsForMuchIsLookedAtForEachButNotForAnythingElse() {
    Changes third = new Changes(3);
    Changes both = new Changes(4);
    both.see(before);
    both.see(third.add("third"));
    HoldBack held = new HoldBack(100, 1 << 20);
    EncodedChange reply = both.add("reply");
    add(held, reply, PEER);
    held.arrived(new ReplicaId(2), 5);
    held.arrived(new ReplicaId(3), 1);
    assertEquals(0, held.looks());
    held.arrived(new ReplicaId(1), before.last());
    assertEquals(List.of(), ready(held, after), "the third is missing");
    assertEquals(1, held.count());
    held.arrived(new ReplicaId(3), 1);
    assertEquals(List.of(reply), ready(held, both.state()));
    assertEquals(2, held.looks());
  }

  @Test
  void oneThatComesAgainWhileItIsToBeLookedAtIsHeldOnce() {
    Changes third = new Changes(3);
    Changes both = new Changes(4);
    both.see(before);
    both.see(third.add("third"));
    HoldBack held = new HoldBack(100, 1 << 20);
    EncodedChange reply = both.add("reply");
    add(held, reply, PEER);
    held.arrived(new ReplicaId(1), before.last());
    assertTrue(held.add(reply, OTHER, after));
    assertEquals(List.of(), ready(held, after));
    assertEquals(1, held.count());
    assertEquals(1, held.of(OTHER));
    held.arrived(new ReplicaId(3), 1);
    assertEquals(List.of(reply), ready(held, both.state()));
    assertEquals(0, held.count());
    held.arrived(both.state().frontier());
  }

  @Test
  void oneHeldAlreadyTakesNoMoreRoom() {
    HoldBack held = new HoldBack(2, 1 << 20);
    assertTrue(add(held, changes.get(1), PEER));
    assertTrue(add(held, changes.get(1), OTHER));
    assertEquals(1, held.count());
    assertTrue(add(held, changes.get(2), PEER));
    assertFalse(add(held, changes.get(3), PEER));
    assertEquals(Map.of(PEER, 1), held.takeDropped());
    assertEquals(Map.of(), held.takeDropped());
  }

  @Test
  void bytesAreBoundedToo() {
    int size = changes.get(0).sizeBytes();
    HoldBack held = new HoldBack(100, 2L * size + size / 2);
    assertTrue(add(held, changes.get(0), PEER));
    assertTrue(add(held, changes.get(1), PEER));
    assertFalse(add(held, changes.get(2), PEER));
    held.arrived(new ReplicaId(1), before.last());
    assertEquals(1, ready(held, after).size());
    assertTrue(add(held, changes.get(2), PEER));
  }

  @Test
  void whoFillsEverythingGivesWayToWhoBringsLessItsNewestFirst() {
    HoldBack held = new HoldBack(8, 1 << 20);
    changes.subList(0, 8).forEach(change -> add(held, change, PEER));
    for (int i = 0; i < 10; i++) {
      assertEquals(i < 4, add(held, others.get(i), OTHER), "change " + i);
    }
    assertEquals(4, held.of(PEER));
    assertEquals(4, held.of(OTHER));
    assertEquals(Map.of(PEER, 4, OTHER, 6), held.takeDropped());
    held.arrived(new ReplicaId(1), before.last());
    held.arrived(new ReplicaId(2), otherBefore.last());
    assertEquals(List.of(changes.get(0), others.get(0)), ready(held, after.apply(otherBefore)));
    // And a third finds its room beside both.
    EncodedChange third = new Changes(3).adds("z", 2).get(1);
    add(held, changes.get(8), PEER);
    add(held, changes.get(9), PEER);
    assertEquals(8, held.count());
    assertTrue(add(held, third, THIRD));
    assertEquals(Map.of(PEER, 1), held.takeDropped());
  }

  @Test
  void whoFillsItWithFewLargeOnesGivesWayToo() {
    EncodedChange large = new Changes(4).adds("x".repeat(2_000), 2).get(1);
    HoldBack held = new HoldBack(100, large.sizeBytes() + 10L);
    assertTrue(add(held, large, PEER));
    assertTrue(add(held, others.get(0), OTHER));
    assertEquals(Map.of(PEER, 1), held.takeDropped());
    assertEquals(1, held.count());
    assertFalse(add(held, large, PEER), "that would be more than everybody else has");
  }

  @Test
  void whatIsPutBackKeepsItsRoomAndItsPlace() {
    HoldBack held = new HoldBack(2, 1 << 20);
    add(held, changes.get(0), PEER);
    add(held, changes.get(7), PEER);
    held.arrived(new ReplicaId(1), before.last());
    var first = held.poll(after);
    assertEquals(1, held.count());
    // What it waited for was given up meanwhile.
    held.putBack(first, SpaceState.EMPTY);
    assertEquals(2, held.count());
    assertTrue(add(held, others.get(1), OTHER));
    held.arrived(new ReplicaId(1), changes.get(9).last());
    assertEquals(List.of(changes.get(0)), ready(held, after), "the newer one went");
    assertEquals(1, held.count());
    assertEquals(0, held.of(PEER));
  }
}
