package dev.hearsay.sim.lab;

import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.mesh.Acknowledgement;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeMetrics;
import dev.hearsay.mesh.ReadOptions;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.TransferStatus;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.space.DraftTransaction;
import dev.hearsay.mesh.space.StateSnapshot;
import dev.hearsay.sim.sessions.Plant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node whose clients are in the driver: their transactions run here, on the node's newest state,
 * and wait for the driver to say what they do; what its spaces show it tells. Thread-safe.
 */
final class DrivenNode implements Hosted {
  private static final long COMMIT_SECONDS_MAX = 60;
  private static final long LOOK_AGAIN_MILLIS = 10;

  /** The transaction, of those that write, that a fault is planted in. */
  private static final int PLANTED_NUMBER = 5;

  private static final long CHATTER_MILLIS = 200;
  private static final int HOARD_BYTES = 32 << 20;

  /** A transaction that has begun. */
  private record Call(
      CompletableFuture<Request.Commit> commit, CompletableFuture<Reply.Ended> end) {}

  private final MeshNode node;
  private final @Nullable Plant plant;
  private final AtomicInteger commits = new AtomicInteger();
  private final Map<String, Space> spaces = new ConcurrentHashMap<>();
  private final Map<Long, Call> calls = new ConcurrentHashMap<>();
  private final List<byte[]> hoard = new CopyOnWriteArrayList<>();
  private final NewsDesk news = new NewsDesk();
  private final ExecutorService worker = Executors.newCachedThreadPool();
  private final ScheduledExecutorService chatter = Executors.newSingleThreadScheduledExecutor();

