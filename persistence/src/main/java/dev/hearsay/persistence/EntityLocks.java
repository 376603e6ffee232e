package dev.hearsay.persistence;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;

/** One lock for each entity in use, and none for the others. Thread-safe. */
final class EntityLocks {
  private final ConcurrentHashMap<String, Lock> locks = new ConcurrentHashMap<>();

  /** What is done under the lock. */
  interface Work<T> {
    T run() throws IOException;
  }

  <T> T locked(String entity, Work<T> work) throws IOException {
    Lock lock =
        locks.compute(
            entity,
            (key, held) -> {
              Lock taken = held == null ? new Lock() : held;
              taken.users++;
              return taken;
            });
    try {
      synchronized (lock) {
        return work.run();
      }
    } finally {
      locks.computeIfPresent(entity, (key, held) -> --held.users == 0 ? null : held);
    }
  }

  /** Its count is changed by the map's atomic operations alone. */
  private static final class Lock {
    int users;
  }
}
