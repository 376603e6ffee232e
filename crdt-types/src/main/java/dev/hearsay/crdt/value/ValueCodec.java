package dev.hearsay.crdt.value;

/**
 * Maps a Java class onto canonical values and back. Implementations are immutable.
 *
 * @param <T> the Java class
 */
public interface ValueCodec<T> {
  Value encode(T value);

  /**
   * The Java value.
   *
   * @throws RejectedException {@code VALUE_TYPE} if the value is of another kind
   */
  T decode(Value value);
}
