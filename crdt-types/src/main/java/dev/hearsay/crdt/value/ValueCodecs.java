package dev.hearsay.crdt.value;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The codecs of the Java classes that map onto canonical values. Thread-safe. */
public final class ValueCodecs {
  private static final Map<Class<?>, ValueCodec<?>> SIMPLE =
      Map.ofEntries(
          Map.entry(
              String.class, codec(String.class, Value::of, Value.Text.class, Value.Text::value)),
          Map.entry(Long.class, codec(Long.class, Value::of, Value.Int.class, Value.Int::value)),
          Map.entry(Integer.class, integer(Integer.class, Integer::intValue, n -> (int) n)),
          Map.entry(Short.class, integer(Short.class, Short::intValue, n -> (short) n)),
          Map.entry(Byte.class, integer(Byte.class, Byte::intValue, n -> (byte) n)),
          Map.entry(BigInteger.class, bigInteger()),
          Map.entry(
              Double.class, codec(Double.class, Value::of, Value.Real.class, Value.Real::value)),
          Map.entry(Float.class, real()),
          Map.entry(
              Boolean.class, codec(Boolean.class, Value::of, Value.Bool.class, Value.Bool::value)),
          Map.entry(
              byte[].class,
              codec(byte[].class, Value::of, Value.Bytes.class, Value.Bytes::toByteArray)),
          Map.entry(UUID.class, text(UUID.class, UUID::fromString)),
          Map.entry(Instant.class, text(Instant.class, Instant::parse)),
          Map.entry(LocalDate.class, text(LocalDate.class, LocalDate::parse)),
          Map.entry(Duration.class, text(Duration.class, Duration::parse)),
          Map.entry(Value.class, codec(Value.class, v -> v, Value.class, v -> v)));

  private static final ValueCodec<String> JSON =
      codec(String.class, JsonCodec::fromJson, Value.class, JsonCodec::toJson);

  private static final Map<Class<?>, ValueCodec<?>> OTHERS = new ConcurrentHashMap<>();

  private ValueCodecs() {}

  /**
   * The codec of a class, by the kind of value that it maps onto:
   *
   * <ul>
   *   <li>text: {@code String}; enums by constant name; {@code UUID}, {@code Instant}, {@code
   *       LocalDate} and {@code Duration} as their {@code toString} writes them, and read from no
   *       other form, so that equal ones are equal values
   *   <li>integer: {@code Long}, {@code Integer}, {@code Short}, {@code Byte}, {@code BigInteger}
   *       of up to 128 bits
   *   <li>real: {@code Double}, {@code Float}, which reads nothing that it would round
   *   <li>boolean: {@code Boolean}
   *   <li>bytes: {@code byte[]}
   *   <li>map: records by component name. Their components are of these classes and primitives, of
   *       records, or {@code List}, {@code Set}, {@code Map<String, …>} and {@code Optional} of any
   *       of them
   *   <li>any: {@link Value}
   * </ul>
   *
   * @throws RejectedException {@code UNSUPPORTED} for any other class; {@code BigDecimal} is one,
   *     since a real would round it: store its text
   */
  public static <T> ValueCodec<T> of(Class<T> type) {
    ValueCodec<?> simple = SIMPLE.get(type);
    if (simple == null) {
      simple = OTHERS.get(type);
    }
    if (simple == null) {
      // Not computeIfAbsent: a record's codec asks for those of its components.
      simple = make(type);
      OTHERS.put(type, simple);
    }
    @SuppressWarnings("unchecked") // each is registered under the class it is for
    ValueCodec<T> codec = (ValueCodec<T>) simple;
    return codec;
  }

  /**
   * JSON documents as the values that they stand for: {@link JsonCodec} is the mapping. A document
   * comes back in its canonical text, without white space and with its keys in order.
   */
  public static ValueCodec<String> json() {
    return JSON;
  }

