package dev.hearsay.crdt;

import org.jspecify.annotations.Nullable;

/**
 * Gives millions of atoms the same few objects for their replicas and authors, which every decoded
 * change and diff brings anew. A fixed table where the last one wins: it may forget, and is never
 * wrong. Thread-safe, because what it holds is immutable: a race loses an entry at most.
 */
final class Shared {
  private static final int SLOTS = 1 << 10;
  private static final @Nullable String[] TEXTS = new String[SLOTS];
  private static final @Nullable ReplicaId[] REPLICAS = new ReplicaId[SLOTS];

  private Shared() {}

  static String text(String text) {
    int slot = slotOf(text.hashCode());
    String known = TEXTS[slot];
    if (text.equals(known)) {
      return known;
    }
    TEXTS[slot] = text;
    return text;
  }

  static ReplicaId replica(ReplicaId replica) {
    int slot = slotOf(replica.hashCode());
    ReplicaId known = REPLICAS[slot];
    if (replica.equals(known)) {
      return known;
    }
    REPLICAS[slot] = replica;
    return replica;
  }

  private static int slotOf(int hash) {
    return (hash ^ hash >>> 16) & (SLOTS - 1);
  }
}
