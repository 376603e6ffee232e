package dev.hearsay.sim.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/**
 * How far long work has come, in one line: on a terminal refreshed in place, elsewhere a line now
 * and then. Not thread-safe.
 */
final class ProgressLine {
  private static final long LIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** System property: seconds between two lines where there is no terminal. */
  static final String SECONDS = "hearsay.progress.seconds";

  private static final String ERASE = "\r\u001b[2K";

  private final PrintWriter err;
  private final boolean live = Terminal.isInteractive();
  private final long intervalNanos;
  private long shownNanos = System.nanoTime();

  /**
   * Nothing is shown yet.
   *
   * @param plainSeconds between two lines where there is no terminal, unless {@link #SECONDS} says
   *     otherwise
   */
  ProgressLine(PrintWriter err, long plainSeconds) {
    this.err = err;
    this.intervalNanos =
        live ? LIVE_NANOS : TimeUnit.SECONDS.toNanos(Long.getLong(SECONDS, plainSeconds));
  }

  /** Whether it is time for the next line, which counts as shown from now on. */
  boolean isDue() {
    long now = System.nanoTime();
    if (now - shownNanos < intervalNanos) {
      return false;
    }
    shownNanos = now;
    return true;
  }

  void show(String line) {
    if (live) {
      err.print(ERASE + "  " + line);
      err.flush();
    } else {
      err.println("  " + line);
    }
  }

  /** Takes the line off the screen: what follows stays. */
  void end() {
    if (live) {
      err.print(ERASE);
      err.flush();
    }
  }
}
