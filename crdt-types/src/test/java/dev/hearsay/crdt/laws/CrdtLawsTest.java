package dev.hearsay.crdt.laws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The store that ships keeps every law on random histories. */
class CrdtLawsTest {
  private static final int TRIES = 1_000;

  private final DottedStore store = new DottedStore();

  @Provide
  Arbitrary<History> histories() {
    return Histories.any();
  }

  private Playback<SpaceState, EncodedChange, StateDiff> play(History history) {
    return Playback.of(store, history);
  }

  @Property(tries = 2 * TRIES)
  void everyReplicaHoldsWhatTheFullHistorySays(@ForAll("histories") History history) {
    Law.HOLDS_WHAT_THE_HISTORY_SAYS.check(play(history));
  }

  @Property(tries = TRIES)
  void removedNeverComesBack(@ForAll("histories") History history) {
    Law.REMOVED_NEVER_COMES_BACK.check(play(history));
  }

  @Property(tries = TRIES)
  void frontiersGrow(@ForAll("histories") History history) {
    Law.FRONTIERS_GROW.check(play(history));
  }

  @Property(tries = TRIES)
  void applyingAChangeIsJoiningItsState(@ForAll("histories") History history) {
    Law.APPLYING_IS_JOINING.check(play(history));
  }

  @Property(tries = TRIES)
  void changesApplyInCausalOrderAndOnce(@ForAll("histories") History history) {
    Law.CHANGES_APPLY_IN_CAUSAL_ORDER.check(play(history));
  }

  @Property(tries = TRIES)
  void anyCausalOrderWithDuplicatesGivesOneState(@ForAll("histories") History history) {
    Law.ANY_CAUSAL_ORDER_GIVES_ONE_STATE.check(play(history));
  }

  @Property(tries = TRIES)
  void nodesConverge(@ForAll("histories") History history) {
    Law.NODES_CONVERGE.check(play(history));
  }

  @Property(tries = TRIES)
  void joinIsCommutative(@ForAll("histories") History history) {
    Law.JOIN_IS_COMMUTATIVE.check(play(history));
  }

  @Property(tries = TRIES)
  void joinIsAssociative(@ForAll("histories") History history) {
    Law.JOIN_IS_ASSOCIATIVE.check(play(history));
  }

  @Property(tries = TRIES)
  void joinIsIdempotent(@ForAll("histories") History history) {
    Law.JOIN_IS_IDEMPOTENT.check(play(history));
  }

  @Property(tries = TRIES)
  void aDiffCompletesAnyReplica(@ForAll("histories") History history) {
    Law.A_DIFF_COMPLETES_ANY_REPLICA.check(play(history));
  }

  @Property(tries = TRIES)
  void writesAreLaterThanAllTheirWriterHadSeen(@ForAll("histories") History history) {
    Law.WRITES_ARE_LATER_THAN_THEIR_PAST.check(play(history));
  }

  @Property(tries = TRIES)
  void digestsAreEqualExactlyIfFrontierAndAtomsAre(@ForAll("histories") History history) {
    Law.DIGEST_TELLS_STATES_APART.check(play(history));
  }

  @Property(tries = TRIES)
  void aChangeIsWhatItsBytesSay(@ForAll("histories") History history) {
    for (Playback.Minted<SpaceState, EncodedChange> minted : play(history).minted) {
      EncodedChange change = minted.change();
      EncodedChange decoded = ChangeFormat.decode(change.toByteArray());
      assertEquals(change.change(), decoded.change());
      assertEquals(change.hash(), decoded.hash());
      assertEquals(change.last(), decoded.last());
      assertArrayEquals(change.toByteArray(), ChangeFormat.encode(decoded.change()).toByteArray());
    }
  }

  @Property(tries = TRIES)
  void aDiffIsWhatItsBytesSay(@ForAll("histories") History history) {
    for (Playback.Joined<SpaceState, StateDiff> joined : play(history).joined) {
      byte[] bytes = DiffFormat.encode(joined.diff());
      StateDiff decoded = DiffFormat.decode(bytes);
      Law.requireSame(store, joined.after(), joined.before().join(decoded), "diff and its bytes");
      assertArrayEquals(bytes, DiffFormat.encode(decoded));
    }
  }

  @Property(tries = TRIES)
  void aStateIsWhatItsBytesSay(@ForAll("histories") History history) {
    for (Playback.Seen<SpaceState> seen : play(history).seen) {
      SpaceState state = seen.state();
      SpaceState decoded = DiffFormat.decodeState(DiffFormat.encode(state));
      Law.requireSame(store, state, decoded, "a state and its bytes");
      assertEquals(state.heads(), decoded.heads());
      assertEquals(state.latest(), decoded.latest());
    }
  }
}
