package dev.hearsay.sim.lab;

import dev.hearsay.mesh.Agent;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Snapshot;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A node that does no more than it is asked to: what is measured is the node. Thread-safe. */
final class MeasuredNode implements Hosted {

  private static final String COUNTER = "beat";
  private static final String SET = "set";
  private static final int OPENED_AT_ONCE_MAX = 8;
  private static final long LOOK_AGAIN_MILLIS = 100;

  private final MeshNode node;
  private final Agent agent;
  private final Observations seen = new Observations();
  private final ExecutorService worker = Executors.newCachedThreadPool();

  MeasuredNode(Request.Start start) {
    node = Hosted.node(start);
    agent = node.agent("bench");
  }

  @Override
  public Reply.Started started() {
    return new Reply.Started(0, node.spaces().size());
  }

  @Override
  public CompletableFuture<? extends Reply> serve(Request request) {
    if (request instanceof Request.Status) {
      return CompletableFuture.completedFuture(new Reply.Status(0, node.peers(), List.of()));
    }
    return CompletableFuture.completedFuture(request)
        .thenComposeAsync(asked -> answer(asked).<Reply>thenApply(reply -> reply), worker);
  }

  private CompletableFuture<? extends Reply> answer(Request request) {
    if (request instanceof Request.Beat beat) {
      return done(beat(beat));
    } else if (request instanceof Request.Sightings sightings) {
      if (sightings.count() == 0) {
        Space space = agent.space(sightings.space());
        space.watch(change -> seen.counter(change.snapshot().pnCounter(COUNTER).value()));
        seen.counter(space.pnCounter(COUNTER).value());
      }
      return seen.beats(sightings);
    } else if (request instanceof Request.Fill fill) {
      return HostedNode.fill(agent.space(fill.space()), fill);
    } else if (request instanceof Request.AwaitFrontiers await) {
      return done(HostedNode.awaitFrontiers(agent.space(await.space()), await));
    } else if (request instanceof Request.WatchFields watch) {
      Space space = agent.space(watch.space());
      space.watch(this::seeFields);
      for (int i = 0; i < watch.count(); i++) {
        seeField("f" + i, space.snapshot());
      }
      return done(new Reply.Done());
    } else if (request instanceof Request.AwaitFields await) {
      return seen.fields(await);
    } else if (request instanceof Request.FillSet fill) {
      return fillSet(fill);
    } else if (request instanceof Request.AwaitSet await) {
      Space space = agent.space(await.space());
      space.watch(change -> seen.elements(change.snapshot().orSet(SET, String.class).size()));
      seen.elements(space.orSet(SET, String.class).size());
      return seen.elements(await);
    } else if (request instanceof Request.OpenSpaces open) {
      return done(openSpaces(open));
    } else if (request instanceof Request.AwaitSpaces await) {
      return done(awaitSpaces(await));
    } else if (request instanceof Request.Measure) {
      return done(Observations.measure(node.metrics().bytesSent()));
    }
    throw new IllegalArgumentException("not for a measured node: " + request);
  }

  private static <T extends Reply> CompletableFuture<T> done(T reply) {
    return CompletableFuture.completedFuture(reply);
  }

  private Reply.Beats beat(Request.Beat beat) {
    SplittableRandom random = new SplittableRandom(1);
    Space space = agent.space(beat.space());
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < beat.count(); i++) {
      Observations.pause(beat, random);
      nanos.add(System.nanoTime());
      space.pnCounter(COUNTER).increment();
    }
    return new Reply.Beats(nanos);
  }

  private void seeFields(SpaceChange change) {
    change.fields().forEach(field -> seeField(field, change.snapshot()));
  }

  private void seeField(String field, Snapshot snapshot) {
    snapshot.lwwRegister(field, String.class).get().ifPresent(value -> seen.field(field, value));
  }

  private CompletableFuture<Reply.Done> fillSet(Request.FillSet fill) {
    Space space = agent.space(fill.space());
    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    for (int from = 0; from < fill.count(); from += fill.perChange()) {
      List<String> elements = fill.elements(from);
      last =
          space
              .updateAsync(tx -> tx.orSet(SET, String.class).addAll(elements))
              .toCompletableFuture();
    }
    return last.thenApply(frontier -> new Reply.Done());
  }

  private Reply.Done openSpaces(Request.OpenSpaces open) {
    // Opening waits for the journal: spaces that open together share its writes.
    ExecutorService openers = Executors.newFixedThreadPool(OPENED_AT_ONCE_MAX);
    try {
      List<Future<?>> opened = new ArrayList<>();
      for (int i = 0; i < open.count(); i++) {
        String name = open.prefix() + i;
        opened.add(openers.submit(() -> agent.space(name).pnCounter(COUNTER).increment()));
      }
      for (Future<?> each : opened) {
        each.get();
      }
      return new Reply.Done();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while opening spaces", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a space was not opened", e.getCause());
    } finally {
      openers.shutdownNow();
    }
  }

  private Reply.Awaited awaitSpaces(Request.AwaitSpaces await) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(await.timeoutMillis());
    List<String> missing =
        new ArrayList<>(
            IntStream.range(0, await.count()).mapToObj(i -> await.prefix() + i).toList());
    try {
      while (true) {
        var known = node.spaces();
        missing.removeIf(
            name -> known.contains(name) && agent.space(name).pnCounter(COUNTER).value() > 0);
        if (missing.isEmpty() || System.nanoTime() > until) {
          return new Reply.Awaited(missing.size());
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for spaces", e);
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
    node.close();
  }
}
