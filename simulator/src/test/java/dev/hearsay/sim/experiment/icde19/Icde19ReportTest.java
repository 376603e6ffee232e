package dev.hearsay.sim.experiment.icde19;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.report.Report;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The report tells when the harness is off, and when a goal is missed. */
class Icde19ReportTest {
  private static Report report(long treeElements, long ours, long metadata) throws IOException {
    return new Icde19Report(
            Published.read(),
            List.of(
                new Cost("tree15", "GMap10", "deltaBpRr", treeElements, 5_696, 147_000),
                new Cost("mesh15", "GSet", "deltaBpRr", 69_000, 12_210, 21_000),
                new Cost("mesh15", "GSet", OurProtocol.LABEL, ours, metadata, 21_000)))
        .report();
  }

  private static List<String> verdicts(Report report) {
    return report.checks().stream().map(Report.Check::verdict).toList();
  }

  @Test
  void whatIsWithinOnePercentIsReproduced() throws IOException {
    Report report = report(147_000, 21_500, 12_000);
    assertEquals(List.of("holds", "holds", "reached", "reached"), verdicts(report));
    assertTrue(report.holds());
  }

  @Test
  void whatIsFurtherOffIsNot() throws IOException {
    assertFalse(report(149_000, 21_500, 12_000).holds());
  }

  @Test
  void aGoalThatIsMissedIsToldAndBreaksNothing() throws IOException {
    Report report = report(147_000, 23_200, 12_300);
    assertEquals(List.of("holds", "holds", "NOT REACHED", "NOT REACHED"), verdicts(report));
    assertTrue(report.holds());
  }

  @Test
  void thePublishedFiguresAreInTheProgram() throws IOException {
    Published published = Published.read();
    assertTrue(published.source().contains("ICDE 2019"));
    assertEquals(
        List.of("tree15", "mesh15"), published.topologies().stream().map(Topology::name).toList());
    assertEquals(OptionalLong.of(21_000), published.elements("tree15", "GSet", "deltaBpRr"));
    assertEquals(OptionalLong.of(146_972), published.elements("tree15", "GMap10", "deltaBpRr"));
    assertEquals(OptionalLong.of(1_395_645), published.elements("tree15", "GMap100", "deltaBpRr"));
    assertEquals(OptionalLong.empty(), published.elements("mine", "GSet", "deltaBpRr"));
  }
}
