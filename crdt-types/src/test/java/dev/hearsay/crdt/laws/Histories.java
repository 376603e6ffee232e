package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Generates histories: few nodes, fields, and elements, so that they meet often. */
final class Histories {
  private static final int STEPS_MAX = 60;
  private static final int OPS_MAX = 4;

  private static final Arbitrary<String> SET = Arbitraries.of("set", "tags");
  private static final Arbitrary<String> COUNTER = Arbitraries.of("count", "votes");
  private static final Arbitrary<String> ELEMENT = Arbitraries.of("x", "y", "z");
  private static final Arbitrary<Integer> SMALL = Arbitraries.of(0, 1, 2, 3);

  private Histories() {}

  static Arbitrary<History> any() {
    return Arbitraries.of(FieldType.class)
        .filter(type -> type.code() <= 5)
        .set()
        .ofMinSize(1)
        .ofMaxSize(5)
        .flatMap(Histories::over);
  }

  /** Histories over fields of these types: the fewer, the more their writers meet. */
  static Arbitrary<History> over(Set<FieldType> types) {
    return Combinators.combine(
            Arbitraries.integers().between(0, 3).list().ofMinSize(2).ofMaxSize(4),
            step(transaction(types))
                .list()
                .ofMinSize(1)
                .ofMaxSize(STEPS_MAX)
                .withSizeDistribution(RandomDistribution.uniform()))
        .as(History::new);
  }

  private static Arbitrary<Step> step(Arbitrary<List<Op>> transaction) {
    return Arbitraries.frequencyOf(
        Tuple.of(20, Combinators.combine(SMALL, transaction).as(Step.Write::new)),
        Tuple.of(14, delivery(Arbitraries.just(0), Arbitraries.just(99))),
        Tuple.of(
            6,
            delivery(Arbitraries.integers().between(0, 8), Arbitraries.integers().between(1, 8))),
        Tuple.of(6, Combinators.combine(SMALL, SMALL).as(Step.Ask::new)),
        Tuple.of(6, SMALL.map(Step.Land::new)),
        Tuple.of(1, SMALL.map(Step.Lose::new)),
        Tuple.of(1, SMALL.map(Step.Restart::new)),
        Tuple.of(1, SMALL.map(Step.Backup::new)),
        Tuple.of(1, SMALL.map(Step.Restore::new)));
  }

  private static Arbitrary<Step> delivery(Arbitrary<Integer> start, Arbitrary<Integer> count) {
    return Combinators.combine(SMALL, SMALL, start, count, Arbitraries.longs().between(0, 99))
        .as(Step.Deliver::new);
  }

  private static Arbitrary<List<Op>> transaction(Set<FieldType> types) {
    List<Tuple2<Integer, Arbitrary<Op>>> ops = new ArrayList<>();
    new TreeSet<>(types).forEach(type -> ops.addAll(opsOn(type)));
    return Arbitraries.frequencyOf(ops).list().ofMinSize(1).ofMaxSize(OPS_MAX);
  }

  private static List<Tuple2<Integer, Arbitrary<Op>>> opsOn(FieldType type) {
    return switch (type) {
      case MV_REGISTER, CONFIDENCE_REGISTER, FLAG -> List.of();
      case OR_SET ->
          List.of(
              Tuple.of(5, Combinators.combine(SET, ELEMENT).as(Op.Add::new)),
              Tuple.of(3, Combinators.combine(SET, ELEMENT).as(Op.Remove::new)),
              Tuple.of(2, SET.map(name -> new Op.Clear(new FieldKey(name, type)))));
      case PN_COUNTER ->
          List.of(
              Tuple.of(
                  5,
                  Combinators.combine(COUNTER, Arbitraries.of(1L, 2L, 5L, -1L, -3L))
                      .as(Op.Increment::new)),
              Tuple.of(2, COUNTER.map(Op.Reset::new)));
      case LWW_REGISTER ->
          List.of(
              Tuple.of(4, ELEMENT.map(value -> new Op.Assign("summary", value))),
              Tuple.of(1, Arbitraries.just(new Op.Clear(new FieldKey("summary", type)))));
      case OR_MAP ->
          List.of(
              Tuple.of(
                  4,
                  Combinators.combine(ELEMENT, ELEMENT)
                      .as((key, value) -> new Op.Put("plan", key, value))),
              Tuple.of(2, ELEMENT.map(key -> new Op.RemoveKey("plan", key))),
              Tuple.of(1, Arbitraries.just(new Op.Clear(new FieldKey("plan", type)))));
      case APPEND_LOG ->
          List.of(
              Tuple.of(4, ELEMENT.map(entry -> new Op.Append("messages", entry))),
              Tuple.of(2, SMALL.map(index -> new Op.RemoveEntry("messages", index))),
              Tuple.of(1, Arbitraries.just(new Op.Clear(new FieldKey("messages", type)))));
    };
  }
}
