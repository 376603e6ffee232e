package dev.hearsay.crdt.value;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The codecs of the Java classes that map onto canonical values. Thread-safe. */
public final class ValueCodecs {
  private static final Map<Class<?>, ValueCodec<?>> SIMPLE =
      Map.of(
          String.class, codec(String.class, Value::of, Value.Text.class, Value.Text::value),
          Long.class, codec(Long.class, Value::of, Value.Int.class, Value.Int::value),
          Integer.class, integer(),
          Double.class, codec(Double.class, Value::of, Value.Real.class, Value.Real::value),
          Boolean.class, codec(Boolean.class, Value::of, Value.Bool.class, Value.Bool::value),
          byte[].class, codec(byte[].class, Value::of, Value.Bytes.class, Value.Bytes::toByteArray),
          Value.class, codec(Value.class, v -> v, Value.class, v -> v));

  private static final Map<Class<?>, ValueCodec<?>> OTHERS = new ConcurrentHashMap<>();

  private ValueCodecs() {}

  /**
   * The codec of a class: {@code String}, {@code Long}, {@code Integer}, {@code Double}, {@code
   * Boolean}, {@code byte[]}, {@link Value}, enums by name, and records by component name.
   *
   * @throws RejectedException {@code UNSUPPORTED} for any other class
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
            + " cannot be mapped onto canonical values; use String, Long, Integer, Double, Boolean,"
            + " byte[], an enum, a record, or dev.hearsay.crdt.value.Value");
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

  private static ValueCodec<Integer> integer() {
    return codec(
        Integer.class,
        i -> Value.of((long) i),
        Value.Int.class,
        value -> {
          if (value.value() != (int) value.value()) {
            throw mismatch(Integer.class, value);
          }
          return (int) value.value();
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
