package dev.hearsay.mesh;

/**
 * Opens the typed fields of a space. Opening writes nothing: a field exists from its first write.
 *
 * <p>Names are 1 to 256 bytes of UTF-8 without control characters. Value classes are {@code
 * String}, {@code Integer}, {@code Long}, {@code Short}, {@code Byte}, {@code BigInteger} of up to
 * 128 bits, {@code Double}, {@code Float}, {@code Boolean}, {@code byte[]}, {@code UUID}, {@code
 * Instant}, {@code LocalDate}, {@code Duration}, enums, records of these (and of {@code List},
 * {@code Set}, {@code Map<String, …>}, {@code Optional} of these), and {@link
 * dev.hearsay.crdt.value.Value} itself, which {@link dev.hearsay.crdt.value.JsonCodec} makes of
 * JSON.
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

  <T> MvRegister<T> mvRegister(String name, Class<T> valueType);

  <T> ConfidenceRegister<T> confidenceRegister(String name, Class<T> valueType);

  Flag flag(String name);

  /** A map whose values are fields, as a view of the fields whose names begin {@code name/}. */
  FieldMap fieldMap(String name);

  /**
   * Deletes what this node has seen in the field, in one change of a few bytes; counters are reset.
   * What others write there at the same time stays. No effect if there is nothing.
   */
  void delete(String name);

  /**
   * Deletes what this node has seen in all fields whose names begin so, in one change that does not
   * name them (counters aside, which are reset). What others write there at the same time stays,
   * and so do Hearsay's own fields. No effect if there is nothing.
   *
   * @param prefix of the name; empty for all fields
   */
  void deletePrefix(String prefix);
}
