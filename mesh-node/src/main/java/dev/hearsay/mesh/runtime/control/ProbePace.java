package dev.hearsay.mesh.runtime.control;

/**
 * When to probe a peer that does not answer.
 *
 * <p>Where a cut drops packets, the old connection waits for the kernel's retransmission backoff
 * (47 s more after a cut of 60 s), unless it has been idle for long enough that the transport drops
 * it and the next probe opens a new one. So <em>all</em> senders of a node must fall silent towards
 * a suspect together: they probe in common slots of the monotonic clock.
 */
public final class ProbePace {
  /** Longer than the transport takes to stop an idle connection (2 s, looked at every 1 s). */
  public static final long SLOT_MILLIS = 3_500;

  private ProbePace() {}

  /**
   * Whether a silent peer may be probed now.
   *
   * @param lastProbeMillis when it was probed last, on the same monotonic clock as {@code
   *     nowMillis}
   * @param nowMillis {@code System.nanoTime() / 1_000_000}
   */
  public static boolean due(long lastProbeMillis, long nowMillis) {
    return Math.floorDiv(lastProbeMillis, SLOT_MILLIS) != Math.floorDiv(nowMillis, SLOT_MILLIS);
  }
}
