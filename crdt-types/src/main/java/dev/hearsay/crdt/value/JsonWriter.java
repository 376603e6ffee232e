package dev.hearsay.crdt.value;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.util.Base64;
import java.util.Map;

/** Writes what {@link JsonCodec} draws. */
final class JsonWriter {
  private JsonWriter() {}

  static void write(StringBuilder out, Value value, int depth) {
    if (depth > ValueFormat.DEPTH_MAX) {
      throw new RejectedException(
          RejectedException.Reason.LIMIT_EXCEEDED,
          "a value nested deeper than " + ValueFormat.DEPTH_MAX);
    }
    if (value instanceof Value.Text text) {
      string(out, text.value());
    } else if (value instanceof Value.Int number) {
      out.append(number.value());
    } else if (value instanceof Value.Null) {
      out.append("null");
    } else if (value instanceof Value.Bool bool) {
      out.append(bool.value());
    } else if (value instanceof Value.Real real) {
      real(out, real.value());
    } else if (value instanceof Value.Bytes bytes) {
      escape(out, JsonCodec.BYTES, Base64.getEncoder().encodeToString(bytes.unsafe()));
    } else if (value instanceof Value.BigInt big) {
      out.append(big.value());
    } else if (value instanceof Value.Sequence list) {
      list(out, list, depth);
    } else if (value instanceof Value.Mapping map) {
      map(out, map, depth);
    } else {
      throw new AssertionError(value);
    }
  }

  private static void real(StringBuilder out, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      escape(out, JsonCodec.REAL, Double.toString(value));
    } else {
      // Not Double.toString, whose digits differ between JDK 17 and 19.
      out.append(NumberOutput.toString(value, true));
    }
  }

  private static void escape(StringBuilder out, String key, String content) {
    out.append("{\"").append(key).append("\":\"").append(content).append("\"}");
  }

  private static void list(StringBuilder out, Value.Sequence list, int depth) {
    char separator = '[';
    for (Value element : list.values()) {
      out.append(separator);
      write(out, element, depth + 1);
      separator = ',';
    }
    out.append(separator == '[' ? "[]" : "]");
  }

  private static void map(StringBuilder out, Value.Mapping map, int depth) {
    boolean alone = map.entries().size() == 1;
    char separator = '{';
    for (Map.Entry<String, Value> entry : map.entries().entrySet()) {
      String key = entry.getKey();
      out.append(separator);
      string(out, alone && JsonCodec.needsEscape(key) ? "$" + key : key);
      out.append(':');
      write(out, entry.getValue(), depth + 1);
      separator = ',';
    }
    out.append(separator == '{' ? "{}" : "}");
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    out.append('"');
  }
}
