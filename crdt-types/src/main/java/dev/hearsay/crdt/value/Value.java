package dev.hearsay.crdt.value;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A canonical value. Two values are equal if and only if their {@linkplain ValueFormat bytes} are.
 * Integers and reals are different kinds: 1 is not 1.0. Immutable.
 */
public sealed interface Value extends Key {
  /** The absent value; also the key of the single atom of a register. */
  final class Null implements Value {
    public static final Null NULL = new Null();

    private Null() {}

    /** Not the identity hash, which differs between runs: iteration must not. */
    @Override
    public int hashCode() {
      return 0x6e756c6c;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other == this;
    }

    @Override
    public String toString() {
      return "NULL";
    }
  }

  /** True or false. */
  record Bool(boolean value) implements Value {}

  /** An integer of 64 bits. */
  record Int(long value) implements Value {}

  /** An integer beyond 64 bits; one that fits a long is an {@link Int}. At most 128 bits. */
  record BigInt(BigInteger value) implements Value {
    public BigInt {
      if (value.bitLength() < 64 || value.bitLength() > 127) {
        throw new RejectedException(
            RejectedException.Reason.LIMIT_EXCEEDED,
            "an integer of " + (value.bitLength() + 1) + " bits; 65 to 128 belong here");
      }
    }
  }

  /** A real number: IEEE 754 binary64, all not-a-numbers being one. */
  record Real(double value) implements Value {
    public Real {
      value = Double.isNaN(value) ? Double.NaN : value;
    }
  }

  /**
   * Unicode text without unpaired surrogates. Held as the UTF-8 that is journaled and sent: one
   * object less than a string, and nothing to transcode where texts are hashed, ordered and
   * written.
   */
  final class Text implements Value {
    private final byte[] utf8;

    /**
     * The text.
     *
     * @throws RejectedException {@code UNSUPPORTED} if it has half a surrogate pair
     */
    public Text(String value) {
      Unicode.require(value);
      utf8 = value.getBytes(StandardCharsets.UTF_8);
    }

    private Text(byte[] utf8) {
      this.utf8 = utf8;
    }

    /** Text of bytes that have been checked, and that nobody else changes. */
    static Text ofUtf8(byte[] utf8) {
      return new Text(utf8);
    }

    /** Decoded anew each time. */
    public String value() {
      return new String(utf8, StandardCharsets.UTF_8);
    }

    byte[] unsafe() {
      return utf8;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text that && Arrays.equals(utf8, that.utf8);
    }

    /** The same in every run, and spread over all bits, which the map of a set's elements needs. */
    @Override
    public int hashCode() {
      return (int) Murmur3.hash(utf8, utf8.length, 0)[0];
    }

    @Override
    public String toString() {
      return "Text[value=" + value() + "]";
    }
  }

  /** Uninterpreted bytes. */
  final class Bytes implements Value {
    private final byte[] bytes;

    public Bytes(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    public byte[] toByteArray() {
      return bytes.clone();
    }

    byte[] unsafe() {
      return bytes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Bytes[" + bytes.length + "]";
    }
  }

  /** Values in order. */
  record Sequence(List<Value> values) implements Value {
    public Sequence {
      values = List.copyOf(values);
    }
  }

  /** Values under text keys, ordered by code points. */
  final class Mapping implements Value {
    private final SortedMap<String, Value> entries;

    private Mapping(SortedMap<String, Value> entries) {
      this.entries = entries;
    }

    /** Of entries by {@link CodePointOrder}, with keys that were checked, that nobody changes. */
    static Mapping ofOrdered(SortedMap<String, Value> entries) {
      return new Mapping(entries);
    }

    /** Unmodifiable. */
    public SortedMap<String, Value> entries() {
      return Collections.unmodifiableSortedMap(entries);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Mapping that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
      return entries.hashCode();
    }

    @Override
    public String toString() {
      return "Mapping[entries=" + entries + "]";
    }
  }

  static Value of(boolean value) {
    return new Bool(value);
  }

  static Value of(long value) {
    return new Int(value);
  }

  static Value of(double value) {
    return new Real(value);
  }

  static Value of(String value) {
    return new Text(value);
  }

  static Value of(byte[] value) {
    return new Bytes(value);
  }

  /**
   * The canonical integer.
   *
   * @throws RejectedException {@code LIMIT_EXCEEDED} beyond 128 bits
   */
  static Value of(BigInteger value) {
    return value.bitLength() < 64 ? new Int(value.longValue()) : new BigInt(value);
  }

  static Value of(Collection<? extends Value> values) {
    return new Sequence(List.copyOf(values));
  }

  /**
   * A map of a copy of the entries.
   *
   * @throws RejectedException {@code UNSUPPORTED} if a key has half a surrogate pair
   */
  static Value of(Map<String, ? extends Value> entries) {
    SortedMap<String, Value> ordered = new TreeMap<>(CodePointOrder.INSTANCE);
    ordered.putAll(entries);
    ordered.keySet().forEach(Unicode::require);
    return Mapping.ofOrdered(ordered);
  }
}
