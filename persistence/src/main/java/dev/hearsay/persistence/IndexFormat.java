package dev.hearsay.persistence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of the journal's indexes: the keys from 30 to 50 that {@link JournalFormat} draws. */
final class IndexFormat {
  /** Longest tag, in bytes of UTF-8. */
  static final int TAG_BYTES_MAX = 1024;

  /** Most tags of one event. */
  static final int TAGS_MAX = 256;

  private static final byte TAG = 0x30;
  private static final byte ENTITY = 0x40;
  private static final byte HIGHEST = 0x50;

  private static final int CRC_BYTES = JournalFormat.CRC_BYTES;
  private static final int FLAG_UNSYNCED = 1;

  private IndexFormat() {}

  /** An event of an entity, as an index names it. */
  record Place(String persistenceId, long sequenceNr) {}

  /**
   * The highest ordinal given out.
   *
   * @param unsynced true if a power loss may have taken a record of a higher one
   */
  record Highest(long ordinal, boolean unsynced) {}

  /**
   * Passes if the tags can be stored as they are.
   *
   * @throws IllegalArgumentException if they are too many, or one is too long or not Unicode
   */
  static void checkTags(List<String> tags) {
    if (tags.size() > TAGS_MAX) {
      throw new IllegalArgumentException(
          "event with " + tags.size() + " tags; at most " + TAGS_MAX + " can be stored");
    }
    tags.forEach(IndexFormat::tagBytes);
  }

  /** The key of an event that has the tag; ordinals sort in the order of commits. */
  static byte[] tagKey(String tag, long ordinal) {
    byte[] text = tagBytes(tag);
    return ByteBuffer.allocate(1 + 2 + text.length + 8)
        .put(TAG)
        .putShort((short) text.length)
        .put(text)
        .putLong(ordinal)
        .array();
  }

  /** The key of an entity whose first event has the ordinal. */
  static byte[] entityKey(long ordinal) {
    return ByteBuffer.allocate(1 + 8).put(ENTITY).putLong(ordinal).array();
  }

  /** The key of the highest ordinal given out. */
  static byte[] highestKey() {
    return new byte[] {HIGHEST};
  }

  static boolean isHighestKey(byte[] key) {
    return key.length == 1 && key[0] == HIGHEST;
  }

  /** The tag in the key of an event that has it; null in the key of an entity. */
  static @Nullable String tag(byte[] key) {
    return key[0] == TAG ? new String(key, 3, key.length - 3 - 8, StandardCharsets.UTF_8) : null;
  }

  /** True if it is a key of the same index as {@code like}: the same tag, or entities too. */
  static boolean sameIndex(byte[] key, byte[] like) {
    return key.length == like.length
        && Arrays.equals(key, 0, key.length - 8, like, 0, like.length - 8);
  }

  /** The ordinal in a key made with one. */
  static long ordinal(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - 8);
  }

  /** The value of {@link #tagKey}. */
  static byte[] encodePlace(byte[] key, String persistenceId, long sequenceNr) {
    byte[] id = JournalFormat.idBytes(persistenceId);
    return sealed(
        key,
        ByteBuffer.allocate(CRC_BYTES + 8 + id.length)
            .putInt(0)
            .putLong(sequenceNr)
            .put(id)
            .array());
  }

  static Place decodePlace(byte[] key, byte[] value) throws JournalFormat.MalformedException {
    requireBytes(value, CRC_BYTES + 8);
    long sequenceNr = JournalFormat.checked(key, value).getLong();
    return new Place(text(value, CRC_BYTES + 8), sequenceNr);
  }

  /** The value of {@link #entityKey}. */
  static byte[] encodeEntity(byte[] key, String persistenceId) {
    byte[] id = JournalFormat.idBytes(persistenceId);
    return sealed(key, ByteBuffer.allocate(CRC_BYTES + id.length).putInt(0).put(id).array());
  }

  static String decodeEntity(byte[] key, byte[] value) throws JournalFormat.MalformedException {
    requireBytes(value, CRC_BYTES);
    JournalFormat.checked(key, value);
    return text(value, CRC_BYTES);
  }

  /** The value of {@link #highestKey}. */
  static byte[] encode(Highest highest) {
    return sealed(
        highestKey(),
        ByteBuffer.allocate(CRC_BYTES + 8 + 1)
            .putInt(0)
            .putLong(highest.ordinal())
            .put((byte) (highest.unsynced() ? FLAG_UNSYNCED : 0))
            .array());
  }

  static Highest decodeHighest(byte[] value) throws JournalFormat.MalformedException {
    if (value.length != CRC_BYTES + 8 + 1) {
      throw new JournalFormat.MalformedException("has the wrong length");
    }
    ByteBuffer in = JournalFormat.checked(highestKey(), value);
    long ordinal = in.getLong();
    int flags = in.get();
    if ((flags & ~FLAG_UNSYNCED) != 0 || ordinal < 0) {
      throw new JournalFormat.MalformedException("does not follow the format");
    }
    return new Highest(ordinal, flags != 0);
  }

  /**
   * Checks a record of an index by itself.
   *
   * @return false if it is of no index that is known
   */
  static boolean check(byte[] key, byte[] value) throws JournalFormat.MalformedException {
    switch (key.length == 0 ? 0 : key[0]) {
      case TAG -> decodePlace(key, value);
      case ENTITY -> decodeEntity(key, value);
      case HIGHEST -> decodeHighest(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static byte[] tagBytes(String tag) {
    byte[] text = tag.getBytes(StandardCharsets.UTF_8);
    if (text.length > TAG_BYTES_MAX) {
      throw new IllegalArgumentException(
          "tag of " + text.length + " bytes; at most " + TAG_BYTES_MAX + " can be stored");
    }
    if (!new String(text, StandardCharsets.UTF_8).equals(tag)) {
      throw new IllegalArgumentException(
          "tag with half a surrogate pair, which would be stored as another tag");
    }
    return text;
  }

  private static void requireBytes(byte[] value, int least)
      throws JournalFormat.MalformedException {
    if (value.length < least) {
      throw new JournalFormat.MalformedException("is cut off");
    }
  }

  private static String text(byte[] value, int offset) {
    return new String(value, offset, value.length - offset, StandardCharsets.UTF_8);
  }

  private static byte[] sealed(byte[] key, byte[] value) {
    ByteBuffer.wrap(value).putInt(0, JournalFormat.crc(key, value));
    return value;
  }
}
