package dev.hearsay.crdt;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.crdt.value.ValueFormat;

/**
 * The bytes of a key, in the form its field's type gives it.
 *
 * <pre>
 * set, map   the value
 * register   nothing
 * counter    0 count | 1 base, replica 8 bytes
 * log        time 8 bytes, replica 8 bytes, counter varint
 * </pre>
 */
public final class KeyFormat {
  private KeyFormat() {}

  public static void write(ByteWriter out, Key key) {
    if (key instanceof CounterKey counter) {
      out.u8(counter.base() ? 1 : 0).fixed64(counter.replica().value());
    } else if (key instanceof LogKey log) {
      out.fixed64(log.time()).fixed64(log.replica().value()).varint(log.counter());
    } else if (key != Value.Null.NULL) {
      ValueFormat.write(out, (Value) key);
    }
  }

  /**
   * Reads a key of a field of that type.
   *
   * @throws RejectedException {@code MALFORMED}
   */
  public static Key read(ByteReader in, FieldType type) {
    return switch (type) {
      case OR_SET -> explicit(ValueFormat.read(in));
      case OR_MAP -> mapKey(ValueFormat.read(in));
      case LWW_REGISTER, MV_REGISTER, CONFIDENCE_REGISTER, FLAG -> Value.Null.NULL;
      case PN_COUNTER -> counterKey(in);
      case APPEND_LOG -> logKey(in);
    };
  }

  private static Key explicit(Value value) {
    if (value == Value.Null.NULL) {
      throw RejectedException.malformed("null as an element");
    }
    return value;
  }

  private static Key mapKey(Value value) {
    if (!(value instanceof Value.Text)) {
      throw RejectedException.malformed("a map key that is not text");
    }
    return value;
  }

  private static Key counterKey(ByteReader in) {
    int kind = in.u8();
    if (kind > 1) {
      throw RejectedException.malformed("no counter key is of kind " + kind);
    }
    return new CounterKey(kind == 1, new ReplicaId(in.fixed64()));
  }

  private static Key logKey(ByteReader in) {
    HybridTime time = HybridTime.read(in);
    return new LogKey(
        time.packed(),
        new ReplicaId(in.fixed64()),
        in.varintAtLeast(1, "the counter of a log key"));
  }

  /** The key of a log entry, which its atom implies. */
  static Key logKey(Atom atom) {
    return new LogKey(atom.time().packed(), atom.replica(), atom.counter());
  }

  /** The time in the key of a log entry. */
  public static HybridTime timeOf(Key logKey) {
    return new HybridTime(((LogKey) logKey).time());
  }

  /** The dot in the key of a log entry. */
  public static Dot dotOf(Key logKey) {
    LogKey log = (LogKey) logKey;
    return new Dot(log.replica(), log.counter());
  }

  /** The key of a log entry. */
  public static Key logKey(HybridTime time, ReplicaId replica, long counter) {
    return new LogKey(time.packed(), replica, counter);
  }
}
