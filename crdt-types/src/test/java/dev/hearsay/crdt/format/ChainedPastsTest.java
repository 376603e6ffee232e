package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Diffs of spaces in which many replicas wrote: pasts in a chain, version 4. */
class ChainedPastsTest {
  private static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);

  /** A space in which that many incarnations wrote, at three nodes that see each other late. */
  private static final class Life {
    final Random random;
    final List<SpaceState> nodes = new ArrayList<>();
    final List<ReplicaId> writers = new ArrayList<>();
    SpaceState all = SpaceState.EMPTY;

    Life(long seed, int nodes) {
      random = new Random(seed);
      for (int i = 0; i < nodes; i++) {
        this.nodes.add(SpaceState.EMPTY);
        writers.add(new ReplicaId(random.nextLong()));
      }
    }

    /** A node writes, as a new incarnation or as the last one, and others may see it. */
    EncodedChange step(double restarts, double seen) {
      int at = random.nextInt(nodes.size());
      if (random.nextDouble() < restarts) {
        writers.set(at, new ReplicaId(random.nextLong()));
      }
      SpaceState node = nodes.get(at);
      Draft draft = new Draft(node, writers.get(at), all.latest().next(), "author");
      OrSet.add(draft.field(SET), Value.of("e" + random.nextInt(20)));
      EncodedChange change = ChangeFormat.encode(draft.toChange());
      nodes.set(at, node.apply(change));
      all = all.join(nodes.get(at));
      for (int i = 0; i < nodes.size(); i++) {
        if (random.nextDouble() < seen) {
          nodes.set(i, nodes.get(i).join(nodes.get(at)));
        }
      }
      return change;
    }
  }

  private static Life any(long seed, int incarnations) {
    Life life = new Life(seed, 1 + (int) Math.floorMod(seed, 4L));
    while (life.all.frontier().size() < incarnations) {
      life.step(0.8, 0.4);
    }
    return life;
  }

  private static int version(byte[] bytes) {
    return bytes[1];
  }

  @Property(tries = 60)
  void whatIsReadIsWhatWasWritten(@ForAll long seed) {
    Life life = any(seed, 150);
    for (SpaceState base : List.of(SpaceState.EMPTY, life.nodes.get(0))) {
      StateDiff diff = life.all.diff(base.frontier());
      byte[] bytes = DiffFormat.encode(diff);
      assertEquals(DiffFormat.VERSION_WITH_CHAINED_PASTS, version(bytes));
      StateDiff read = DiffFormat.decode(bytes);
      diff.heads()
          .forEach(
              (replica, head) -> {
                assertEquals(head.counter(), read.heads().get(replica).counter());
                assertEquals(head.hash(), read.heads().get(replica).hash());
                if (head.counter() > base.frontier().counter(replica)) {
                  assertEquals(head.past(), read.heads().get(replica).past());
                }
              });
      assertArrayEquals(bytes, DiffFormat.encode(read));
      SpaceState joined = base.join(read);
      assertEquals(life.all.digest(), joined.digest());
      assertEquals(life.all.heads(), joined.heads());
    }
  }

  /** A change that comes late finds the past it goes on from, wherever the state came from. */
  @Property(tries = 30)
  void aLateChangeOfAGoneReplicaIsTaken(@ForAll long seed) {
    Life life = any(seed, 135);
    Draft draft =
        new Draft(life.nodes.get(0), life.writers.get(0), life.all.latest().next(), "author");
    draft.field(SET).clear();
    EncodedChange late = ChangeFormat.encode(draft.toChange());
    for (int i = 0; i < 40; i++) {
      life.writers.set(0, new ReplicaId(life.random.nextLong()));
      life.step(1, 1);
    }
    SpaceState stored = DiffFormat.decodeState(DiffFormat.encode(life.all));
    boolean forked = life.all.admission(late) == SpaceState.Admission.FORKED;
    assertEquals(life.all.admission(late), stored.admission(late));
    if (!forked) {
      assertEquals(life.all.apply(late).digest(), stored.apply(late).digest());
    }
  }

  @Test
  void upTo128ReplicasItIsTheVersionBefore() {
    assertEquals(DiffFormat.VERSION, version(DiffFormat.encode(any(1, 128).all)));
    assertEquals(
        DiffFormat.VERSION_WITH_CHAINED_PASTS, version(DiffFormat.encode(any(1, 129).all)));
  }

  /** Incarnations that come one after the other take the same room each, and not ever more. */
  @Test
  void theBooksOfIncarnationsGrowWithTheirNumberAndNotWithItsSquare() {
    Life life = new Life(3, 1);
    int[] sizes = new int[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 400; j++) {
        life.step(1, 0);
      }
      sizes[i] = DiffFormat.encode(life.all).length;
    }
    int second = sizes[1] - sizes[0];
    int third = sizes[2] - sizes[1];
    assertTrue(Math.abs(third - second) < second / 10, second + " and then " + third + " bytes");
    assertTrue(third < 400 * 40, third + " bytes for 400");
  }

  @Property(tries = 30)
  void aDamagedOneIsRejectedOrIsExactlyWhatItSays(@ForAll long seed) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(seed);
    byte[] bytes = DiffFormat.encode(any(seed, 135).all);
    int checked = 0;
    for (int i = 0; i < 300; i++) {
      byte[] flipped = bytes.clone();
      flipped[6 + random.nextInt(flipped.length - 6)] ^= (byte) (1 << random.nextInt(8));
      byte[] damaged = Damage.resealed(flipped);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        StateDiff read = DiffFormat.decode(damaged);
        assertArrayEquals(damaged, DiffFormat.encode(read));
        checked++;
      } catch (RejectedException e) {
        assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < 2_000_000 + 200L * bytes.length, allocated + " bytes");
    }
    assertTrue(checked > 0, "every damage was rejected: nothing was compared");
    for (int length = 0; length < bytes.length; length += 1 + random.nextInt(50)) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThrows(RejectedException.class, () -> DiffFormat.decode(prefix));
    }
  }

  /** Bytes of a build that kept pasts one by one are read as ever. */
  @Test
  void theVersionBeforeIsReadHoweverManyReplicasItHas() {
    SpaceState state = any(9, 128).all;
    byte[] bytes = DiffFormat.encode(state);
    assertEquals(DiffFormat.VERSION, version(bytes));
    assertEquals(state.heads(), DiffFormat.decodeState(bytes).heads());
    StateDiff wide = any(9, 160).all.diff(VersionVector.EMPTY);
    byte[] plain = new DiffWriter(wide, /* chained= */ false).write();
    assertEquals(DiffFormat.VERSION, version(plain));
    assertEquals(wide.heads(), DiffFormat.decode(plain).heads());
    assertTrue(plain.length > DiffFormat.encode(wide).length);
  }
}
