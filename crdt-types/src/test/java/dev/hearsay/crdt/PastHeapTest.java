package dev.hearsay.crdt;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.Value;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the pasts of many incarnations take in memory, however they came. */
class PastHeapTest {
  private static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);

  /** As HotSpot lays out objects below 32 GiB: 12 bytes of header, 4 for a reference. */
  private static long heapBytes(Object root) throws IllegalAccessException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> todo = new ArrayDeque<>();
    todo.add(root);
    long bytes = 0;
    while (!todo.isEmpty()) {
      Object each = todo.remove();
      if (!seen.add(each)) {
        continue;
      }
      long size;
      if (each.getClass().isArray()) {
        int length = Array.getLength(each);
        boolean isLongs = each instanceof long[];
        size = 16 + (isLongs ? 8L : 4L) * length;
        for (int i = 0; !isLongs && i < length; i++) {
          if (Array.get(each, i) != null) {
            todo.add(Array.get(each, i));
          }
        }
      } else {
        size = 12;
        for (Class<?> type = each.getClass(); type != Object.class; type = type.getSuperclass()) {
          for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
              continue;
            }
            size += field.getType() == long.class ? 8 : 4;
            field.setAccessible(true);
            if (!field.getType().isPrimitive() && field.get(each) != null) {
              todo.add(field.get(each));
            }
          }
        }
      }
      bytes += (size + 7) / 8 * 8;
    }
    return bytes;
  }

  private static long pastsBytes(SpaceState state) throws IllegalAccessException {
    return heapBytes(state.heads().values().stream().map(ReplicaHead::past).toArray(Past[]::new));
  }

  /** The same pasts as one vector each, of two arrays. */
  private static long flatBytes(SpaceState state) {
    return state.heads().values().stream().mapToLong(head -> 56 + 12L * head.past().size()).sum();
  }

  /** Two that live on and write now and then, and one that starts anew for each write. */
  private static SpaceState life(SpaceState begin, int starts, boolean asStates) {
    SplittableRandom random = new SplittableRandom(begin.frontier().size() + 7L);
    SpaceState state = begin;
    for (int i = 0; i < starts; i++) {
      ReplicaId pod = new ReplicaId(random.nextLong());
      ReplicaId writer = random.nextInt(4) == 0 ? new ReplicaId(random.nextInt(2)) : pod;
      Draft draft = new Draft(state, writer, state.latest().next(), "author");
      OrSet.add(draft.field(SET), Value.of("e" + random.nextInt(20)));
      SpaceState next = state.apply(ChangeFormat.encode(draft.toChange()));
      byte[] diff = DiffFormat.encode(next.diff(state.frontier()));
      state = asStates ? state.join(DiffFormat.decode(diff)) : next;
    }
    return state;
  }

  @Test
  void theyGrowWithTheirNumberAndNotWithItsSquare() throws IllegalAccessException {
    for (boolean asStates : new boolean[] {false, true}) {
      SpaceState some = life(SpaceState.EMPTY, 1_000, asStates);
      SpaceState more = life(some, 1_000, asStates);
      SpaceState stored = DiffFormat.decodeState(DiffFormat.encode(more));
      long first = pastsBytes(some);
      long both = pastsBytes(more);
      long again = pastsBytes(stored);
      System.out.printf(
          "pasts of %,d and %,d replicas: %,d and %,d bytes of heap, %,d read from a snapshot of"
              + " %,d bytes; one vector each %,d and %,d%n",
          some.frontier().size(),
          more.frontier().size(),
          first,
          both,
          again,
          DiffFormat.encode(more).length,
          flatBytes(some),
          flatBytes(more));
      assertTrue(both < 2.6 * first, first + " and then " + both + " bytes");
      assertTrue(both < 2_000L * more.frontier().size(), both + " bytes");
      assertTrue(again < 2 * both, again + " bytes after it was read, " + both + " before");
      assertTrue(flatBytes(more) > 3.5 * flatBytes(some), "nothing was measured");
    }
  }
}
