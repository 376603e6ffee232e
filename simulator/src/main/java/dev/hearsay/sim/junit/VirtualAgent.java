package dev.hearsay.sim.junit;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceChange;
import dev.hearsay.mesh.Watch;
import dev.hearsay.sim.workload.MeshClient;
import dev.hearsay.sim.workload.OperatedSpace;
import dev.hearsay.sim.workload.Outcome;
import dev.hearsay.sim.workload.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An agent at a virtual node. Its calls wait in virtual time. For the agent's own thread.
 *
 * @since 0.1
 */
public final class VirtualAgent {
  private static final Duration LOOK = Duration.ofMillis(20);

  /** The agent's process ended with its node. */
  static final class ProcessEnded extends Error {
    private static final long serialVersionUID = 1L;

    ProcessEnded() {
      super("the node crashed, and the agent with it", null, false, false);
    }
  }

  private final Session session;
  private final MeshClient client;
  private final List<Watching> watches = new ArrayList<>();
  private @Nullable Baton baton;

  VirtualAgent(Session session) {
    this.session = session;
    this.client = session.client();
  }

  /** Begins. The code's thread runs from here on whenever the agent has something to do. */
  Baton begin(AgentCode code, BiConsumer<VirtualAgent, Throwable> failed) {
    Baton begun = new Baton(session.name(), () -> run(code, failed));
    baton = begun;
    client.after(Duration.ZERO, begun::goOn);
    return begun;
  }

  /** One watch, and what it has not been told yet. */
  private static final class Watching {
    final Consumer<SpaceChange> watcher;
    final Deque<SpaceChange> waiting = new ArrayDeque<>();
    boolean busy;

    Watching(Consumer<SpaceChange> watcher) {
      this.watcher = watcher;
    }
  }

  /** Has the watcher called on the agent's thread, whenever the agent waits for something. */
  Watch watch(OperatedSpace space, Consumer<SpaceChange> watcher) {
    Watching watching = new Watching(watcher);
    Baton mine = baton();
    Runnable end =
        space.watch(
            change -> {
              watching.waiting.add(change);
              client.after(Duration.ZERO, mine::goOn);
            });
    watches.add(watching);
    return () -> {
      end.run();
      watching.waiting.clear();
      watches.remove(watching);
    };
  }

  private void tellWatches() {
    for (Watching watching : List.copyOf(watches)) {
      while (!watching.busy && !watching.waiting.isEmpty()) {
        watching.busy = true;
        try {
          watching.watcher.accept(watching.waiting.remove());
        } finally {
          watching.busy = false;
        }
      }
    }
  }

  private void run(AgentCode code, BiConsumer<VirtualAgent, Throwable> failed) {
    boolean again = true;
    while (again) {
      again = false;
      try {
        code.run(this);
      } catch (ProcessEnded e) {
        watches.clear();
        while (!client.isUp() && !client.hasLeft()) {
          pause(LOOK);
        }
        again = !client.hasLeft();
      } catch (Baton.RunIsOver e) {
        throw e;
      } catch (Exception | Error e) {
        // A stack that has overflown or a class that is not there is no less of a finding.
        failed.accept(this, e);
      }
    }
  }

  /** The name of its node. */
  public String node() {
    return client.node();
  }

  /** A space, which every node holds: one that the mesh was {@linkplain VirtualMesh#space told}. */
  public Space space(String name) {
    return new AgentSpace(name, session, this);
  }

  /** The identities of all nodes of the mesh now, by their names: what voters are named by. */
  public SortedMap<String, String> identities() {
    return client.identities();
  }

  /**
   * Whether things may still go wrong; an agent that would go on for ever ends when it is false.
   */
  public boolean isOpen() {
    return client.isOpen();
  }

  /** Virtual time since the beginning of the run. */
  public Duration now() {
    return Duration.ofNanos(client.nanos());
  }

  /** The agent's own chance, drawn from the run's seed. */
  public RandomGenerator random() {
    return client.random();
  }

  /** Waits so long, in virtual time. */
  public void sleep(Duration time) {
    pause(time);
    requireRunning();
  }

  private void pause(Duration time) {
    Baton mine = baton();
    mine.await(
        (Consumer<Boolean> come) ->
            client.after(
                time,
                () -> {
                  come.accept(true);
                  mine.goOn();
                }),
        this::tellWatches);
  }

  private Baton baton() {
    Baton mine = baton;
    if (mine == null) {
      throw new IllegalStateException("the agent has not begun");
    }
    return mine;
  }

  void requireRunning() {
    if (!client.isUp()) {
      throw new ProcessEnded();
    }
  }

  /** Waits for the end of a call. */
  <T> T call(Consumer<Consumer<Outcome<T>>> begin) {
    requireRunning();
    Baton mine = baton();
    Outcome<T> outcome =
        mine.await(
            come -> {
              boolean[] waits = {false};
              begin.accept(
                  ended -> {
                    come.accept(ended);
                    if (waits[0]) {
                      // Not from within whatever calls back.
                      client.after(Duration.ZERO, mine::goOn);
                    }
                  });
              waits[0] = true;
            },
            this::tellWatches);
    if (outcome instanceof Outcome.Ok<T> ok) {
      return ok.value();
    }
    requireRunning();
    String error =
        outcome instanceof Outcome.Failed<T> failed
            ? failed.error()
            : ((Outcome.Unknown<T>) outcome).error();
    throw new HearsayException(codeOf(error), error.substring(error.indexOf(':') + 1).strip());
  }

  private static ErrorCode codeOf(String error) {
    String name = error.substring(0, Math.max(0, error.indexOf(':')));
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return ErrorCode.INTERNAL;
  }
}
