package dev.hearsay.sim.lab;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.sim.sessions.Finding;
import dev.hearsay.sim.sessions.MessageEntry;
import dev.hearsay.sim.sessions.NodeContent;
import dev.hearsay.sim.sessions.Plant;
import dev.hearsay.sim.sessions.SessionSpace;
import dev.hearsay.sim.sessions.SpaceContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The node inside a node process, and the agents that live there. Thread-safe. */
final class HostedNode implements Hosted {

  private static final long DISCOVERY_MILLIS = 20;
  private static final int PLANTED_INDEX = 4;
  private static final int OPENED_AT_ONCE_MAX = 8;

  private final MeshNode node;
  private final Map<String, CompletableFuture<HostedSession>> sessions = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<HostedSession>> turns = new ConcurrentHashMap<>();
  private final ScheduledExecutorService worker = Executors.newScheduledThreadPool(2);

  /** Opening waits for the journal: spaces that open together share its writes. */
  private final ExecutorService opener = Executors.newFixedThreadPool(OPENED_AT_ONCE_MAX);

  private final ScheduledFuture<?> discovery;
  private final @Nullable Plant plant;
  private final AtomicBoolean planted = new AtomicBoolean();

  HostedNode(Request.Start start) {
    plant = start.plant();
    node = Hosted.node(start);
    openKnownSpaces();
    sessions.values().forEach(CompletableFuture::join);
    // Sessions that began elsewhere turn up in the catalogue: watch them from then on.
    discovery =
        worker.scheduleWithFixedDelay(
            this::openKnownSpaces, DISCOVERY_MILLIS, DISCOVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public Reply.Started started() {
    return new Reply.Started(messages(), sessions.size());
  }

  @Override
  public CompletableFuture<? extends Reply> serve(Request request) {
    if (request instanceof Request.Write write) {
      return write(write);
    } else if (request instanceof Request.Find find) {
      return CompletableFuture.supplyAsync(() -> find(find), worker);
    } else if (request instanceof Request.Await await) {
      return await(await);
    } else if (request instanceof Request.Status) {
      return CompletableFuture.completedFuture(status());
    } else if (request instanceof Request.Dump) {
      return CompletableFuture.supplyAsync(this::dump, worker);
    } else if (request instanceof Request.Fill fill) {
      return fill(session(fill.space()).space(), fill);
    } else if (request instanceof Request.AwaitFrontiers await) {
      return CompletableFuture.supplyAsync(
          () -> awaitFrontiers(session(await.space()).space(), await), worker);
    }
    throw new IllegalArgumentException("not for a running node: " + request);
  }

  @Override
  public void close() {
    worker.shutdownNow();
    opener.shutdownNow();
    openSessions().forEach(HostedSession::close);
    node.close();
  }

  /** Writes to one space begin in the order they came in, once the space is open. */
  private CompletableFuture<Reply.Written> write(Request.Write write) {
    CompletableFuture<Reply.Written> result = new CompletableFuture<>();
    turns.compute(
        write.space(),
        (space, turn) ->
            (turn == null ? opened(space) : turn)
                .thenApply(
                    session -> {
                      forward(begin(session, write), result);
                      return session;
                    }));
    return result;
  }

  private CompletableFuture<Reply.Written> begin(HostedSession session, Request.Write write) {
    CompletableFuture<Void> previous =
        write.after() == null
            ? CompletableFuture.completedFuture(null)
            : session.await(List.of(write.after()));
    if (previous.isDone()) {
      return append(write);
    }
    return previous
        .copy()
        .completeOnTimeout(null, write.patienceMillis(), TimeUnit.MILLISECONDS)
        // Away from the watcher's thread, which must not write.
        .thenComposeAsync(patient -> append(write), worker);
  }

  private static <T> void forward(CompletableFuture<T> from, CompletableFuture<T> to) {
    var unused =
        from.whenComplete(
            (result, failure) -> {
              if (failure == null) {
                to.complete(result);
              } else {
                to.completeExceptionally(failure);
              }
            });
  }

  private CompletableFuture<Reply.Written> append(Request.Write write) {
    if (plantHere(Plant.DROP, write)) {
      return CompletableFuture.completedFuture(new Reply.Written(false));
    }
    Space space = node.agent(write.message().role().label()).space(write.space());
    List<Integer> seen = new ArrayList<>();
    CompletableFuture<Frontier> durable =
        space
            .updateAsync(
                tx ->
                    seen.addAll(
                        SessionSpace.write(tx, write.index(), write.message(), node.name())))
            .toCompletableFuture();
    if (plantHere(Plant.DUPLICATE, write)) {
      durable =
          durable.thenCombine(
              space.updateAsync(
                  tx -> SessionSpace.write(tx, write.index(), write.message(), node.name())),
              (first, second) -> second);
    }
    return durable.thenApply(
        frontier -> new Reply.Written(write.after() != null && seen.contains(write.after())));
  }

  private boolean plantHere(Plant kind, Request.Write write) {
    return plant == kind && write.index() >= PLANTED_INDEX && planted.compareAndSet(false, true);
  }

  private Reply.Found find(Request.Find find) {
    SortedMap<String, List<Integer>> found = new TreeMap<>();
    find.messages()
        .forEach(
            (space, indexes) -> {
              List<Integer> here = SessionSpace.indexes(session(space).space().snapshot());
              found.put(space, indexes.stream().filter(here::contains).toList());
            });
    return new Reply.Found(found);
  }

  private CompletableFuture<Reply.Awaited> await(Request.Await await) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    await
        .messages()
        .forEach(
            (space, indexes) ->
                all.add(opened(space).thenCompose(session -> session.await(indexes))));
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, await.timeoutMillis(), TimeUnit.MILLISECONDS)
        .thenApply(
            done ->
                new Reply.Awaited(
                    await.messages().entrySet().stream()
                        .mapToInt(entry -> session(entry.getKey()).missing(entry.getValue()))
                        .sum()));
  }

