package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Fork;
import dev.hearsay.mesh.ForkChoice;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.gossip.ForkView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator asks and orders where a space has two branches, or a node a twin. */
final class ForkDesk {
  private static final Logger LOG = LoggerFactory.getLogger(ForkDesk.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  /** What has begun by then is waited for. */
  private static final Duration WRITTEN_MAX = Duration.ofSeconds(30);

  private final Map<String, SpaceCell> cells;
  private final Consumer<GossipInput> gossip;
  private final Duration answerMax;

  ForkDesk(Map<String, SpaceCell> cells, Consumer<GossipInput> gossip) {
    this(cells, gossip, ANSWER_MAX);
  }

  /**
   * As {@link #ForkDesk(Map, Consumer)}.
   *
   * @param answerMax for so long peers may take to answer
   */
  ForkDesk(Map<String, SpaceCell> cells, Consumer<GossipInput> gossip, Duration answerMax) {
    this.cells = cells;
    this.gossip = gossip;
    this.answerMax = answerMax;
  }

  List<Fork> forks() {
    CompletableFuture<List<ForkView>> answer = new CompletableFuture<>();
    gossip.accept(new GossipInput.AskForks(answer));
    try {
      return await(answer, answerMax).stream()
          .map(
              fork -> new Fork(fork.space(), fork.peer(), fork.address().toString(), fork.detail()))
          .toList();
    } catch (TimeoutException e) {
      throw new HearsayException(
          ErrorCode.INTERNAL,
          "the gossip did not answer within " + answerMax.toMillis() + " ms",
          e);
    }
  }

  Frontier resolve(String space, ForkChoice choice) {
    SpaceCell cell = cells.get(space);
    if (cell == null) {
      throw new HearsayException(
          ErrorCode.FORK_UNRESOLVED, "space '" + space + "' is not held here");
    }
    CompletableFuture<Frontier> done = new CompletableFuture<>();
    cell.tell(new SpaceCommand.ResolveFork(choice, done));
    try {
      return await(done, answerMax);
    } catch (TimeoutException e) {
      // The space says whether it has begun: only then it may still be done.
      cell.tell(new SpaceCommand.WithdrawFork(done));
    }
    try {
      return await(done, WRITTEN_MAX);
    } catch (TimeoutException e) {
      throw new HearsayException(
          ErrorCode.WRITE_UNCONFIRMED,
          "the journal has not confirmed the new content of space '"
              + space
              + "' within "
              + WRITTEN_MAX.toSeconds()
              + " s; it may be there: see forks()",
          e);
    }
  }

  private static <T> T await(CompletableFuture<T> future, Duration most) throws TimeoutException {
    try {
      return future.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(
          ErrorCode.INTERNAL, "interrupted while waiting for a fork; it may still be ended", e);
    } catch (ExecutionException e) {
      throw Writes.unwrapped(e);
    }
  }

  /** Another process is this node, and the older one: this one becomes another node. */
  static void giveUpIdentity(Path directory, HostPort twin, Consumer<GossipInput> gossip) {
    try {
      String fresh = NodeIdentityFile.replace(directory);
      gossip.accept(new GossipInput.Become(fresh));
      LOG.error(
          "{} is the same node as this one and has been running for longer: data directory {} is a"
              + " copy. This node is another one now, {}; restart it, so that everything knows",
          twin,
          directory,
          fresh);
    } catch (HearsayException e) {
      LOG.error(
          "{} is the same node as this one and has been running for longer: stop one of the two."
              + " This one cannot become another: {}",
          twin,
          e.getMessage());
    }
  }
}
