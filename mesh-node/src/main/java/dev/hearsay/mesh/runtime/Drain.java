package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.DrainProgress;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.Copies;
import dev.hearsay.mesh.gossip.Coverage;
import dev.hearsay.mesh.space.SpaceEvent;
import dev.hearsay.mesh.wire.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Waits until what is durable here is durable elsewhere too. */
record Drain(Map<String, SpaceCell> cells, Consumer<GossipInput> gossip, BooleanSupplier closed) {
  private static final long ASK_EVERY_MILLIS = 50;
  private static final long ANSWER_MILLIS_MAX = 2_000;
  private static final int NAMED_MAX = 10;

  void run(int copies, Duration timeout, Consumer<DrainProgress> onProgress) {
    if (copies < 1) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION, "drain to at least 1 other node, not " + copies);
    }
    Writes.refuseInTransaction();
    Copies wanted = new Copies();
    try {
      // From here on this node tells others that it leaves: what they were told before is wanted.
      var unused = ask(wanted);
      List<Message.Row> targets = new ArrayList<>();
      cells.forEach((space, cell) -> target(space, cell, targets));
      wanted.want(targets);
      await(wanted, targets.size(), copies, timeout, onProgress);
      wanted.drained();
    } finally {
      wanted.close();
    }
  }

  private void await(
      Copies wanted, int spaces, int copies, Duration timeout, Consumer<DrainProgress> onProgress) {
    long started = System.nanoTime();
    // Saturates where toNanos() would overflow.
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    DrainProgress told = null;
    while (true) {
      List<Coverage> lacking =
          ask(wanted).stream().filter(space -> space.copies() < copies).toList();
      DrainProgress progress = new DrainProgress(spaces - lacking.size(), spaces);
      if (!progress.equals(told)) {
        told = progress;
        onProgress.accept(progress);
      }
      if (lacking.isEmpty()) {
        return;
      }
      if (System.nanoTime() - started >= nanos) {
        throw new HearsayException(ErrorCode.DRAIN_TIMEOUT, message(copies, timeout, lacking));
      }
      pause();
    }
  }

  private static void target(String space, SpaceCell cell, List<Message.Row> targets) {
    if (cell.isPurging()) {
      return; // others have all of it
    }
    if (cell.ready().isCompletedExceptionally()) {
      throw new HearsayException(
          ErrorCode.JOURNAL_UNREADABLE,
          "space '"
              + space
              + "' cannot be read here, so that nobody knows what of it is missing"
              + " elsewhere");
    }
    SpaceEvent.Rested row = cell.row();
    SpaceEvent.Rested here = row == null ? SpaceEvent.Rested.of(cell.root().state()) : row;
    targets.add(new Message.Row(space, here.frontier(), here.digest()));
  }

  private List<Coverage> ask(Copies wanted) {
    if (closed.getAsBoolean()) {
      throw new HearsayException(ErrorCode.NODE_CLOSED, "the node closed while it was drained");
    }
    CompletableFuture<List<Coverage>> answer = new CompletableFuture<>();
    gossip.accept(new GossipInput.AskCoverage(wanted, answer));
    try {
      return answer.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(ErrorCode.DRAIN_TIMEOUT, "interrupted while draining", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new HearsayException(
          ErrorCode.INTERNAL, "the gossip did not answer within " + ANSWER_MILLIS_MAX + " ms", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(ASK_EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(ErrorCode.DRAIN_TIMEOUT, "interrupted while draining", e);
    }
  }

  private static String message(int copies, Duration timeout, List<Coverage> lacking) {
    String named =
        lacking.stream()
            .limit(NAMED_MAX)
            .map(
                space ->
                    "'"
                        + space.space()
                        + "' is on "
                        + space.copies()
                        + " ("
                        + (space.lacking().isEmpty()
                            ? "no other node that is known may hold it"
                            : "behind: " + String.join(", ", space.lacking()))
                        + ")")
            .collect(Collectors.joining("; "));
    return lacking.size()
        + " space(s) are not on "
        + copies
        + " other node(s) after "
        + TimeUnit.MILLISECONDS.convert(timeout)
        + " ms: "
        + named
        + (lacking.size() > NAMED_MAX ? "; …" : "");
  }
}