  private static ValueCodec<?> make(Class<?> type) {
    if (type.isEnum()) {
      return new EnumCodec<>(type);
    }
    if (type.isRecord()) {
      return RecordCodec.of(type);
    }
    throw new RejectedException(
        RejectedException.Reason.UNSUPPORTED,
        type.getName()
            + " cannot be mapped onto canonical values; use String, Long, Integer, Short, Byte,"
            + " BigInteger, Double, Float, Boolean, byte[], UUID, Instant, LocalDate, Duration,"
            + " an enum, a record, or dev.hearsay.crdt.value.Value");
  }

  private static <T, V extends Value> ValueCodec<T> codec(
      Class<T> type, Function<T, Value> encode, Class<V> kind, Function<V, T> decode) {
    return new ValueCodec<>() {
      @Override
      public Value encode(T value) {
        return encode.apply(present(value, type));
      }

      @Override
      public T decode(Value value) {
        if (!kind.isInstance(value)) {
          throw mismatch(type, value);
        }
        return decode.apply(kind.cast(value));
      }
    };
  }

  /** Fewer than 64 bits: a value that does not fit is a mismatch. */
  private static <T> ValueCodec<T> integer(
      Class<T> type, ToLongFunction<T> encode, LongFunction<T> narrow) {
    return codec(
        type,
        n -> Value.of(encode.applyAsLong(n)),
        Value.Int.class,
        value -> {
          T narrowed = narrow.apply(value.value());
          if (encode.applyAsLong(narrowed) != value.value()) {
            throw mismatch(type, value);
          }
          return narrowed;
        });
  }

  private static ValueCodec<BigInteger> bigInteger() {
    return codec(
        BigInteger.class,
        Value::of,
        Value.class,
        value -> {
          if (value instanceof Value.Int small) {
            return BigInteger.valueOf(small.value());
          }
          if (value instanceof Value.BigInt big) {
            return big.value();
          }
          throw mismatch(BigInteger.class, value);
        });
  }

  /** A real that was written as a float is read as one; another is not rounded to it. */
  private static ValueCodec<Float> real() {
    return codec(
        Float.class,
        f -> Value.of((double) f),
        Value.Real.class,
        value -> {
          float narrowed = (float) value.value();
          if (Double.compare(narrowed, value.value()) != 0) {
            throw mismatch(Float.class, value);
          }
          return narrowed;
        });
  }

  /** What {@code toString} writes, and nothing else that {@code parse} would take for it. */
  private static <T> ValueCodec<T> text(Class<T> type, Function<String, T> parse) {
    return codec(
        type,
        t -> Value.of(t.toString()),
        Value.Text.class,
        value -> {
          T parsed;
          try {
            parsed = parse.apply(value.value());
          } catch (IllegalArgumentException | DateTimeException e) {
            throw new RejectedException(
                RejectedException.Reason.VALUE_TYPE,
                "a text that is not of " + type.getSimpleName(),
                e);
          }
          if (!parsed.toString().equals(value.value())) {
            throw mismatch(type, value);
          }
          return parsed;
        });
  }

  /** Refuses null, which no class's values hold. */
  static <T> T present(@Nullable T value, Class<?> type) {
    if (value == null) {
      throw new RejectedException(
          RejectedException.Reason.UNSUPPORTED,
          "null where a " + type.getSimpleName() + " belongs");
    }
    return value;
  }

  static RejectedException mismatch(Class<?> type, Value value) {
    return new RejectedException(
        RejectedException.Reason.VALUE_TYPE,
        "a value of kind " + kindOf(value) + " is not a " + type.getSimpleName());
  }

  private static String kindOf(Value value) {
    return value == Value.Null.NULL ? "Null" : value.getClass().getSimpleName();
  }

  /** Enums by constant name. */
  private record EnumCodec<T>(Class<T> type) implements ValueCodec<T> {
    @Override
    public Value encode(T value) {
      return Value.of(((Enum<?>) present(value, type)).name());
    }

    @Override
    public T decode(Value value) {
      if (value instanceof Value.Text text) {
        for (T constant : type.getEnumConstants()) {
          if (((Enum<?>) constant).name().equals(text.value())) {
            return constant;
          }
        }
      }
      throw mismatch(type, value);
    }
  }
}
