package dev.hearsay.persistence;

import java.io.IOException;

/** Uses of something that must not be closed under its users. Thread-safe. */
final class Leases {
  private int taken;
  private volatile boolean ended;

  /**
   * Takes a lease, to be given back.
   *
   * @throws IOException if no more are given
   */
  synchronized void take() throws IOException {
    check();
    taken++;
  }

  synchronized void giveBack() {
    taken--;
    notifyAll();
  }

  /** Fails once the end was asked for, so that long uses stop. */
  void check() throws IOException {
    if (ended) {
      throw new IOException("the store is closed");
    }
  }

  /** Gives no more leases and waits for all to be back. True for the first caller. */
  synchronized boolean end() throws IOException {
    boolean first = !ended;
    ended = true;
    try {
      while (taken > 0) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + taken + " uses of the store were open", e);
    }
    return first;
  }
}
