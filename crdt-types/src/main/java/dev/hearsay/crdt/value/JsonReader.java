package dev.hearsay.crdt.value;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what {@link JsonCodec} draws, and JSON of other producers. Not thread-safe. */
final class JsonReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // One more than values may nest: the object around bytes or a real is no map.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(ValueFormat.DEPTH_MAX + 1)
                  .maxNumberLength(JsonCodec.NUMBER_CHARS_MAX)
                  .maxStringLength(JsonCodec.STRING_CHARS_MAX)
                  .maxNameLength(JsonCodec.STRING_CHARS_MAX)
                  .build())
          // What strangers choose as keys is not kept beyond the text.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private final JsonParser parser;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  static Value read(String text) {
    if (text.length() > JsonCodec.TEXT_CHARS_MAX) {
      throw new RejectedException(
          RejectedException.Reason.LIMIT_EXCEEDED,
          "JSON of " + text.length() + " characters; the limit is " + JsonCodec.TEXT_CHARS_MAX);
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      return new JsonReader(parser).documentOrRefusal();
    } catch (IOException e) {
      throw new AssertionError("a string is read without input or output", e);
    }
  }

  private Value documentOrRefusal() throws IOException {
    try {
      return document();
    } catch (StreamConstraintsException e) {
      throw refused(RejectedException.Reason.LIMIT_EXCEEDED, e);
    } catch (JacksonException e) {
      throw refused(RejectedException.Reason.MALFORMED, e);
    }
  }

  private Value document() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw malformed("no value");
    }
    Value value = value(token, 0);
    if (parser.nextToken() != null) {
      throw malformed("more than one value");
    }
    return value;
  }

  private Value value(JsonToken token, int depth) throws IOException {
    if (depth > ValueFormat.DEPTH_MAX) {
      throw limit("a value nested deeper than " + ValueFormat.DEPTH_MAX);
    }
    return switch (token) {
      case VALUE_NULL -> Value.Null.NULL;
      case VALUE_FALSE -> Value.of(false);
      case VALUE_TRUE -> Value.of(true);
      case VALUE_STRING -> Value.of(unicode(parser.getText()));
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> real();
      case START_ARRAY -> list(depth);
      case START_OBJECT -> object(depth);
      default -> throw malformed("no value begins with " + token);
    };
  }

  private Value integer() throws IOException {
    if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return Value.of(parser.getLongValue());
    }
    try {
      return Value.of(parser.getBigIntegerValue());
    } catch (RejectedException e) {
      throw new RejectedException(e.reason(), e.getMessage() + at(), e);
    }
  }

  private Value real() throws IOException {
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw limit("a number beyond the range of binary64");
    }
    return Value.of(value);
  }

  private Value list(int depth) throws IOException {
    List<Value> values = new ArrayList<>();
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      values.add(value(token, depth + 1));
    }
    return Value.of(values);
  }

  private Value object(int depth) throws IOException {
    SortedMap<String, Value> entries = new TreeMap<>(CodePointOrder.INSTANCE);
    JsonToken token = next();
    if (token == JsonToken.FIELD_NAME) {
      String first = key();
      token = next();
      if (JsonCodec.isEscape(first) && token == JsonToken.VALUE_STRING) {
        Value content = value(token, depth);
        String start = at();
        token = next();
        if (token == JsonToken.END_OBJECT) {
          return unescaped(first, content, start);
        }
        if (depth == ValueFormat.DEPTH_MAX) {
          throw limit("a value nested deeper than " + ValueFormat.DEPTH_MAX);
        }
        entries.put(first, content);
      } else {
        Value content = value(token, depth + 1);
        token = next();
        boolean alone = token == JsonToken.END_OBJECT;
        if (alone && JsonCodec.isEscape(first)) {
          throw malformed("\"" + first + "\" stands beside no string");
        }
        entries.put(alone && JsonCodec.needsEscape(first) ? first.substring(1) : first, content);
      }
    }
    while (token != JsonToken.END_OBJECT) {
      String key = key();
      String start = at();
      if (entries.put(key, value(next(), depth + 1)) != null) {
        throw RejectedException.malformed("a key that was there before" + start);
      }
      token = next();
    }
    return Value.of(entries);
  }

  private Value unescaped(String key, Value content, String start) {
    String text = ((Value.Text) content).value();
    if (key.equals(JsonCodec.REAL)) {
      return switch (text) {
        case "NaN" -> Value.of(Double.NaN);
        case "Infinity" -> Value.of(Double.POSITIVE_INFINITY);
        case "-Infinity" -> Value.of(Double.NEGATIVE_INFINITY);
        default ->
            throw RejectedException.malformed(
                "a \"$real\" that is not NaN, Infinity or -Infinity" + start);
      };
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new RejectedException(
          RejectedException.Reason.MALFORMED, "\"$bytes\" that are not base64" + start, e);
    }
    // The decoder takes missing padding and stray bits for granted.
    if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
      throw RejectedException.malformed("\"$bytes\" that are not canonical base64" + start);
    }
    return Value.of(bytes);
  }

  private String key() throws IOException {
    return unicode(parser.currentName());
  }

  private String unicode(String text) {
    try {
      Unicode.require(text);
      return text;
    } catch (RejectedException e) {
      throw new RejectedException(
          RejectedException.Reason.MALFORMED, e.getMessage() + " of the string" + at(), e);
    }
  }

  /** The next token inside a list or an object, whose end must come. */
  private JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw malformed("cut short");
    }
    return token;
  }

  private RejectedException malformed(String what) {
    return RejectedException.malformed(what + at());
  }

  private RejectedException limit(String what) {
    return new RejectedException(RejectedException.Reason.LIMIT_EXCEEDED, what + at());
  }

  /** Where the token begins. */
  private String at() {
    return at(parser.currentTokenLocation());
  }

  private static String at(JsonLocation location) {
    return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private RejectedException refused(RejectedException.Reason reason, JacksonException e) {
    JsonLocation location = e.getLocation();
    return new RejectedException(
        reason,
        "JSON refused"
            + at(location == null ? parser.currentLocation() : location)
            + ": "
            + e.getOriginalMessage(),
        e);
  }
}
