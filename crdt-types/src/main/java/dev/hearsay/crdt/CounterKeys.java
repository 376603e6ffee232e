package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import org.jspecify.annotations.Nullable;

/** A counter's keys, for the codec. */
public final class CounterKeys {
  private CounterKeys() {}

  public static Key of(boolean base, ReplicaId replica) {
    return new CounterKey(base, replica);
  }

  /** Whose count the key is about; null if it is no counter's key. */
  public static @Nullable ReplicaId replicaOf(Key key) {
    return key instanceof CounterKey counter ? counter.replica() : null;
  }

  public static ReplicaId requireReplica(Key key) {
    return ((CounterKey) key).replica();
  }

  public static boolean isBase(Key key) {
    return ((CounterKey) key).base();
  }

  /**
   * Refuses a payload that no counter writes.
   *
   * @throws RejectedException {@code MALFORMED}
   */
  public static void checkPayload(Key key, Value payload, ReplicaId author) {
    CounterKey counter = (CounterKey) key;
    if (counter.base() ? PnCounter.isBase(payload) : PnCounter.isTotal(payload)) {
      if (counter.base() || counter.replica().equals(author)) {
        return;
      }
      throw RejectedException.malformed("a count written by another replica than its own");
    }
    throw RejectedException.malformed("a counter's payload that is none: " + payload);
  }

  /** The counter of the count that a base saw. Only of a payload that has been checked. */
  public static long countSeen(Value basePayload) {
    return PnCounter.seenBy(basePayload);
  }
}
