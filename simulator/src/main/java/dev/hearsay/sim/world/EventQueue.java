package dev.hearsay.sim.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen, by virtual time and then by the order in which it was added: a binary heap.
 */
final class EventQueue {
  private long[] times = new long[1_024];
  private long[] orders = new long[1_024];
  private @Nullable Runnable[] tasks = new Runnable[1_024];
  private int size;
  private long added;

  void add(long atNanos, Runnable task) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      orders = Arrays.copyOf(orders, size * 2);
      tasks = Arrays.copyOf(tasks, size * 2);
    }
    long order = added++;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (isBefore(times[parent], orders[parent], atNanos, order)) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, atNanos, order, task);
  }

  /** When the next one is due; {@link Long#MAX_VALUE} if there is none. */
  long nextNanos() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  int size() {
    return size;
  }

  /** Takes the next one. */
  Runnable remove() {
    Runnable first = tasks[0];
    if (size == 0 || first == null) {
      throw new IllegalStateException("nothing is due");
    }
    size--;
    long time = times[size];
    long order = orders[size];
    Runnable task = tasks[size];
    tasks[size] = null;
    if (size > 0) {
      sink(time, order, task);
    }
    return first;
  }

  private void sink(long time, long order, @Nullable Runnable task) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size
          && isBefore(times[child + 1], orders[child + 1], times[child], orders[child])) {
        child++;
      }
      if (isBefore(time, order, times[child], orders[child])) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(at, time, order, task);
  }

  private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
    return time < otherTime || (time == otherTime && order < otherOrder);
  }

  private void move(int from, int to) {
    put(to, times[from], orders[from], tasks[from]);
  }

  private void put(int at, long time, long order, @Nullable Runnable task) {
    times[at] = time;
    orders[at] = order;
    tasks[at] = task;
  }
}
