package dev.hearsay.crdt.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.value.RejectedException;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.PerProperty;
import net.jqwik.api.lifecycle.PropertyExecutionResult;

/**
 * The laws can fail: a second implementation keeps them, and each obvious shortcut in it breaks
 * one. Faults that rarely show have histories over the fields that they touch.
 */
class PlantedFaultsTest {
  private static final int TRIES = 600;
  private static final int FAULT_TRIES = 20_000;

  @Provide
  Arbitrary<History> histories() {
    return Histories.any();
  }

  @Provide
  Arbitrary<History> ofSets() {
    return Histories.over(Set.of(FieldType.OR_SET));
  }

  @Provide
  Arbitrary<History> ofCounters() {
    return Histories.over(Set.of(FieldType.PN_COUNTER));
  }

  @Provide
  Arbitrary<History> ofLogs() {
    return Histories.over(Set.of(FieldType.APPEND_LOG));
  }

  @Provide
  Arbitrary<History> ofMaps() {
    return Histories.over(Set.of(FieldType.OR_MAP));
  }

  @Provide
  Arbitrary<History> ofSuggestions() {
    return Histories.over(Set.of(FieldType.MV_REGISTER));
  }

  @Provide
  Arbitrary<History> ofClaims() {
    return Histories.over(Set.of(FieldType.CONFIDENCE_REGISTER));
  }

  @Provide
  Arbitrary<History> ofFlags() {
    return Histories.over(Set.of(FieldType.FLAG));
  }

  @Property(tries = TRIES)
  void thePlainStoreKeepsEveryLaw(@ForAll("histories") History history) {
    checkAll(Playback.of(new PlainStore(), history));
  }

