package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.MeshTraffic;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/** What a transfer took: time, bytes, heap after collections, and the longest of own writes. */
final class TransferFigures {
  private final long startNanos = System.nanoTime();
  private final long heapBefore = heapAfterCollection();
  private long longestNanos;

  private static long heapAfterCollection() {
    System.gc();
    long used = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getCollectionUsage();
      used += pool.getType() == MemoryType.HEAP && usage != null ? usage.getUsed() : 0;
    }
    return used;
  }

  void wrote(long nanos) {
    longestNanos = Math.max(longestNanos, nanos);
  }

  void print(int elements, int writes, MeshTraffic traffic) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    System.out.printf(
        "%,d elements in %.2f s from the start of the node: %,d bytes; %,d writes on each side"
            + " meanwhile, the longest %.0f ms; heap of both nodes after a collection %,d MiB before"
            + " and %,d after, of %,d%n",
        elements,
        seconds,
        traffic.transferBytesIn(),
        writes,
        longestNanos / 1e6,
        heapBefore >> 20,
        heapAfterCollection() >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
  }
}
