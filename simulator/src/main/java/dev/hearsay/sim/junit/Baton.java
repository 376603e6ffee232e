package dev.hearsay.sim.junit;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One agent's thread and the world's, of which always exactly one runs: the agent's until it has to
 * wait for something or ends, then the world's until that has come. So an agent's code is as
 * deterministic as it is itself, and needs no locks.
 */
final class Baton {
  /** The run is over, and with it the agent, in the middle of whatever it does. */
  static final class RunIsOver extends Error {
    private static final long serialVersionUID = 1L;

    RunIsOver() {
      super("the run is over", null, false, false);
    }
  }

  private final Semaphore agent = new Semaphore(0);
  private final Semaphore world = new Semaphore(0);
  private final Thread thread;
  private boolean over;
  private boolean ended;

  /** An agent that has not begun. */
  Baton(String name, Runnable code) {
    thread =
        new Thread(
            () -> {
              agent.acquireUninterruptibly();
              try {
                if (!over) {
                  code.run();
                }
              } catch (RunIsOver e) {
                // What it was about to do is nobody's business any more.
              } finally {
                ended = true;
                world.release();
              }
            },
            "agent " + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** For the world's thread: the agent goes on until it waits or ends. */
  void goOn() {
    if (!ended) {
      agent.release();
      world.acquireUninterruptibly();
    }
  }

  /** For the world's thread: whether the agent is through. */
  boolean hasEnded() {
    return ended;
  }

  /**
   * For the agent's thread: waits until something has come, while the world goes on.
   *
   * @param begin begins what is waited for; what it is given takes the result, at once or later,
   *     and then has to see to it that {@link #goOn} is called
   */
  <T> T await(Consumer<Consumer<T>> begin) {
    return await(begin, () -> {});
  }

  /**
   * The same.
   *
   * @param between run on the agent's thread whenever it goes on, before it has what it waits for
   */
  <T> T await(Consumer<Consumer<T>> begin, Runnable between) {
    Result<T> result = new Result<>();
    begin.accept(value -> result.value = value);
    while (result.value == null) {
      world.release();
      agent.acquireUninterruptibly();
      if (over) {
        throw new RunIsOver();
      }
      between.run();
    }
    return result.value;
  }

  private static final class Result<T> {
    private @Nullable T value;
  }

  /** For the world's thread: the agent ends, wherever it is. */
  void end() {
    over = true;
    while (!ended) {
      goOn();
    }
  }
}
