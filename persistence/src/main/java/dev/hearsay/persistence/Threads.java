package dev.hearsay.persistence;

/** Waiting for the end of a thread. */
final class Threads {
  private Threads() {}

  /** Returns when the thread has ended, also if the caller is interrupted meanwhile. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
