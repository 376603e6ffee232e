package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final int STEPS_MAX = 70;
  private static final int OPS_MAX = 4;
  private static final int TYPES_MAX = 3;

  /** A name that fields of every type take, so that the sides of a cut create several. */
  private static final String SHARED = "a.both";

  private static final Arbitrary<String> SET = names("a.set", "a.set", "b.tags");
  private static final Arbitrary<String> COUNTER = names("a.count", "b.votes");
  private static final Arbitrary<String> REGISTER = names("a.summary");
  private static final Arbitrary<String> MAP = names("b.plan");
  private static final Arbitrary<String> LOG = names("a.messages");
  private static final Arbitrary<String> SUGGESTIONS = names("b.answer");
  private static final Arbitrary<String> CLAIMS = names("a.claim");
  private static final Arbitrary<String> FLAG = names("b.done");
  private static final Arbitrary<String> PREFIX = Arbitraries.of("a.", "b.", "a.b", "a.s", "");
  private static final Arbitrary<String> ELEMENT = Arbitraries.of("x", "y", "z");
  private static final Arbitrary<Integer> SMALL = Arbitraries.of(0, 1, 2, 3);

  /** From one key to below another; null leaves an end open. */
  private static final Arbitrary<List<String>> RANGE =
      Arbitraries.of(
          Arrays.asList(null, "y"),
          Arrays.asList(null, "z"),
          Arrays.asList("y", null),
          Arrays.asList("z", null),
          Arrays.asList("x", "z"),
          Arrays.asList("y", "z"),
          Arrays.asList("a", "zz"),
          Arrays.asList("xx", "yy"));

  private Histories() {}

  static Arbitrary<History> any() {
    return Arbitraries.of(FieldType.class)
        .set()
        .ofMinSize(1)
        .ofMaxSize(TYPES_MAX)
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
        Tuple.of(30, Combinators.combine(SMALL, transaction).as(Step.Write::new)),
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
    ops.add(Tuple.of(types.size(), nameOfAny(types).map(Op.Delete::new)));
    ops.add(Tuple.of(types.size(), PREFIX.map(Op.DeletePrefix::new)));
    return Arbitraries.frequencyOf(ops).list().ofMinSize(1).ofMaxSize(OPS_MAX);
  }

  /** The type's own names, and at times the one that all types share. */
  private static Arbitrary<String> names(String... own) {
    return Arbitraries.frequencyOf(
        Tuple.of(5, Arbitraries.of(own)), Tuple.of(1, Arbitraries.just(SHARED)));
  }

  private static Arbitrary<String> nameOfAny(Set<FieldType> types) {
    List<Tuple2<Integer, Arbitrary<String>>> names = new ArrayList<>();
    new TreeSet<>(types).forEach(type -> names.add(Tuple.of(1, namesOf(type))));
    return Arbitraries.frequencyOf(names);
  }

  private static Arbitrary<String> namesOf(FieldType type) {
    return switch (type) {
      case OR_SET -> SET;
      case PN_COUNTER -> COUNTER;
      case LWW_REGISTER -> REGISTER;
      case OR_MAP -> MAP;
      case APPEND_LOG -> LOG;
      case MV_REGISTER -> SUGGESTIONS;
      case CONFIDENCE_REGISTER -> CLAIMS;
      case FLAG -> FLAG;
    };
  }

  private static Arbitrary<Op> clear(FieldType type) {
    return namesOf(type).map(name -> new Op.Clear(new FieldKey(name, type)));
  }

  private static Arbitrary<Op> removeRange(FieldType type) {
    return Combinators.combine(namesOf(type), RANGE)
        .as(
            (name, range) ->
                new Op.RemoveRange(new FieldKey(name, type), range.get(0), range.get(1)));
  }

  private static List<Tuple2<Integer, Arbitrary<Op>>> opsOn(FieldType type) {
    return switch (type) {
      case OR_SET ->
          List.of(
              Tuple.of(14, Combinators.combine(SET, ELEMENT).as(Op.Add::new)),
              Tuple.of(5, Combinators.combine(SET, ELEMENT).as(Op.Remove::new)),
              Tuple.of(3, removeRange(type)),
              Tuple.of(1, clear(type)));
      case PN_COUNTER ->
          List.of(
              Tuple.of(
                  12,
                  Combinators.combine(COUNTER, Arbitraries.of(1L, 2L, 5L, -1L, -3L))
                      .as(Op.Increment::new)),
              Tuple.of(5, COUNTER.map(Op.Reset::new)));
      case LWW_REGISTER ->
          List.of(
              Tuple.of(10, Combinators.combine(REGISTER, ELEMENT).as(Op.Assign::new)),
              Tuple.of(1, clear(type)));
      case OR_MAP ->
          List.of(
              Tuple.of(14, Combinators.combine(MAP, ELEMENT, ELEMENT).as(Op.Put::new)),
              Tuple.of(5, Combinators.combine(MAP, ELEMENT).as(Op.RemoveKey::new)),
              Tuple.of(3, removeRange(type)),
              Tuple.of(1, clear(type)));
      case APPEND_LOG ->
          List.of(
              Tuple.of(40, Combinators.combine(LOG, ELEMENT).as(Op.Append::new)),
              Tuple.of(4, Combinators.combine(LOG, SMALL).as(Op.RemoveEntry::new)),
              Tuple.of(5, Combinators.combine(LOG, Arbitraries.of(0, 1, 2)).as(Op.KeepLast::new)),
              Tuple.of(12, Combinators.combine(LOG, SMALL).as(Op.TrimBefore::new)),
              Tuple.of(10, Combinators.combine(LOG, SMALL, SMALL).as(Op.RemoveEntries::new)),
              Tuple.of(1, clear(type)));
      case MV_REGISTER ->
          List.of(
              Tuple.of(10, Combinators.combine(SUGGESTIONS, ELEMENT).as(Op.Suggest::new)),
              Tuple.of(1, clear(type)));
      case CONFIDENCE_REGISTER ->
          List.of(
              Tuple.of(
                  10,
                  Combinators.combine(CLAIMS, ELEMENT, Arbitraries.of(0.0, 0.5, 0.9, 1.0))
                      .as(Op.Claim::new)),
              Tuple.of(2, clear(type)));
      case FLAG ->
          List.of(
              Tuple.of(10, FLAG.map(Op.Enable::new)),
              Tuple.of(6, FLAG.map(Op.Disable::new)),
              Tuple.of(1, clear(type)));
    };
  }
}
