package dev.hearsay.mesh.runtime.control;

/**
 * Spaces the replacements of a control system. The pause doubles with each, so that no asymmetry of
 * the network makes a node change sides for ever, and differs from node to node, so that none keep
 * step with each other.
 */
final class ReplacementPause {
  private static final long PAUSE_MILLIS = 1_000;
  private static final long PAUSE_MILLIS_MAX = 60_000;
  private static final long CALM_MILLIS = 600_000;

  private final long seed;
  private int count;
  private long lastMillis = Peer.NEVER;
  private long allowedMillis = Peer.NEVER;

  ReplacementPause(long seed) {
    this.seed = seed;
  }

  /** Whether one may be made now; if so, it counts as made. */
  boolean take(long now) {
    if (now < allowedMillis) {
      return false;
    }
    if (now - lastMillis > CALM_MILLIS) {
      count = 0;
    }
    lastMillis = now;
    allowedMillis = now + pauseMillis();
    count++;
    return true;
  }

  private long pauseMillis() {
    long pause = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS << Math.min(count, 10));
    long spread = (seed + count) * 0x9E3779B97F4A7C15L;
    return pause + Long.remainderUnsigned(spread, pause);
  }
}
