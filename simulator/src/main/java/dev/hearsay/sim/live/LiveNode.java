package dev.hearsay.sim.live;

import dev.hearsay.mesh.Frontier;
import dev.hearsay.sim.lab.LabNode;
import dev.hearsay.sim.lab.Reply;
import dev.hearsay.sim.lab.Request;
import dev.hearsay.sim.sessions.Plant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node process as a run sees it: runs or not, frozen or not. For the thread of the loop. */
final class LiveNode {
  /** Longer than any run: who joins may be cut off from all others. */
  private static final long OPEN_MILLIS_MAX = 4_000_000;

  private static final long STOP_SECONDS_MAX = 20;

  private final LabNode process;
  private final String name;
  private final LiveMesh mesh;
  private final @Nullable Plant plant;
  private final CompletableFuture<String> identity = new CompletableFuture<>();
  private volatile String id = "";
  private boolean member = true;
  private final Deque<Runnable> untilThawed = new ArrayDeque<>();
  private final SentCounts sent = new SentCounts();
  private boolean starting;
  private boolean up;
  private boolean everUp;
  private boolean frozen;
  private @Nullable Process freezer;
  private int life;

  LiveNode(LabNode process, LiveMesh mesh, @Nullable Plant plant) {
    this.process = process;
    this.name = "n" + process.number();
    this.mesh = mesh;
    this.plant = plant;
  }

  String name() {
    return name;
  }

  int number() {
    return process.number();
  }

  /** What its process has sent. */
  SentCounts sent() {
    return sent;
  }

  /** Who it is, as it said when it last started; empty before. */
  String id() {
    return id;
  }

  /** Of which of its processes it is now. */
  int life() {
    return life;
  }

  /** Whether it has not left. */
  boolean isMember() {
    return member;
  }

  /** Whether clients can ask it. */
  boolean isUp() {
    return up && !frozen;
  }

  /** Whether there is a process, which may be on its way. */
  boolean hasProcess() {
    return up || starting;
  }

  /**
   * Starts the process of a new mesh, of which the first node makes the spaces.
   *
   * @param voters known once the nodes that vote have told who they are
   */
  void found(CompletableFuture<List<String>> voters) {
    begin(
        started ->
            started
                .thenCombine(voters, (done, all) -> number() == 0 ? all : List.<String>of())
                .thenCompose(this::open));
  }

  /** Who it is, once it has started for the first time. */
  CompletableFuture<String> identity() {
    return identity;
  }

  /**
   * Starts the process on its directory, and opens the spaces; nothing happens if it runs, or has
   * left.
   */
  void start() {
    if (member && !hasProcess()) {
      begin(started -> started.thenCompose(s -> open(List.of())));
    }
  }

  private void begin(Function<CompletableFuture<?>, CompletableFuture<?>> opening) {
    starting = true;
    int now = ++life;
    try {
      var unused =
          opening
              .apply(identified(process.start(plant)))
              .whenComplete(
                  (done, failure) -> {
                    if (failure != null) {
                      identity.completeExceptionally(failure);
                    }
                    mesh.loop().run(() -> began(now, failure));
                  });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  private CompletableFuture<?> identified(CompletableFuture<Reply.Started> started) {
    return started
        .thenCompose(s -> process.ask(new Request.Identify(), Reply.Identified.class))
        .thenAccept(
            identified -> {
              id = identified.id();
              identity.complete(id);
            });
  }

  private void began(int now, @Nullable Throwable failure) {
    if (life != now) {
      return;
    }
    starting = false;
    if (failure != null) {
      throw new IllegalStateException(
          name + " does not start" + System.lineSeparator() + process.logTail(), failure);
    }
    up = true;
    mesh.began(this, everUp);
    everUp = true;
    askForNews(now);
  }

  private CompletableFuture<?> open(List<String> voters) {
    CompletableFuture<?> all = CompletableFuture.completedFuture(null);
    for (String space : mesh.spaces()) {
      all =
          all.thenCompose(
              done ->
                  process.ask(
                      new Request.OpenSpace(space, name, voters, OPEN_MILLIS_MAX),
                      Reply.Done.class));
    }
    return all;
  }

  private void askForNews(int now) {
    send(
        () -> process.ask(new Request.News(), Reply.News.class),
        (news, failure) -> {
          if (life == now && news != null) {
            for (Reply.Shown shown : news.shown()) {
              mesh.shows(
                  this, shown.space(), Frontier.parse(shown.frontier()).versions(), shown.digest());
            }
            askForNews(now);
          }
        });
  }

  /**
   * Asks the process something, once it is not frozen.
   *
   * @param answered called on the loop with the answer, or with why there is none
   */
  <R extends Reply> void ask(
      Request request, Class<R> kind, BiConsumer<@Nullable R, @Nullable Throwable> answered) {
    send(() -> process.ask(request, kind), answered);
  }

  private <R> void send(
      Supplier<CompletableFuture<R>> asks, BiConsumer<@Nullable R, @Nullable Throwable> answered) {
    Runnable send =
        () -> {
          var unused =
              asks.get()
                  .whenComplete(
                      (reply, failure) ->
                          mesh.loop().run(() -> answered.accept(reply, cause(failure))));
        };
    if (frozen) {
      // The pipe of a process that does not read holds little: who writes to it may wait for long.
      untilThawed.add(send);
    } else {
      send.run();
    }
  }

  /** Asks and waits for the answer. */
  <R extends Reply> CompletableFuture<R> askNow(Request request, Class<R> kind) {
    return process.ask(request, kind);
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Kills the process with SIGKILL; nothing happens if there is none. */
  void kill() {
    if (!hasProcess()) {
      return;
    }
    thaw();
    if (up) {
      // Its counters end with it.
      mesh.tellTraffic(List.of(this));
    }
    boolean was = up;
    up = false;
    starting = false;
    life++;
    process.kill();
    if (was) {
      mesh.crashed(this);
    }
  }

  /** Stops the process for good, as an operator does. */
  void leave() {
    thaw();
    up = false;
    member = false;
    life++;
    var unused =
        process
            .stop()
            .orTimeout(STOP_SECONDS_MAX, TimeUnit.SECONDS)
            .whenComplete(
                (stopped, failure) -> {
                  if (failure != null) {
                    mesh.loop().failed(new IllegalStateException(name + " does not stop", failure));
                  }
                });
  }

  /** Its data directory; the process must not run. */
  Path data() {
    return mesh.directory().resolve(process.name()).resolve("data");
  }

  /** Stops the process where it stands; nothing happens if clients cannot ask it. */
  void freeze() {
    if (!isUp()) {
      return;
    }
    long pid = process.pid();
    try {
      // A shell that lets the process go on when its input ends: also should this JVM be killed.
      Process shell =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "kill -STOP " + pid + " && echo stopped && read -r end; kill -CONT " + pid)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      freezer = shell;
      if (shell.getInputStream().read() < 0) {
        throw new IllegalStateException(name + " (process " + pid + ") cannot be stopped");
      }
      frozen = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop " + name, e);
    }
  }

  /** Lets the process go on. */
  void thaw() {
    Process shell = freezer;
    if (shell == null) {
      return;
    }
    freezer = null;
    try {
      shell.getOutputStream().close();
      shell.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot let " + name + " go on", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    frozen = false;
    while (!untilThawed.isEmpty()) {
      untilThawed.remove().run();
    }
  }

  String logTail() {
    return process.logTail();
  }

  @Override
  public String toString() {
    return name;
  }
}
