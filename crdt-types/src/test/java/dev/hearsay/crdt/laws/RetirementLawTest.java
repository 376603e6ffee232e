package dev.hearsay.crdt.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.PerProperty;

/** Closing entries of frontiers changes nothing; forgetting them does. */
class RetirementLawTest {
  private static final int TRIES = 500;
  private static final int FAULT_TRIES = 20_000;

  /** Of every frontier that is named to another some entries are closed. */
  private static final class ClosingStore extends DottedStore {
    @Override
    public StateDiff diff(SpaceState state, VersionVector base) {
      return super.diff(state, closedAndOpened(base));
    }
  }

  /** Planted: the sender of a state leaves out a replica that is gone. */
  private static final class ForgettingStore extends DottedStore {
    @Override
    public StateDiff diff(SpaceState state, VersionVector base) {
      StateDiff whole = super.diff(state, base);
      SortedMap<ReplicaId, ReplicaHead> heads = new TreeMap<>(whole.heads());
      if (heads.size() > 1) {
        heads.remove(heads.firstKey());
      }
      return new StateDiff(
          whole.base(), heads, whole.latest(), whole.beyond(), whole.living(), whole.baseHashes());
    }
  }

  @Provide
  Arbitrary<History> histories() {
    return Histories.any();
  }

  private static VersionVector closedAndOpened(VersionVector vector) {
    Random random = new Random(vector.hashCode());
    VersionVector part = VersionVector.EMPTY;
    for (int i = 0; i < vector.size(); i++) {
      long counter = vector.counterAt(i);
      switch (random.nextInt(3)) {
        case 0 -> part = part.with(vector.replicaAt(i), counter);
        case 1 -> part = part.with(vector.replicaAt(i), 1 + random.nextInt((int) counter));
        default -> {}
      }
    }
    ClosedVector closed = ClosedVector.of(VersionVector.decode(part.encode()));
    assertEquals(ClosedVector.of(part), closed);
    VersionVector open = VersionVector.decode(closed.open(vector).encode());
    VersionVector again = closed.close(open);
    assertEquals(vector, again);
    assertEquals(vector.encode().length, again.encode().length);
    return again;
  }

  @Property(tries = TRIES)
  void everyLawHoldsWhateverIsClosed(@ForAll("histories") History history) {
    Playback<SpaceState, EncodedChange, StateDiff> played =
        Playback.of(new ClosingStore(), history);
    Law.HOLDS_WHAT_THE_HISTORY_SAYS.check(played);
    Law.REMOVED_NEVER_COMES_BACK.check(played);
    Law.FRONTIERS_GROW.check(played);
    Law.NODES_CONVERGE.check(played);
  }

  /** Join, diff and covers, pair by pair, beside the same without. */
  @Property(tries = TRIES)
  void joinsDiffsAndOrderAreTheSame(@ForAll("histories") History history) {
    DottedStore plain = new DottedStore();
    Playback<SpaceState, EncodedChange, StateDiff> played = Playback.of(plain, history);
    for (Playback.Joined<SpaceState, StateDiff> joined : played.joined) {
      VersionVector some = joined.before().frontier();
      VersionVector other = joined.sender().frontier();
      VersionVector someClosed = closedAndOpened(some);
      VersionVector otherClosed = closedAndOpened(other);
      assertEquals(some.join(other), someClosed.join(otherClosed));
      assertEquals(some.meet(other), someClosed.meet(otherClosed));
      assertEquals(some.covers(other), someClosed.covers(otherClosed));
      assertEquals(some.beyond(other), someClosed.beyond(otherClosed));
      assertEquals(
          joined.sender().diff(joined.diff().base()).shippedDots().size(),
          joined.sender().diff(closedAndOpened(joined.diff().base())).shippedDots().size());
      Law.requireSame(
          plain,
          joined.after(),
          joined.before().join(joined.sender().diff(closedAndOpened(joined.diff().base()))),
          "with closed entries and without");
    }
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void aRetiredReplicaThatIsForgottenIsFound(@ForAll("histories") History history) {
    Law.HOLDS_WHAT_THE_HISTORY_SAYS.check(Playback.of(new ForgettingStore(), history));
  }
}
