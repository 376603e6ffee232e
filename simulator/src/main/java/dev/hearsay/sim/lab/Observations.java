package dev.hearsay.sim.lab;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/** What the watchers of a measured process have seen, and who waits for it. Thread-safe. */
final class Observations {

  private record Waiter(IntSupplier missing, CompletableFuture<Reply.Awaited> done) {}

  private final List<Long> beatNanos = new ArrayList<>();
  private final Map<String, String> fields = new HashMap<>();
  private final Map<String, Integer> fieldsByValue = new HashMap<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private int elements;

  /** A watcher sees the counter. */
  synchronized void counter(long value) {
    long now = System.nanoTime();
    while (beatNanos.size() < value) {
      beatNanos.add(now);
    }
    wake();
  }

  /** A watcher sees a register. */
  synchronized void field(String name, String value) {
    String before = fields.put(name, value);
    if (before != null) {
      fieldsByValue.merge(before, -1, Integer::sum);
    }
    fieldsByValue.merge(value, 1, Integer::sum);
    wake();
  }

  /** A watcher sees the set. */
  synchronized void elements(int count) {
    elements = count;
    wake();
  }

  CompletableFuture<Reply.Beats> beats(Request.Sightings request) {
    return await(() -> request.count() - beatNanos.size(), request.timeoutMillis())
        .thenApply(awaited -> beats());
  }

  private synchronized Reply.Beats beats() {
    return new Reply.Beats(List.copyOf(beatNanos));
  }

  CompletableFuture<Reply.Awaited> fields(Request.AwaitFields request) {
    return await(
        () -> request.count() - fieldsByValue.getOrDefault(request.value(), 0),
        request.timeoutMillis());
  }

  CompletableFuture<Reply.Awaited> elements(Request.AwaitSet request) {
    return await(() -> request.count() - elements, request.timeoutMillis());
  }

  private synchronized CompletableFuture<Reply.Awaited> await(
      IntSupplier missing, long timeoutMillis) {
    Waiter waiter = new Waiter(missing, new CompletableFuture<>());
    waiters.add(waiter);
    wake();
    return waiter
        .done()
        .copy()
        .orTimeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .exceptionally(timeout -> new Reply.Awaited(missingNow(waiter)));
  }

  private synchronized int missingNow(Waiter waiter) {
    waiters.remove(waiter);
    return Math.max(0, waiter.missing().getAsInt());
  }

  private void wake() {
    for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
      Waiter waiter = each.next();
      if (waiter.missing().getAsInt() <= 0) {
        each.remove();
        waiter.done().complete(new Reply.Awaited(0));
      }
    }
  }

  /** What this process has used. */
  static Reply.Measured measure(long gossipBytesSent) {
    long peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        peak += pool.getPeakUsage().getUsed();
      }
    }
    ManagementFactory.getMemoryMXBean().gc();
    long live = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Reply.Measured(live, Math.max(live, peak), gossipBytesSent);
  }

  /** Of random length; spreads what is measured over the periods of whoever is measured. */
  static void pause(Request.Beat beat, RandomGenerator random) {
    int spread = beat.pauseMillisMax() - beat.pauseMillisMin();
    long millis = (long) beat.pauseMillisMin() + (spread > 0 ? random.nextInt(spread) : 0);
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }
}
