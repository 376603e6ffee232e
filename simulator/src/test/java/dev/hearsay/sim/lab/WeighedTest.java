package dev.hearsay.sim.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hearsay.mesh.TransferStatus;
import dev.hearsay.sim.check.BoundedMemory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a process tells of states on their way in is compared with its bounds. */
class WeighedTest {
  private static TransferStatus transfer(long elements, boolean waiting) {
    return new TransferStatus("s", "a:1", elements, 100, 0, 0, waiting, Duration.ZERO);
  }

  private static List<String> found(List<TransferStatus> transfers) {
    BoundedMemory checker = new BoundedMemory();
    for (Reply.Kept kept : DrivenNode.weigh(transfers).kept()) {
      checker.held(0, "n0", kept.what(), kept.amount(), kept.most());
    }
    return checker.violations().stream().map(violation -> violation.message()).toList();
  }

  private static List<TransferStatus> under(int way, boolean waiting) {
    return IntStream.range(0, way).mapToObj(i -> transfer(1, waiting)).toList();
  }

  @Test
  void whatIsWithinItsBoundPassesAndWhatIsBeyondIsFound() {
    assertEquals(List.of(), found(List.of()));
    assertEquals(List.of(), found(List.of(transfer(100, false))));
    assertEquals(
        List.of("keeps 101 elements staged in 's', more than 100"),
        found(List.of(transfer(101, false))));
    assertEquals(List.of(), found(under(4, false)));
    assertEquals(List.of(), found(under(5, true)));
    assertEquals(List.of("keeps 5 states on their way in, more than 4"), found(under(5, false)));
  }
}
