package dev.hearsay.sim.differential;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Generates histories: few nodes and elements, so that they meet often. */
final class Histories {
  private static final int STEPS_MAX = 40;
  private static final int OPS_MAX = 3;

  private static final Arbitrary<String> ELEMENT = Arbitraries.of("x", "y", "z");
  private static final Arbitrary<Integer> SMALL = Arbitraries.of(0, 1, 2, 3);

  private Histories() {}

  static Arbitrary<Op> ofSets() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, ELEMENT.map(Op.Add::new)),
        Tuple.of(4, ELEMENT.map(Op.Remove::new)),
        Tuple.of(1, Arbitraries.create(Op.Clear::new)));
  }

  static Arbitrary<Op> ofCounters() {
    return Arbitraries.of(1L, -1L, 2L, -3L, 0L, Long.MAX_VALUE, Long.MIN_VALUE)
        .map(Op.Increment::new);
  }

  static Arbitrary<Op> ofRegisters() {
    return ELEMENT.map(Op.Assign::new);
  }

  /** Nodes exchange whole states. */
  static Arbitrary<History> byState(Arbitrary<Op> ops) {
    return histories(write(ops), state());
  }

  /** Nodes exchange whole states and single changes. */
  static Arbitrary<History> byStateAndChange(Arbitrary<Op> ops) {
    return histories(
        write(ops),
        Arbitraries.frequencyOf(
            Tuple.of(1, state()),
            Tuple.of(
                3,
                Combinators.combine(SMALL, SMALL, Arbitraries.integers().between(1, 4))
                    .as(Step.Changes::new))));
  }

  private static Arbitrary<Step> write(Arbitrary<Op> ops) {
    return Combinators.combine(SMALL, ops.list().ofMinSize(1).ofMaxSize(OPS_MAX))
        .as(Step.Write::new);
  }

  private static Arbitrary<Step> state() {
    return Combinators.combine(SMALL, SMALL, Arbitraries.of(true, false)).as(Step.State::new);
  }

  private static Arbitrary<History> histories(Arbitrary<Step> write, Arbitrary<Step> exchange) {
    return Combinators.combine(
            Arbitraries.integers().between(0, 3).list().ofMinSize(2).ofMaxSize(4),
            Arbitraries.oneOf(List.of(write, exchange))
                .list()
                .ofMinSize(1)
                .ofMaxSize(STEPS_MAX)
                .withSizeDistribution(RandomDistribution.uniform()))
        .as(History::new);
  }
}
