package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;

/** What an atom of each type may be; codecs hold what they read against it. */
public final class AtomRules {
  private AtomRules() {}

  /**
   * Refuses what no write of that type makes.
   *
   * @param author the replica that wrote it
   * @throws RejectedException {@code MALFORMED}
   */
  public static void check(FieldType type, Key key, Value payload, ReplicaId author) {
    switch (type) {
      case OR_SET, FLAG -> {
        if (payload != Value.Null.NULL) {
          throw RejectedException.malformed("an atom of type " + type.title() + " with a payload");
        }
      }
      case PN_COUNTER -> CounterKeys.checkPayload(key, payload, author);
      case CONFIDENCE_REGISTER -> {
        if (!ConfidenceRegister.isClaim(payload)) {
          throw RejectedException.malformed("a value without a confidence from 0 to 1: " + payload);
        }
      }
      case LWW_REGISTER, MV_REGISTER, OR_MAP, APPEND_LOG -> {}
    }
  }
}