  private Reply.Status status() {
    if (discovery.isDone()) {
      throw new IllegalStateException("the watch over the catalogue of spaces has ended");
    }
    List<Finding> findings = new ArrayList<>();
    openSessions().forEach(session -> findings.addAll(session.findings()));
    return new Reply.Status(messages(), node.peers(), findings);
  }

  private Reply.Dumped dump() {
    openKnownSpaces();
    SortedMap<String, SpaceContent> spaces = new TreeMap<>();
    SortedMap<String, String> digests = new TreeMap<>();
    sessions.forEach(
        (name, opening) -> {
          HostedSession session = opening.join();
          var snapshot = session.space().snapshot();
          spaces.put(name, SessionSpace.read(snapshot));
          digests.put(name, snapshot.digest());
        });
    if (plant == Plant.REORDER) {
      spaces.compute(spaces.firstKey(), (name, content) -> reordered(content));
    }
    return new Reply.Dumped(new NodeContent(spaces), digests);
  }

  private static SpaceContent reordered(@Nullable SpaceContent content) {
    if (content == null) {
      throw new IllegalStateException("there is no space to plant a fault in");
    }
    List<MessageEntry> messages = new ArrayList<>(content.messages());
    Collections.swap(messages, PLANTED_INDEX, PLANTED_INDEX + 1);
    return new SpaceContent(
        messages,
        content.counters(),
        content.sets(),
        content.registers(),
        content.statusSiblings(),
        content.calls());
  }

  static CompletableFuture<Reply.Filled> fill(Space space, Request.Fill fill) {
    long started = System.nanoTime();
    CompletableFuture<Frontier> last = CompletableFuture.completedFuture(space.frontier());
    for (int i = fill.remainder(); i < fill.count(); i += fill.divisor()) {
      String field = "f" + i;
      last =
          space
              .updateAsync(tx -> tx.lwwRegister(field, String.class).set(fill.value()))
              .toCompletableFuture();
    }
    // Writes take effect in call order: the last one's acknowledgement stands for all.
    return last.thenApply(
        frontier ->
            new Reply.Filled(
                frontier.toString(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)));
  }

  static Reply.Awaited awaitFrontiers(Space space, Request.AwaitFrontiers await) {
    int missing = 0;
    for (String frontier : await.frontiers()) {
      try {
        space.awaitFrontier(
            Frontier.parse(frontier), Duration.ofMillis(missing == 0 ? await.timeoutMillis() : 0));
      } catch (HearsayException timeout) {
        missing++;
      }
    }
    return new Reply.Awaited(missing);
  }

  private int messages() {
    return openSessions().stream().mapToInt(HostedSession::messages).sum();
  }

  private void openKnownSpaces() {
    for (String name : node.spaces()) {
      var unused = opened(name);
    }
  }

  private List<HostedSession> openSessions() {
    return sessions.values().stream()
        .filter(opening -> opening.isDone() && !opening.isCompletedExceptionally())
        .map(CompletableFuture::join)
        .toList();
  }

  private HostedSession session(String name) {
    return opened(name).join();
  }

  private CompletableFuture<HostedSession> opened(String name) {
    return sessions.computeIfAbsent(
        name,
        missing ->
            CompletableFuture.supplyAsync(
                () -> new HostedSession(node, node.agent("observer"), name), opener));
  }
}
