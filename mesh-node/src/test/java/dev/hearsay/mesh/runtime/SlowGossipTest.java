package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a node says, and does, whose gossip takes long to answer. */
class SlowGossipTest {
  private static final VersionVector TARGET = VersionVector.EMPTY.with(new ReplicaId(9), 1);
  private static final long ANSWER_MILLIS = 5;

  /**
   * It has not closed, and the write is there: whoever reads the error must not think otherwise.
   */
  @Test
  void operationsThatItDoesNotComeToSaySoAndWhatToDo() {
    VoterBooks books = new VoterBooks(() -> null, "self", "self", new Notices());
    Voting voting = new Voting(books, input -> {}, space -> Placement.everywhere());
    long deadline = System.nanoTime();
    CompletableFuture<Void> write =
        voting.acknowledged("s", TARGET, Acknowledgement.QUORUM, deadline);
    CompletableFuture<VersionVector> read = voting.learned("s", Acknowledgement.QUORUM, deadline);
    CompletableFuture<Void> change = voting.change("s", List.of("a"), 1);
    assertSays(
        write,
        ErrorCode.ACKNOWLEDGEMENT_TIMEOUT,
        "it is not known how many voters have the change",
        "did not come to it within 1001 ms",
        "it is in this node's journal",
        "under the same operation id");
    assertSays(
        read,
        ErrorCode.READ_TIMEOUT,
        "did not come to it within 1001 ms",
        "reading again is harmless");
    assertSays(
        change,
        ErrorCode.VOTERS_UNDECIDED,
        "may yet change",
        "did not come to it within 1001 ms",
        "trying again is harmless");
  }

  private static void assertSays(CompletableFuture<?> done, ErrorCode code, String... words) {
    CompletionException failure = assertThrows(CompletionException.class, done::join);
    HearsayException error = (HearsayException) failure.getCause();
    assertEquals(code, error.code());
    for (String word : words) {
      assertTrue(String.valueOf(error.getMessage()).contains(word), error::getMessage);
    }
    assertFalse(String.valueOf(error.getMessage()).contains("closed while"), error::getMessage);
  }

  @Test
  void aDrainWaitsForAnAnswerThatTakesLong() {
    AtomicInteger asked = new AtomicInteger();
    Drain drain =
        new Drain(
            Map.of(),
            input -> {
              if (asked.incrementAndGet() > 3 && input instanceof GossipInput.AskCoverage ask) {
                ask.answer().complete(List.of());
              }
            },
            () -> false,
            ANSWER_MILLIS);
    drain.run(1, Duration.ofMinutes(1), progress -> {});
    assertTrue(asked.get() > 3);
  }

  @Test
  void aDrainThatGetsNoAnswerEndsWithItsOwnTime() {
    Drain drain = new Drain(Map.of(), input -> {}, () -> false, ANSWER_MILLIS);
    HearsayException error =
        assertThrows(
            HearsayException.class, () -> drain.run(1, Duration.ofMillis(30), progress -> {}));
    assertEquals(ErrorCode.DRAIN_TIMEOUT, error.code());
    assertTrue(String.valueOf(error.getMessage()).contains("within 30 ms"), error::getMessage);
  }
}
