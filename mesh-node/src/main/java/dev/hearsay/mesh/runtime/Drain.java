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
record Drain(
    Map<String, SpaceCell> cells,
    Consumer<GossipInput> gossip,
    BooleanSupplier closed,
    long answerMillisMax) {
  private static final long ASK_EVERY_MILLIS = 50;
  private static final long ANSWER_MILLIS_MAX = 2_000;
  private static final int NAMED_MAX = 10;

  /**
   * Of a node.
   *
   * @param cells the spaces
   * @param closed whether the node is
   */
  Drain(Map<String, SpaceCell> cells, Consumer<GossipInput> gossip, BooleanSupplier closed) {
    this(cells, gossip, closed, ANSWER_MILLIS_MAX);
  }

  void run(int copies, Duration timeout, Consumer<DrainProgress> onProgress) {
    if (copies < 1) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION, "drain to at least 1 other node, not " + copies);
    }
    Writes.refuseInTransaction();
    Copies wanted = new Copies();
    try {
      // From here on this node tells others that it leaves: what they were told before is wanted.
      long started = System.nanoTime();
      var unused = ask(wanted, started, timeout);
      List<Message.Row> targets = new ArrayList<>();
      cells.forEach((space, cell) -> target(space, cell, targets));
      wanted.want(targets);
      await(wanted, targets.size(), copies, started, timeout, onProgress);
      wanted.drained();
    } finally {
      wanted.close();
    }
  }

  private void await(
      Copies wanted,
      int spaces,
      int copies,
      long started,
      Duration timeout,
      Consumer<DrainProgress> onProgress) {
    DrainProgress told = null;
    while (true) {
      List<Coverage> lacking =
          ask(wanted, started, timeout).stream().filter(space -> space.copies() < copies).toList();
      DrainProgress progress = new DrainProgress(spaces - lacking.size(), spaces);
      if (!progress.equals(told)) {
        told = progress;
        onProgress.accept(progress);
      }
      if (lacking.isEmpty()) {
        return;
      }
      if (leftNanos(started, timeout) <= 0) {
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

  /** What is left of the time; the conversion saturates where toNanos() would overflow. */
  private static long leftNanos(long started, Duration timeout) {
    return TimeUnit.NANOSECONDS.convert(timeout) - (System.nanoTime() - started);
  }

  /** Asks until there is an answer: a node that is to be stopped may well be busy. */
  private List<Coverage> ask(Copies wanted, long started, Duration timeout) {
    while (true) {
      if (closed.getAsBoolean()) {
        throw new HearsayException(ErrorCode.NODE_CLOSED, "the node closed while it was drained");
      }
      CompletableFuture<List<Coverage>> answer = new CompletableFuture<>();
      gossip.accept(new GossipInput.AskCoverage(wanted, answer));
      try {
        return answer.get(answerMillisMax, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new HearsayException(ErrorCode.DRAIN_TIMEOUT, "interrupted while draining", e);
      } catch (TimeoutException e) {
        if (leftNanos(started, timeout) <= 0) {
          throw new HearsayException(
              ErrorCode.DRAIN_TIMEOUT,
              "this node is very busy: it did not come to see what others have within "
                  + TimeUnit.MILLISECONDS.convert(timeout)
                  + " ms; waiting again is harmless",
              e);
        }
      } catch (ExecutionException e) {
        throw new HearsayException(ErrorCode.INTERNAL, "the gossip failed to answer", e);
      }
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
