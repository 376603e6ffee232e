package dev.hearsay.crdt;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.crdt.value.Unicode;
import java.nio.charset.StandardCharsets;

/** A field of a space: a name under a type. Two fields may share a name after a cut. */
public record FieldKey(String name, FieldType type) implements Comparable<FieldKey> {
  /** Longest field name, in bytes of UTF-8. */
  public static final int NAME_BYTES_MAX = 256;

  public FieldKey {
    if (name.isEmpty()) {
      throw new RejectedException(RejectedException.Reason.LIMIT_EXCEEDED, "an empty field name");
    }
    if (name.length() > NAME_BYTES_MAX
        || name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
      throw new RejectedException(
          RejectedException.Reason.LIMIT_EXCEEDED,
          "a field name of more than " + NAME_BYTES_MAX + " bytes");
    }
    Unicode.require(name);
  }

  @Override
  public int compareTo(FieldKey other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : type.compareTo(other.type);
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