  /** Two implementations that share no code agree, state by state. */
  @Property(tries = TRIES)
  void bothStoresHoldTheSame(@ForAll("histories") History history) {
    PlainStore plain = new PlainStore();
    DottedStore dotted = new DottedStore();
    Playback<PlainStore.State, PlainStore.Change, PlainStore.Diff> a = Playback.of(plain, history);
    Playback<SpaceState, EncodedChange, StateDiff> b = Playback.of(dotted, history);
    assertEquals(a.seen.size(), b.seen.size());
    for (int i = 0; i < a.seen.size(); i++) {
      assertEquals(plain.content(a.seen.get(i).state()), dotted.content(b.seen.get(i).state()));
      assertEquals(plain.frontier(a.seen.get(i).state()), b.seen.get(i).state().frontier());
    }
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void oneDotForAWholeChange(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.ONE_DOT_PER_CHANGE), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void noFreshAtomForAnEqualElement(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.FRESH_ATOM_SKIPPED), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void resetByTheValueSeen(@ForAll("ofCounters") History history) {
    checkAll(Playback.of(new PlainStore(Fault.RESET_BY_SCALAR), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void resetByDroppingCounts(@ForAll("ofCounters") History history) {
    checkAll(Playback.of(new PlainStore(Fault.RESET_BY_DROPPING_COUNTS), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void baseWithTheHighestTotal(@ForAll("ofCounters") History history) {
    checkAll(Playback.of(new PlainStore(Fault.BASE_BY_HIGHEST_TOTAL), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void clearJudgedByTheReceiversFrontier(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.CLEAR_BY_RECEIVERS_FRONTIER), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void pastLeftOutOfTransfer(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.PAST_NOT_TRANSFERRED), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void dependenciesIgnored(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.DEPENDENCIES_IGNORED), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void duplicatesApplied(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.DUPLICATES_APPLIED), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void shippedAtomsEnterAtTheBase(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.SHIPPED_ENTER_AT_BASE), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void livingDotsIgnored(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.LIVING_DOTS_IGNORED), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void unshippedAtomsStay(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.UNSHIPPED_STAY), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void joinTakesTheSendersState(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.JOIN_TAKES_SENDERS_STATE), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void olderWritesVanish(@ForAll("histories") History history) {
    checkAll(Playback.of(new PlainStore(Fault.OLDER_WRITES_VANISH), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void digestWithoutTheFrontier(@ForAll("histories") History history) {
    checkAll(Playback.of(new PlainStore(Fault.DIGEST_WITHOUT_FRONTIER), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void logInOrderOfArrival(@ForAll("ofLogs") History history) {
    checkAll(Playback.of(new PlainStore(Fault.LOG_IN_ORDER_OF_ARRIVAL), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void resetByDroppingCountsWhileTheOwnerRemembers(@ForAll("ofCounters") History history) {
    checkAll(Playback.of(new PlainStore(Fault.RESET_BY_DROPPING_COUNTS_AND_REMEMBERING), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void countOfANodeUnderAllItsReplicas(@ForAll("ofCounters") History history) {
    checkAll(Playback.of(new PlainStore(Fault.COUNT_BY_NODE), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void deletionDropsCounts(@ForAll("ofCounters") History history) {
    checkAll(Playback.of(new PlainStore(Fault.DELETION_DROPS_COUNTS), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void rangeJudgedByTheReceiversFrontier(@ForAll("ofMaps") History history) {
    checkAll(Playback.of(new PlainStore(Fault.RANGE_BY_RECEIVERS_FRONTIER), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void prefixJudgedByTheReceiversFrontier(@ForAll("histories") History history) {
    checkAll(Playback.of(new PlainStore(Fault.PREFIX_BY_RECEIVERS_FRONTIER), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void rangeSwallowsWhatItsOwnChangePuts(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.RANGE_SWALLOWS_OWN_PUTS), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void logTrimmedToSoManyAtTheReceiver(@ForAll("ofLogs") History history) {
    checkAll(Playback.of(new PlainStore(Fault.LOG_TRIMMED_BY_RECEIVERS_COUNT), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void logTrimmedByTimeAtTheReceiver(@ForAll("ofLogs") History history) {
    checkAll(Playback.of(new PlainStore(Fault.LOG_TRIMMED_BY_TIME_ALONE), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void deletionRememberedByName(@ForAll("histories") History history) {
    checkAll(Playback.of(new PlainStore(Fault.DELETION_BY_NAME), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void deletionByEpoch(@ForAll("histories") History history) {
    checkAll(Playback.of(new PlainStore(Fault.DELETION_BY_EPOCH), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void onlyTheLatestSibling(@ForAll("ofSuggestions") History history) {
    checkAll(Playback.of(new PlainStore(Fault.ONLY_THE_LATEST_SIBLING), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void strongerClaimDropsWhatItHadNotSeen(@ForAll("ofClaims") History history) {
    checkAll(Playback.of(new PlainStore(Fault.STRONGER_CLAIM_DROPS_UNSEEN), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void weakerClaimAccepted(@ForAll("ofClaims") History history) {
    checkAll(Playback.of(new PlainStore(Fault.WEAKER_CLAIM_ACCEPTED), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void flagByItsLatestWrite(@ForAll("ofFlags") History history) {
    checkAll(Playback.of(new PlainStore(Fault.FLAG_BY_LATEST_WRITE), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void idleReplicasForgotten(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.IDLE_REPLICAS_FORGOTTEN), history));
  }

  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFail.class)
  void latestTimeOfAtomsAlone(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.LATEST_FROM_ATOMS), history));
  }

  /**
   * Against the store that ships: a node that lost its disk's tail mints its old dots anew. It
   * breaks a law, or the two histories are noticed where they meet; which comes first, the history
   * decides.
   */
  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.OFF)
  @PerProperty(MustFailOrBeFoundForked.class)
  void replicaReusedAfterALoss(@ForAll("histories") History history) {
    checkAll(Playback.of(new DottedStore(), history, true));
  }

  /** What a broken law looks like: a few steps, printed one a line. */
  @Property(tries = FAULT_TRIES, shrinking = ShrinkingMode.FULL)
  @PerProperty(MustFailInAFewSteps.class)
  void counterexamplesShrinkToAFewSteps(@ForAll("ofSets") History history) {
    checkAll(Playback.of(new PlainStore(Fault.LIVING_DOTS_IGNORED), history));
  }

  private static final class MustFailOrBeFoundForked extends MustFail {
    @Override
    public PropertyExecutionResult onFailure(PropertyExecutionResult result) {
      boolean forked =
          result.throwable().orElseThrow() instanceof RejectedException rejected
              && rejected.reason() == RejectedException.Reason.FORKED;
      return forked ? result.mapToSuccessful() : super.onFailure(result);
    }
  }

  private static final class MustFailInAFewSteps extends MustFail {
    private static final int STEPS_MAX = 5;

    @Override
    public PropertyExecutionResult onFailure(PropertyExecutionResult result) {
      History shrunk = (History) result.falsifiedParameters().orElseThrow().get(0);
      assertTrue(shrunk.steps().size() <= STEPS_MAX, shrunk::toString);
      assertEquals(shrunk.steps().size() + 1, shrunk.toString().lines().count());
      return super.onFailure(result);
    }
  }

  private static void checkAll(Playback<?, ?, ?> played) {
    for (Law law : Law.values()) {
      law.check(played);
    }
  }
}