  DrivenNode(Request.Start start) {
    plant = start.plant();
    node = Hosted.node(start);
    if (plant == Plant.CHATTER) {
      var unused =
          chatter.scheduleWithFixedDelay(
              this::ask, CHATTER_MILLIS, CHATTER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public Reply.Started started() {
    return new Reply.Started(0, node.spaces().size());
  }

  @Override
  public CompletableFuture<? extends Reply> serve(Request request) {
    if (request instanceof Request.Transact transact) {
      return transact(transact);
    } else if (request instanceof Request.Commit commit) {
      return commit(commit);
    } else if (request instanceof Request.Look look) {
      return look(look);
    } else if (request instanceof Request.News) {
      return news.next();
    } else if (request instanceof Request.Identify) {
      return CompletableFuture.completedFuture(new Reply.Identified(node.id()));
    } else if (request instanceof Request.Count) {
      return CompletableFuture.completedFuture(new Reply.Counted(sent()));
    } else if (request instanceof Request.Weigh) {
      return CompletableFuture.supplyAsync(() -> weigh(node.traffic().transfers()), worker);
    } else if (request instanceof Request.Elect elect) {
      return CompletableFuture.supplyAsync(() -> elect(elect), worker);
    } else if (request instanceof Request.Drain drain) {
      return CompletableFuture.supplyAsync(() -> drain(drain), worker);
    } else if (request instanceof Request.OpenSpace open) {
      return CompletableFuture.supplyAsync(() -> open(open), worker);
    }
    throw new IllegalArgumentException("not for a driven node: " + request);
  }

  private SortedMap<String, Reply.Sent> sent() {
    SortedMap<String, Reply.Sent> sent = new TreeMap<>();
    for (NodeMetrics.PeerTraffic peer : node.metrics().peers()) {
      peer.sent()
          .forEach(
              (kind, traffic) ->
                  sent.merge(
                      kind,
                      new Reply.Sent(traffic.messages(), traffic.bytes()),
                      (one, two) ->
                          new Reply.Sent(
                              one.messages() + two.messages(), one.bytes() + two.bytes())));
    }
    return sent;
  }

  /** For a planted fault: what the voters have is of no use to anybody here. */
  private void ask() {
    for (Space space : spaces.values()) {
      var unused = space.readAsync(ReadOptions.quorum(Duration.ofSeconds(1)));
    }
  }

  /** States on their way in, which are all that a node keeps for others and tells of. */
  static Reply.Weighed weigh(List<TransferStatus> transfers) {
    List<Reply.Kept> kept = new ArrayList<>();
    long staging = transfers.stream().filter(transfer -> !transfer.waiting()).count();
    kept.add(
        new Reply.Kept("states on their way in", staging, GossipLimits.DEFAULT.transfersInMax()));
    for (TransferStatus transfer : transfers) {
      kept.add(
          new Reply.Kept(
              "elements staged in '" + transfer.space() + "'",
              transfer.elements(),
              transfer.elementsTotal()));
    }
    return new Reply.Weighed(kept);
  }

  private Reply.Done elect(Request.Elect elect) {
    for (Space space : spaces.values()) {
      space.changeVoters(Set.copyOf(elect.voters()), Duration.ofMillis(elect.timeoutMillis()));
    }
    return new Reply.Done();
  }

  private Reply.Done drain(Request.Drain drain) {
    if (plant != Plant.UNDRAINED) {
      node.drain(1, Duration.ofMillis(drain.timeoutMillis()));
    }
    return new Reply.Done();
  }

  private Reply.Done open(Request.OpenSpace open) {
    if (open.voters().isEmpty()) {
      awaitKnown(open);
    }
    SpaceOptions options =
        open.voters().isEmpty()
            ? SpaceOptions.defaults()
            : SpaceOptions.defaults().withVoters(Set.copyOf(open.voters()));
    Space space = node.agent(open.author()).space(open.space(), options);
    // Looked at first and watched then: what comes in between is not told, and nothing twice.
    news.add(space.name(), space.snapshot());
    space.watch(
        change -> {
          if (plant == Plant.HOARD) {
            hoard.add(new byte[HOARD_BYTES]);
          }
          news.add(change.space(), change.snapshot());
        });
    spaces.put(open.space(), space);
    return new Reply.Done();
  }

  private void awaitKnown(Request.OpenSpace open) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(open.timeoutMillis());
    try {
      while (!node.spaces().contains(open.space())) {
        if (System.nanoTime() > until) {
          throw new HearsayException(
              ErrorCode.NO_HOLDER,
              "space '" + open.space() + "' did not come to be known here in time");
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(ErrorCode.NODE_CLOSED, "interrupted while opening a space", e);
    }
  }

  private Space space(String name) {
    Space space = spaces.get(name);
    if (space == null) {
      throw new HearsayException(
          ErrorCode.NODE_CLOSED, "space '" + name + "' is not open; nothing was done");
    }
    return space;
  }

  private CompletableFuture<Reply> transact(Request.Transact asked) {
    Space space = space(asked.space());
    CompletableFuture<Reply> begun = new CompletableFuture<>();
    Call call = new Call(new CompletableFuture<>(), new CompletableFuture<>());
    calls.put(asked.call(), call);
    var unused =
        space
            .updateAsync(
                options(asked),
                transaction -> {
                  begun.complete(turn(transaction));
                  act(transaction, await(call.commit()), space);
                })
            .whenComplete(
                (frontier, failure) -> {
                  if (failure == null) {
                    Reply.Ended ended = new Reply.Ended(frontier.toString());
                    begun.complete(ended);
                    call.end().complete(ended);
                  } else {
                    begun.completeExceptionally(failure);
                    call.end().completeExceptionally(failure);
                  }
                });
    return begun.whenComplete(
        (reply, failure) -> {
          if (!(reply instanceof Reply.Turn)) {
            calls.remove(asked.call());
          }
        });
  }

  private static Reply.Turn turn(Transaction transaction) {
    Draft draft = ((DraftTransaction) transaction).draft();
    return new Reply.Turn(
        DiffFormat.encode(draft.before()), draft.replica().value(), draft.time().packed());
  }

  private static Request.Commit await(CompletableFuture<Request.Commit> commit) {
    try {
      return commit.get(COMMIT_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(ErrorCode.NODE_CLOSED, "interrupted in a transaction", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new HearsayException(
          ErrorCode.NODE_CLOSED, "the driver does not say what to write; nothing was", e);
    }
  }

  private void act(Transaction transaction, Request.Commit commit, Space space) {
    if (commit.refusal() != null) {
      throw new HearsayException(
          ErrorCode.valueOf(commit.refusal()), "the body threw; nothing was written");
    }
    boolean planted =
        plant != null && !commit.edits().isEmpty() && commits.incrementAndGet() == PLANTED_NUMBER;
    if (planted && plant == Plant.DROP) {
      return;
    }
    commit.edits().forEach(edit -> edit.apply(transaction));
    if (planted && plant == Plant.DUPLICATE) {
      worker.execute(() -> space.update(again -> commit.edits().forEach(e -> e.apply(again))));
    }
  }

  private CompletableFuture<Reply.Ended> commit(Request.Commit commit) {
    Call call = calls.remove(commit.call());
    if (call == null) {
      throw new HearsayException(ErrorCode.NODE_CLOSED, "no such transaction: " + commit.call());
    }
    call.commit().complete(commit);
    return call.end();
  }

  private CompletableFuture<Reply.State> look(Request.Look look) {
    Space space = space(look.space());
    Request.Demand demand = look.demand();
    Frontier after =
        look.after() == null ? new Frontier(VersionVector.EMPTY) : Frontier.parse(look.after());
    if (demand.kind() == Acknowledgement.Kind.LOCAL && look.after() == null) {
      return CompletableFuture.completedFuture(state(space.snapshot()));
    }
    return space
        .readAsync(
            new ReadOptions(
                new Acknowledgement(demand.kind(), demand.count()),
                after,
                Duration.ofMillis(demand.timeoutMillis())))
        .thenApply(DrivenNode::state)
        .toCompletableFuture();
  }

  private static Reply.State state(Snapshot snapshot) {
    return new Reply.State(DiffFormat.encode(stateOf(snapshot)));
  }

  private static SpaceState stateOf(Snapshot snapshot) {
    return ((StateSnapshot) snapshot).state();
  }

  private static WriteOptions options(Request.Transact asked) {
    Request.Demand demand = asked.demand();
    Duration timeout = Duration.ofMillis(demand.timeoutMillis());
    WriteOptions options =
        switch (demand.kind()) {
          case LOCAL -> WriteOptions.local();
          case AT_LEAST -> WriteOptions.atLeast(demand.count(), timeout);
          case QUORUM -> WriteOptions.quorum(timeout);
          case ALL -> WriteOptions.all(timeout);
        };
    return asked.operationId() == null ? options : options.operationId(asked.operationId());
  }

  @Override
  public void close() {
    HearsayException gone = new HearsayException(ErrorCode.NODE_CLOSED, "the node stops");
    List.copyOf(calls.values()).forEach(call -> call.commit().completeExceptionally(gone));
    chatter.shutdownNow();
    worker.shutdownNow();
    node.close();
  }

  /** What was shown and not told yet. */
  private static final class NewsDesk {
    private List<Reply.Shown> untold = new ArrayList<>();
    private @Nullable CompletableFuture<Reply.News> asker;

    void add(String space, Snapshot snapshot) {
      CompletableFuture<Reply.News> waiting;
      Reply.News told;
      synchronized (this) {
        untold.add(new Reply.Shown(space, snapshot.frontier().toString(), snapshot.digest()));
        waiting = asker;
        if (waiting == null) {
          return;
        }
        asker = null;
        told = take();
      }
      waiting.complete(told);
    }

    private Reply.News take() {
      List<Reply.Shown> taken = untold;
      untold = new ArrayList<>();
      return new Reply.News(taken);
    }

    synchronized CompletableFuture<Reply.News> next() {
      if (!untold.isEmpty()) {
        return CompletableFuture.completedFuture(take());
      }
      CompletableFuture<Reply.News> waiting = new CompletableFuture<>();
      asker = waiting;
      return waiting;
    }
  }
}
