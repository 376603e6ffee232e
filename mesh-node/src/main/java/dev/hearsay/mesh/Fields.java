package dev.hearsay.mesh;

/**
 * Opens the typed fields of a space. Opening writes nothing: a field exists from its first write.
 *
 * <p>Names are 1 to 256 bytes of UTF-8 without control characters. Value classes are {@code
 * String}, {@code Integer}, {@code Long}, {@code Double}, {@code Boolean}, {@code byte[]}, enums,
 * records of these (and of {@code List}, {@code Map<String, …>}, {@code Optional} of these), and
 * {@link dev.hearsay.crdt.value.Value} itself.
 *
 * <p>All methods throw {@link HearsayException}: {@link ErrorCode#INVALID_NAME}, {@link
 * ErrorCode#TYPE_CONFLICT} if the field exists under another type, {@link
 * ErrorCode#VALUE_TYPE_MISMATCH} if it holds values of another class, {@link
 * ErrorCode#VALUE_UNSUPPORTED} if the class cannot be mapped.
 */
public interface Fields {
  <T> OrSet<T> orSet(String name, Class<T> elementType);

  PnCounter pnCounter(String name);

  <T> LwwRegister<T> lwwRegister(String name, Class<T> valueType);

  <V> OrMap<V> orMap(String name, Class<V> valueType);

  <T> AppendLog<T> appendLog(String name, Class<T> entryType);
}
