package dev.hearsay.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.sim.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many runs, one after the other and several at the same time. */
class CampaignTest {
  private static final long SECOND = 1_000_000_000L;

  private static List<SimSettings> settings(long seconds) {
    return Stream.of("sets", "gset", "large-values")
        .map(
            workload ->
                new SimSettings(
                    3,
                    seconds * SECOND,
                    Workloads.find(workload).orElseThrow(),
                    List.of(FaultKind.values()),
                    null,
                    null,
                    Map.of()))
        .toList();
  }

  private static final class Told implements Campaign.Progress {
    final List<Long> failed = new ArrayList<>();
    long last;

    @Override
    public void at(long virtualNanos, long runsDone) {
      last = virtualNanos;
    }

    @Override
    public void failed(Campaign.Failure failure) {
      failed.add(failure.run().seed());
    }
  }

  @Test
  void runsOnSeveralThreadsAreThoseOfOne() {
    List<RunResult> one = new ArrayList<>();
    List<RunResult> several = new ArrayList<>();
    Told told = new Told();
    Campaign alone = new Campaign(null, PlantedFault.NONE, new Told(), 1);
    Campaign together = new Campaign(null, PlantedFault.NONE, told, 4);
    alone.each(settings(6), 40, 9, () -> true, (each, result) -> one.add(result));
    together.each(settings(6), 40, 9, () -> true, (each, result) -> several.add(result));
    assertEquals(one, several);
    assertEquals(alone.totals(), together.totals());
    assertEquals(9, together.totals().runs());
    assertEquals(together.totals().virtualNanos(), told.last);
  }

  @Test
  void failuresAreTheSameInTheSameOrder() {
    Told one = new Told();
    Told several = new Told();
    Campaign alone = new Campaign(null, PlantedFault.SHOWS_AN_OLDER_STATE, one, 1);
    Campaign together = new Campaign(null, PlantedFault.SHOWS_AN_OLDER_STATE, several, 3);
    alone.run(settings(5).subList(0, 1), 1, 30, () -> true);
    together.run(settings(5).subList(0, 1), 1, 30, () -> true);
    assertTrue(one.failed.size() > 1, () -> "found with " + one.failed);
    assertEquals(one.failed, several.failed);
    assertEquals(alone.totals().traceHash(), together.totals().traceHash());
    assertEquals(alone.totals().runs(), together.totals().runs());
  }

  @Test
  void noMoreRunsAreTakenThanMayBe() {
    Campaign campaign = new Campaign(null, PlantedFault.NONE, new Told(), 2);
    campaign.run(settings(3), 1, Long.MAX_VALUE, () -> campaign.totals().runs() < 3);
    assertEquals(3, campaign.totals().runs());
    assertTrue(campaign.totals().failures().isEmpty());
  }
}
