package dev.hearsay.sim.world;

import java.util.ArrayDeque;
import java.util.Deque;

/** When a process stands still, and what waits until it goes on. */
final class Pauses {
  private final World world;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private long untilNanos;

  Pauses(World world) {
    this.world = world;
  }

  /** It stands still for so long from now, or as long as it would have anyway. */
  void begin(long nanos) {
    untilNanos = Math.max(untilNanos, world.nowNanos() + nanos);
    world.at(untilNanos, this::goOnIfDue);
  }

  /** It goes on at once, or is another process. */
  void end() {
    untilNanos = 0;
    if (!waiting.isEmpty()) {
      world.after(0, this::goOnIfDue);
    }
  }

  boolean isPaused() {
    return world.nowNanos() < untilNanos;
  }

  private void goOnIfDue() {
    while (!isPaused() && !waiting.isEmpty()) {
      waiting.removeFirst().run();
    }
  }

  /** Runs it now, or as soon as the process goes on. */
  void run(Runnable task) {
    if (isPaused()) {
      waiting.addLast(task);
    } else {
      task.run();
    }
  }
}
