package dev.hearsay.sim.bench.types;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.Value;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Writes to Hearsay's states as a node does: drafted, encoded, applied. */
final class Space {

  static final FieldKey SET = new FieldKey("set", FieldType.OR_SET);
  static final ReplicaId COMMON = new ReplicaId(0x9f1b_22c4_7d05_8e31L);
  static final ReplicaId HERE = new ReplicaId(0x2c4e_a077_13b9_f6d8L);
  static final ReplicaId THERE = new ReplicaId(0xe530_6d1a_98c2_4b7fL);
  static final ReplicaId ELSEWHERE = new ReplicaId(0x71d8_c95f_0a6e_3b24L);

  private static final long EPOCH_MILLIS = 1_790_000_000_000L;
  private static final int CHANGE_SIZE = 1_000;

  private Space() {}

  /** A change by that replica on top of that state. */
  static EncodedChange mint(SpaceState state, ReplicaId replica, Consumer<Draft> action) {
    HybridTime time = HybridTime.ofMillis(Math.max(EPOCH_MILLIS, state.latest().millis()) + 1);
    Draft draft = new Draft(state, replica, time, "researcher");
    action.accept(draft);
    return ChangeFormat.encode(draft.toChange());
  }

  /** Does the action for each number, in changes of a limited size. */
  static SpaceState write(
      SpaceState state, ReplicaId replica, long from, long to, LongFunction<Consumer<Draft>> each) {
    return write(state, replica, from, to, CHANGE_SIZE, each);
  }

  static SpaceState write(
      SpaceState state,
      ReplicaId replica,
      long from,
      long to,
      int changeSize,
      LongFunction<Consumer<Draft>> each) {
    SpaceState written = state;
    for (long start = from; start < to; start += changeSize) {
      long first = start;
      long end = Math.min(to, start + changeSize);
      written =
          written.apply(
              mint(
                  written,
                  replica,
                  draft -> Elements.forEach(first, end, n -> each.apply(n).accept(draft))));
    }
    return written;
  }

  /** Adds those elements to the set. */
  static SpaceState add(SpaceState state, ReplicaId replica, long from, long to) {
    return write(state, replica, from, to, number -> adding(Elements.element(number)));
  }

  static Consumer<Draft> adding(String element) {
    return draft -> OrSet.add(set(draft), Value.of(element));
  }

  static Consumer<Draft> removing(String element) {
    return draft -> OrSet.remove(set(draft), Value.of(element));
  }

  private static FieldDraft set(Draft draft) {
    return draft.field(SET);
  }
}
