package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Unicode;
import org.jspecify.annotations.Nullable;

/** A field of a space: a name under a type. Two fields may share a name after a cut. */
public record FieldKey(String name, FieldType type) implements Comparable<FieldKey> {
  /** Longest field name, in bytes of UTF-8. */
  public static final int NAME_BYTES_MAX = 256;

  public FieldKey {
    if (name.isEmpty()) {
      throw new RejectedException(RejectedException.Reason.LIMIT_EXCEEDED, "an empty field name");
    }
    requirePrefix(name);
  }

  /**
   * Refuses what no field's name begins with.
   *
   * @throws RejectedException {@code LIMIT_EXCEEDED} if it is too long, {@code UNSUPPORTED} if
   *     UTF-8 cannot hold it
   */
  static void requirePrefix(String prefix) {
    if (Unicode.isLongerThan(prefix, NAME_BYTES_MAX)) {
      throw new RejectedException(
          RejectedException.Reason.LIMIT_EXCEEDED,
          "a field name of more than " + NAME_BYTES_MAX + " bytes");
    }
    Unicode.require(prefix);
  }

  @Override
  public int compareTo(FieldKey other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : type.compareTo(other.type);
  }

  /** Mostly asked of the same key, or of one with another name. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof FieldKey key && type == key.type && name.equals(key.name));
  }

  /** Not the enum's identity hash, which differs between runs: iteration must not. */
  @Override
  public int hashCode() {
    return 31 * name.hashCode() + type.code();
  }

  @Override
  public String toString() {
    return name + " (" + type.title() + ")";
  }
}
