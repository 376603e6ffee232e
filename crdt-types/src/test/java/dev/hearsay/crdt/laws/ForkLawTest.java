package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState.Admission;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.PerProperty;

/** Two branches under one replica, as a copied disk makes them, never pass for one. */
class ForkLawTest {
  private static final ReplicaId REPLICA = new ReplicaId(0x1111_2222_3333_4444L);

  /**
   * A replica that goes on from the same past twice.
   *
   * @param past what both branches share
   * @param one how the first goes on
   * @param other how the second goes on
   */
  record Branches(List<List<Op>> past, List<List<Op>> one, List<List<Op>> other) {}

  @Provide
  Arbitrary<Branches> branches() {
    Arbitrary<List<Op>> write =
        Arbitraries.of("x", "y", "z")
            .<Op>map(element -> new Op.Add("set", element))
            .list()
            .ofMinSize(1)
            .ofMaxSize(3);
    return Combinators.combine(
            write.list().ofMaxSize(4),
            write.list().ofMinSize(1).ofMaxSize(6),
            write.list().ofMinSize(1).ofMaxSize(6))
        .as(Branches::new);
  }

  @Property
  void branchesUnderOneReplicaAreFound(@ForAll("branches") Branches branches) {
    check(new DottedStore(), branches);
  }

  @Property
  void thePlainStoreFindsThemToo(@ForAll("branches") Branches branches) {
    check(new PlainStore(), branches);
  }

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void previousHashIgnored(@ForAll("branches") Branches branches) {
    check(new PlainStore(Fault.PREVIOUS_HASH_IGNORED), branches);
  }

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void onlyEqualDotsCompared(@ForAll("branches") Branches branches) {
    check(new PlainStore(Fault.ONLY_EQUAL_DOTS_COMPARED), branches);
  }

  private static <S, C, D> void check(Algebra<S, C, D> store, Branches branches) {
    Branch<S, C> shared = new Branch<>(store.empty(), new ArrayList<>());
    branches.past().forEach(ops -> shared.write(store, ops, 1));
    Branch<S, C> one = shared.copy();
    Branch<S, C> other = shared.copy();
    branches.one().forEach(ops -> one.write(store, ops, 2));
    branches.other().forEach(ops -> other.write(store, ops, 3));
    boolean found = forkFound(store, one.state, other.changes);
    found |= forkFound(store, other.state, one.changes);
    Law.require(found, "neither side found the fork");
  }

  /** True if a change is refused as forked; none of the other branch may ever be let in. */
  private static <S, C, D> boolean forkFound(Algebra<S, C, D> store, S state, List<C> changes) {
    boolean found = false;
    for (C change : changes) {
      Admission admission = store.admission(state, change);
      Law.require(admission != Admission.APPLICABLE, "let in from another branch: " + change);
      found |= admission == Admission.FORKED;
    }
    return found;
  }

  private static final class Branch<S, C> {
    S state;
    final List<C> changes;

    Branch(S state, List<C> changes) {
      this.state = state;
      this.changes = changes;
    }

    Branch<S, C> copy() {
      return new Branch<>(state, new ArrayList<>(changes));
    }

    <D> void write(Algebra<S, C, D> store, List<Op> ops, long millis) {
      HybridTime clock = HybridTime.ofMillis(millis);
      C change = store.mint(state, REPLICA, HybridTime.max(clock, store.latest(state).next()), ops);
      if (change != null) {
        state = store.apply(state, change);
        changes.add(change);
      }
    }
  }
}
