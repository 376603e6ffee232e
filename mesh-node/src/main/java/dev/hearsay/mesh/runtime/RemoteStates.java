package dev.hearsay.mesh.runtime;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The states of proxied spaces in memory, and which of them leave it where they are too much: those
 * first that were not used for the longest time. The one in use stays, and those that are watched,
 * or have a write that no holder has confirmed; these may make it more. Thread-safe.
 */
final class RemoteStates {
  /** As {@link dev.hearsay.mesh.MeshTraffic#forgotten} names it. */
  static final String LABEL = "proxied";

  /** Where nothing could leave, it is looked again after this time. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long bytesMax;
  private final Runnable whenOneLeaves;

  /** By cell what its state takes; the first was not used for the longest time. */
  private final Map<RemoteCell, Long> bytesOf =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

  private long bytes;

  /** What it all took when nothing could leave. */
  private long stuckBytes = -1;

  private long stuckNanos;

  RemoteStates(long bytesMax, Runnable whenOneLeaves) {
    this.bytesMax = bytesMax;
    this.whenOneLeaves = whenOneLeaves;
  }

  /** About how many bytes all take. */
  synchronized long bytes() {
    return bytes;
  }

  /** The cell has been used, and its state takes so much; others make room for it. */
  synchronized void used(RemoteCell cell, long takes) {
    Long before = takes == 0 ? bytesOf.remove(cell) : bytesOf.put(cell, takes);
    bytes += takes - (before == null ? 0 : before);
    boolean isStuck = bytes == stuckBytes && System.nanoTime() - stuckNanos < LOOK_AGAIN_NANOS;
    if (bytes > bytesMax && !isStuck) {
      makeRoom(cell);
    }
  }

  private void makeRoom(RemoteCell used) {
    Iterator<Map.Entry<RemoteCell, Long>> each = bytesOf.entrySet().iterator();
    while (bytes > bytesMax && each.hasNext()) {
      Map.Entry<RemoteCell, Long> oldest = each.next();
      if (oldest.getKey() != used && oldest.getKey().leave()) {
        bytes -= oldest.getValue();
        each.remove();
        whenOneLeaves.run();
      }
    }
    stuckBytes = bytes > bytesMax ? bytes : -1;
    stuckNanos = System.nanoTime();
  }
}
