package dev.hearsay.crdt.value;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bytes of a value: a kind byte and its content.
 *
 * <pre>
 * 0 null | 1 false | 2 true | 3 integer: zigzag varint | 4 real: 8 bytes IEEE 754
 * 5 text: length, UTF-8 | 6 bytes: length, bytes | 7 list: count, values
 * 8 map: count, (key text, value) in ascending order of the key's bytes
 * 9 big integer: length 9..16, two's complement in the fewest bytes
 * </pre>
 */
public final class ValueFormat {
  /** Deepest nesting of lists and maps. */
  public static final int DEPTH_MAX = 64;

  private static final int NULL = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;
  private static final int INT = 3;
  private static final int REAL = 4;
  private static final int TEXT = 5;
  private static final int BYTES = 6;
  private static final int LIST = 7;
  private static final int MAP = 8;
  private static final int BIG_INT = 9;

  private ValueFormat() {}

  /**
   * Appends the bytes of {@code value}.
   *
   * @throws RejectedException {@code LIMIT_EXCEEDED} if it is nested too deep
   */
  public static void write(ByteWriter out, Value value) {
    write(out, value, 0);
  }

  private static void write(ByteWriter out, Value value, int depth) {
    if (depth > DEPTH_MAX) {
      throw tooDeep();
    }
    if (value instanceof Value.Text text) {
      out.u8(TEXT).bytes(text.unsafe());
    } else if (value instanceof Value.Int number) {
      out.u8(INT).zigzag(number.value());
    } else if (value instanceof Value.Null) {
      out.u8(NULL);
    } else if (value instanceof Value.Bool bool) {
      out.u8(bool.value() ? TRUE : FALSE);
    } else if (value instanceof Value.Real real) {
      out.u8(REAL).fixed64(Double.doubleToLongBits(real.value()));
    } else if (value instanceof Value.Bytes bytes) {
      out.u8(BYTES).bytes(bytes.unsafe());
    } else if (value instanceof Value.BigInt big) {
      out.u8(BIG_INT).bytes(big.value().toByteArray());
    } else if (value instanceof Value.Sequence list) {
      out.u8(LIST).varint(list.values().size());
      for (Value element : list.values()) {
        write(out, element, depth + 1);
      }
    } else if (value instanceof Value.Mapping map) {
      out.u8(MAP).varint(map.entries().size());
      for (Map.Entry<String, Value> entry : map.entries().entrySet()) {
        out.text(entry.getKey());
        write(out, entry.getValue(), depth + 1);
      }
    } else {
      throw new AssertionError(value);
    }
  }

  /**
   * Refuses what no bytes can hold, in time: hashing or comparing a value goes as deep as it does.
   *
   * @throws RejectedException {@code LIMIT_EXCEEDED} if it is nested too deep
   */
  public static void requireDepth(Value value) {
    requireDepth(value, 0);
  }

  private static void requireDepth(Value value, int depth) {
    if (depth > DEPTH_MAX) {
      throw tooDeep();
    }
    if (value instanceof Value.Sequence list) {
      list.values().forEach(element -> requireDepth(element, depth + 1));
    } else if (value instanceof Value.Mapping map) {
      map.entries().values().forEach(element -> requireDepth(element, depth + 1));
    }
  }

  private static RejectedException tooDeep() {
    return new RejectedException(
        RejectedException.Reason.LIMIT_EXCEEDED, "a value nested deeper than " + DEPTH_MAX);
  }

  /**
   * Reads one value.
   *
   * @throws RejectedException {@code MALFORMED} if the bytes are not canonical
   */
  public static Value read(ByteReader in) {
    return read(in, 0);
  }

  private static Value read(ByteReader in, int depth) {
    if (depth > DEPTH_MAX) {
      throw RejectedException.malformed("a value nested deeper than " + DEPTH_MAX);
    }
    int kind = in.u8();
    return switch (kind) {
      case NULL -> Value.Null.NULL;
      case FALSE -> new Value.Bool(false);
      case TRUE -> new Value.Bool(true);
      case INT -> new Value.Int(in.zigzag());
      case REAL -> real(in.fixed64());
      case TEXT -> Value.Text.ofUtf8(in.utf8());
      case BYTES -> new Value.Bytes(in.bytes());
      case LIST -> list(in, depth);
      case MAP -> map(in, depth);
      case BIG_INT -> bigInt(in.bytes());
      default -> throw RejectedException.malformed("no value is of kind " + kind);
    };
  }

  private static Value real(long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.doubleToLongBits(value) != bits) {
      throw RejectedException.malformed("a not-a-number that is not the canonical one");
    }
    return new Value.Real(value);
  }

  private static Value bigInt(byte[] bytes) {
    if (bytes.length < 9 || bytes.length > 16) {
      throw RejectedException.malformed("a big integer of " + bytes.length + " bytes");
    }
    BigInteger value = new BigInteger(bytes);
    if (value.toByteArray().length != bytes.length) {
      throw RejectedException.malformed("a big integer that is not in its shortest form");
    }
    return new Value.BigInt(value);
  }

  private static Value list(ByteReader in, int depth) {
    int count = in.count(1, "list elements");
    List<Value> values = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      values.add(read(in, depth + 1));
    }
    return new Value.Sequence(values);
  }

  private static Value map(ByteReader in, int depth) {
    int count = in.count(2, "map entries");
    SortedMap<String, Value> entries = new TreeMap<>(CodePointOrder.INSTANCE);
    for (int i = 0; i < count; i++) {
      String key = in.text();
      if (!entries.isEmpty() && CodePointOrder.INSTANCE.compare(entries.lastKey(), key) >= 0) {
        throw RejectedException.malformed("map keys that are not in ascending order");
      }
      entries.put(key, read(in, depth + 1));
    }
    return Value.Mapping.ofOrdered(entries);
  }
}
