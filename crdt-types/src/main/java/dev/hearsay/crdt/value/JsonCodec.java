package dev.hearsay.crdt.value;

/**
 * Canonical values as JSON text (RFC 8259) and back, without loss.
 *
 * <pre>
 * null, false, true, text, list   as they are; text as it is but for what JSON must escape
 * integer                         digits: 12, -9223372036854775809
 * real                            the shortest digits that read back, always with a point: 1.0, 1.0E22
 * not-a-number, infinities        {"$real":"NaN"}, {"$real":"Infinity"}, {"$real":"-Infinity"}
 * bytes                           {"$bytes":"…"}, base64 with padding
 * map                             an object, its keys in ascending order of their UTF-8 bytes
 * </pre>
 *
 * <p>Only an object whose single key is exactly {@code $real} or {@code $bytes} is no map. A map
 * whose single key is one of these behind any number of further {@code $} is written with one
 * {@code $} more, and read with one less. So the objects of other producers, as {@code {"$ref":
 * …}}, stay as they are.
 *
 * <p>Equal values have equal text on every machine. In JSON of other producers a number with a
 * fraction or an exponent is the nearest real, one without is an integer ({@code -0} is 0); white
 * space and the order of keys carry nothing. Thread-safe.
 */
public final class JsonCodec {
  /** The longest text that is read: no value of a mebibyte in {@link ValueFormat} has a longer. */
  public static final int TEXT_CHARS_MAX = 8 << 20;

  /** The longest string or key: a mebibyte of bytes in base64. */
  public static final int STRING_CHARS_MAX = ((1 << 20) + 2) / 3 * 4;

  /** The longest number; every real has an exact decimal of fewer than 1,100 characters. */
  public static final int NUMBER_CHARS_MAX = 1_100;

  static final String REAL = "$real";
  static final String BYTES = "$bytes";

  private JsonCodec() {}

  /**
   * The value's one JSON text, without white space.
   *
   * @throws RejectedException {@code LIMIT_EXCEEDED} if it is nested deeper than {@link
   *     ValueFormat#DEPTH_MAX}
   */
  public static String toJson(Value value) {
    StringBuilder text = new StringBuilder();
    JsonWriter.write(text, value, 0);
    return text.toString();
  }

  /**
   * The value that the text stands for.
   *
   * @throws RejectedException with the line and column: {@code MALFORMED} if it is not one JSON
   *     text, names a key twice, holds half a surrogate pair, or an escape of the above that is not
   *     exactly as it is written; {@code LIMIT_EXCEEDED} beyond the limits of this class, of {@link
   *     ValueFormat#DEPTH_MAX}, of 128 bits for an integer, or of the range of binary64
   */
  public static Value fromJson(String text) {
    return JsonReader.read(text);
  }

  /** Whether the key, alone in its object, stands for something else. */
  static boolean isEscape(String key) {
    return key.equals(REAL) || key.equals(BYTES);
  }

  /** Whether the key, alone in a map, is written with one {@code $} more. */
  static boolean needsEscape(String key) {
    int dollars = 0;
    while (dollars < key.length() && key.charAt(dollars) == '$') {
      dollars++;
    }
    return dollars > 0 && isEscape(key.substring(dollars - 1));
  }
}
