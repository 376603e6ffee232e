package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.RemoteAccess;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.space.HybridClock;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.RemoteResult;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Access to spaces that live elsewhere: asks nodes that hold them, and answers those that ask for
 * what is held here. Thread-safe.
 */
final class RemoteSpaces implements AutoCloseable {
  private static final long AGAIN_MILLIS = 500;
  private static final long HOLDERS_MILLIS_MAX = 2_000;

  private final RemoteConfig config;
  private final Executor threads;
  private final Consumer<GossipInput> gossip;
  private final RemoteServer server;
  private final RemoteStates states;
  private final Map<String, RemoteCell> remotes = new ConcurrentHashMap<>();
  private final Map<Long, RemoteExchange> exchanges = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong(new SecureRandom().nextLong());
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "hearsay-remote");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable HybridClock clock;
  private volatile boolean closed;

  RemoteSpaces(
      RemoteConfig config,
      NodeThreads threads,
      Map<String, SpaceCell> cells,
      TrafficBook traffic,
      Consumer<GossipInput> gossip) {
    this.config = config;
    this.states = new RemoteStates(config.bytesMax(), () -> traffic.forgot(RemoteStates.LABEL));
    this.threads = threads.blocking();
    this.gossip = gossip;
    this.server = new RemoteServer(config, cells, this.threads, gossip);
    timer.setRemoveOnCancelPolicy(true);
    var unused = timer.scheduleWithFixedDelay(server::expire, 10, 10, TimeUnit.SECONDS);
  }

  void start(HybridClock nodeClock) {
    clock = nodeClock;
  }

  /** Answers those that ask for what is held here. */
  RemoteServer server() {
    return server;
  }

  /** What is configured for spaces that are not held here. */
  RemoteAccess access() {
    return config.access();
  }

  Duration timeout() {
    return config.timeout();
  }

  Space open(String space, String author, Places places) {
    RemoteCell remote = remotes.computeIfAbsent(space, name -> new RemoteCell(name, this));
    return new RemoteSpace(remote, author, places);
  }

  HybridClock clock() {
    HybridClock started = clock;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  /** What is in memory of spaces that live elsewhere. */
  RemoteStates states() {
    return states;
  }

  Executor threads() {
    return threads;
  }

  /** Runs it on a thread of its own when a watched space is due. */
  void later(Runnable task) {
    try {
      var unused =
          timer.schedule(
              () -> {
                if (!closed) {
                  threads.execute(task);
                }
              },
              config.watchEvery().toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  long nextRequest() {
    return requests.incrementAndGet();
  }

  /** Nodes in reach that may hold the space. */
  List<HostPort> holders(String space) {
    requireOpen();
    CompletableFuture<List<HostPort>> answer = new CompletableFuture<>();
    gossip.accept(new GossipInput.AskHolders(space, answer));
    try {
      return answer.get(HOLDERS_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HearsayException(
          ErrorCode.NO_HOLDER, "interrupted before anything was done in space '" + space + "'", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new HearsayException(
          ErrorCode.NO_HOLDER,
          "the gossip did not say within "
              + HOLDERS_MILLIS_MAX
              + " ms who holds space '"
              + space
              + "'",
          e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new HearsayException(ErrorCode.NODE_CLOSED, "the node is closed; nothing was written");
    }
  }

  /**
   * Asks a holder. Says it again where an answer may have been lost, and gives up when nothing has
   * come for so long.
   *
   * @return null if it was given up: it may have been done, or may still be
   */
  RemoteExchange.@Nullable Reply ask(HostPort holder, Message.Remote question, Duration silence) {
    RemoteExchange exchange = new RemoteExchange(holder, question);
    exchanges.put(exchange.request(), exchange);
    boolean interrupted = false;
    try {
      while (!closed) {
        gossip.accept(new GossipInput.SendRemote(holder, exchange.next()));
        long left = exchange.progressNanos() + silence.toNanos() - System.nanoTime();
        if (left <= 0) {
          return null;
        }
        try {
          long wait = Math.min(left, TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
          return exchange.reply().get(wait, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          // Waiting on keeps the answer definite.
          interrupted = true;
        } catch (TimeoutException e) {
          // It is said again.
        } catch (ExecutionException e) {
          throw new HearsayException(ErrorCode.INTERNAL, String.valueOf(e.getCause()), e);
        }
      }
      return null;
    } finally {
      exchanges.remove(exchange.request());
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Called by the gossip; does not block. */
  void onMessage(HostPort from, Message.Remote message) {
    if (message instanceof Message.Fetch fetch) {
      server.onFetch(from, fetch);
    } else if (message instanceof Message.FetchMore more) {
      server.onFetchMore(from, more);
    } else if (message instanceof Message.Submit submit) {
      server.onSubmit(from, submit);
    } else {
      RemoteExchange exchange = exchanges.get(message.request());
      if (exchange == null || !exchange.holder().equals(from)) {
        return; // late, or from somebody who was not asked
      }
      if (message instanceof Message.Outcome outcome) {
        exchange.take(outcome);
      } else if (message instanceof Message.Fetched fetched) {
        String offence = exchange.offence(fetched);
        if (offence == null) {
          exchange
              .take(fetched)
              .ifPresent(more -> gossip.accept(new GossipInput.SendRemote(from, more)));
        } else {
          gossip.accept(new GossipInput.RemoteRefused(from, offence));
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    exchanges
        .values()
        .forEach(
            exchange ->
                exchange.take(
                    new Message.Outcome(
                        exchange.request(), RemoteResult.TIMED_OUT, "the node closed")));
  }
}
