package dev.hearsay.crdt.laws;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** The histories that the laws are tried on hold what the laws are about, often enough. */
class OperationsMeetTest {
  private static final int TRIES = 1_000;

  /** How often each kind of operation must show an effect to its writer. */
  private static final int EFFECTS_MIN = 100;

  private static final List<String> KINDS =
      List.of(
          "Add",
          "Remove",
          "Increment",
          "Reset",
          "Assign",
          "Suggest",
          "Claim",
          "Enable",
          "Disable",
          "Put",
          "RemoveKey",
          "RemoveRange",
          "Append",
          "RemoveEntry",
          "KeepLast",
          "TrimBefore",
          "RemoveEntries",
          "Clear",
          "Delete",
          "DeletePrefix");

  @Provide
  Arbitrary<History> histories() {
    return Histories.any();
  }

  @Property(tries = TRIES)
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void everyKindOfOperationHasEffects(@ForAll("histories") History history) {
    FullHistory truth = Playback.of(new DottedStore(), history).truth;
    truth.forEachEffect(
        (kind, effective) -> Statistics.label("effects").collect(kind + (effective ? "" : " no")));
    Statistics.label("effects")
        .coverage(
            coverage ->
                KINDS.forEach(kind -> coverage.check(kind).count(count -> count >= EFFECTS_MIN)));
  }

  @Property(tries = TRIES)
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void claimsAreRefusedAndNamesHaveTwoTypes(@ForAll("histories") History history) {
    Playback<?, ?, ?> played = Playback.of(new DottedStore(), history);
    boolean outweighed = played.truth.refused().containsKey("Claim");
    boolean ofAnotherType =
        played.truth.refused().keySet().stream().anyMatch(k -> !k.equals("Claim"));
    boolean conflict =
        played.seen.stream()
            .anyMatch(seen -> played.truth.content(seen.known()).containsKey(Algebra.CONFLICTS));
    Statistics.label("outweighed").collect(outweighed);
    Statistics.label("of another type").collect(ofAnotherType);
    Statistics.label("conflict").collect(conflict);
    for (String label : List.of("outweighed", "of another type", "conflict")) {
      Statistics.label(label)
          .coverage(coverage -> coverage.check(true).count(count -> count >= TRIES / 20));
    }
  }
}
