package dev.hearsay.persistence;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the journal, format version 2. What concerns its indexes is in {@link IndexFormat}.
 *
 * <pre>
 * directory
 *   hearsay.format           "hearsay-journal 2"
 *   hearsay.lock             who holds the directory; locked while it does
 *   hearsay.reserve          room for a start on a full disk, of random bytes
 *   leveldb/                 the store: keys in the order of unsigned bytes; *.torn: cut off
 *   native/, native-1/, …    LevelDB's native library, unpacked, for each class loader
 *
 * keys (integers are big-endian; P = persistence id, T = tag, in UTF-8)
 *   00                                    lower bound of the store, empty
 *   10 | length 2B | P | sequence nr 8B   an event
 *   20 | length 2B | P                    what was deleted of an entity; absent if nothing was
 *   30 | length 2B | T | ordinal 8B       an event that has the tag
 *   40 | ordinal 8B                       an entity; never deleted
 *   50                                    the highest ordinal given out; absent if none was
 *   FF                                    upper bound of the store, empty
 *
 * event
 *   | crc32c 4B | previous 8B | flags 1B | timestamp 8B | ordinal? 8B | writer | serializer id 4B
 *   | manifest | event manifest | tags? | metadata? | payload, all the rest |
 *
 *   previous      the entity's event before this one, 0 for none: a missing event is noticed
 *   flags         1 writer is a UUID of 16B, else text   2 ordinal and tags   4 metadata
 *   ordinal       of an event that has tags: its place among all of them, in the order of commits
 *   text          length varint, UTF-8
 *   tags          count varint, texts
 *   metadata      serializer id 4B, manifest text, length varint, bytes
 *
 * deleted
 *   | crc32c 4B | deleted to 8B | highest 8B | purged to 8B |
 *
 *   deleted to    events up to here are deleted: never read again
 *   highest       the entity's highest sequence number when they were: it outlives its event
 *   purged to     events up to here have left the store; the rest follows in the background
 *
 * event that has the tag
 *   | crc32c 4B | sequence nr 8B | P, all the rest |        goes with the event, in the same write
 *
 * entity
 *   | crc32c 4B | P, all the rest |                         the ordinal is that of its first event
 *
 * highest ordinal
 *   | crc32c 4B | ordinal 8B | flags 1B |                   1 written without waiting for an fsync
 * </pre>
 *
 * <p>crc32c is over the key and all of the value behind it. A varint is LEB128 of 32 bits.
 */
final class JournalFormat {
  /** Longest persistence id, in bytes of UTF-8. */
  static final int PERSISTENCE_ID_BYTES_MAX = 0xFFFF;

  /** Longest event, in bytes, with all that is stored beside its payload. */
  static final int EVENT_BYTES_MAX = 256 << 20;

  private static final byte EVENT = 0x10;
  private static final byte DELETED = 0x20;

  static final int CRC_BYTES = 4;
  private static final int PREVIOUS_OFFSET = CRC_BYTES;
  private static final int FLAGS_OFFSET = PREVIOUS_OFFSET + 8;
  private static final int EVENT_HEADER_BYTES = FLAGS_OFFSET + 1 + 8;
  private static final int ORDINAL_OFFSET = EVENT_HEADER_BYTES;
  static final int DELETED_BYTES = CRC_BYTES + 3 * 8;

  private static final int FLAG_WRITER_UUID = 1;
  private static final int FLAG_TAGS = 2;
  private static final int FLAG_METADATA = 4;
  private static final int FLAGS_KNOWN = FLAG_WRITER_UUID | FLAG_TAGS | FLAG_METADATA;

  private static final int VARINT_BYTES_MAX = 5;

  private JournalFormat() {}

  /** The bytes of a value do not follow the format; the message says why. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** An event read back, with the number of the event before it; ordinal 0 if it has no tags. */
  record Stored(EventRecord event, long previous, long ordinal) {}

  /** The entity and the event that a key names; the number is 0 for a deletion. */
  record Owner(String persistenceId, long sequenceNr) {}

  /** What was deleted of an entity. */
  record Deleted(long deletedTo, long highest, long purgedTo) {
    static final Deleted NOTHING = new Deleted(0, 0, 0);
  }

  // Keys

  static byte[] eventKey(String persistenceId, long sequenceNr) {
    byte[] id = idBytes(persistenceId);
    return ByteBuffer.allocate(1 + 2 + id.length + 8)
        .put(EVENT)
        .putShort((short) id.length)
        .put(id)
        .putLong(sequenceNr)
        .array();
  }

  static byte[] deletedKey(String persistenceId) {
    byte[] id = idBytes(persistenceId);
    return ByteBuffer.allocate(1 + 2 + id.length)
        .put(DELETED)
        .putShort((short) id.length)
        .put(id)
        .array();
  }

  /** At or before the key of every deletion, behind those of the events. */
  static byte[] firstDeletedKey() {
    return new byte[] {DELETED};
  }

  static boolean isDeletedKey(byte[] key) {
    return key.length > 0 && key[0] == DELETED;
  }

  /** The persistence id in the key of a deletion. */
  static String deletedKeyId(byte[] key) {
    return new String(key, 3, key.length - 3, StandardCharsets.UTF_8);
  }

  /** At or before the key of every event. */
  static byte[] firstEventKey() {
    return new byte[] {EVENT};
  }

  /** Behind the key of every deletion. */
  static byte[] afterDeletedKeys() {
    return new byte[] {DELETED + 1};
  }

  /** What the key is of; null if it is not of an event or a deletion of this format. */
  static @Nullable Owner owner(byte[] key) {
    boolean event = key.length > 0 && key[0] == EVENT;
    int idBytes = key.length - 3 - (event ? 8 : 0);
    if (idBytes < 0
        || !(event || isDeletedKey(key))
        || Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(1)) != idBytes) {
      return null;
    }
    String id = new String(key, 3, idBytes, StandardCharsets.UTF_8);
    return Arrays.equals(id.getBytes(StandardCharsets.UTF_8), 0, idBytes, key, 3, 3 + idBytes)
        ? new Owner(id, event ? sequenceNr(key) : 0)
        : null;
  }

  /** The checksum that a value carries. */
  static int storedCrc(byte[] value) {
    return value.length < CRC_BYTES ? 0 : ByteBuffer.wrap(value).getInt();
  }

  /** True if it is the key of an event of the entity that {@code like}, an event's key, is of. */
  static boolean sameEntity(byte[] key, byte[] like) {
    return key.length == like.length
        && Arrays.equals(key, 0, key.length - 8, like, 0, like.length - 8);
  }

  /** The sequence number in the key of an event. */
  static long sequenceNr(byte[] eventKey) {
    return ByteBuffer.wrap(eventKey).getLong(eventKey.length - 8);
  }

  static byte[] idBytes(String persistenceId) {
    byte[] id = persistenceId.getBytes(StandardCharsets.UTF_8);
    if (id.length > PERSISTENCE_ID_BYTES_MAX) {
      throw new IllegalArgumentException(
          "persistence id of " + id.length + " bytes; at most " + PERSISTENCE_ID_BYTES_MAX);
    }
    if (hasSurrogates(persistenceId)
        && !new String(id, StandardCharsets.UTF_8).equals(persistenceId)) {
      throw new IllegalArgumentException(
          "persistence id with half a surrogate pair, which would be stored as another id");
    }
    return id;
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  // Events

  /**
   * The value of an event, all but what only the writer knows: {@link #seal} completes it.
   *
   * @throws IllegalArgumentException if it is longer than {@link #EVENT_BYTES_MAX}, or has tags
   *     that {@link IndexFormat#checkTags} refuses
   */
  static byte[] encode(EventRecord event) {
    IndexFormat.checkTags(event.tags());
    Uuid writer = Uuid.parse(event.writerUuid());
    byte[] writerText = writer == null ? utf8(event.writerUuid()) : new byte[0];
    byte[] manifest = utf8(event.payload().manifest());
    byte[] eventManifest = utf8(event.manifest());
    List<byte[]> tags = new ArrayList<>(event.tags().size());
    event.tags().forEach(tag -> tags.add(utf8(tag)));
    SerializedValue metadata = event.metadata();
    byte[] metadataManifest = metadata == null ? new byte[0] : utf8(metadata.manifest());

    long size =
        EVENT_HEADER_BYTES
            + (writer == null ? textBytes(writerText) : 16)
            + 4
            + textBytes(manifest)
            + textBytes(eventManifest)
            + (long) event.payload().bytes().length;
    if (!tags.isEmpty()) {
      size +=
          8 + varintBytes(tags.size()) + tags.stream().mapToLong(JournalFormat::textBytes).sum();
    }
    if (metadata != null) {
      size += 4 + textBytes(metadataManifest) + textBytes(metadata.bytes());
    }
    if (size > EVENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "event of " + size + " bytes; at most " + EVENT_BYTES_MAX + " can be stored");
    }

    ByteBuffer out = ByteBuffer.allocate((int) size).position(CRC_BYTES + 8);
    out.put(
        (byte)
            ((writer == null ? 0 : FLAG_WRITER_UUID)
                | (tags.isEmpty() ? 0 : FLAG_TAGS)
                | (metadata == null ? 0 : FLAG_METADATA)));
    out.putLong(event.timestampMillis());
    if (!tags.isEmpty()) {
      out.putLong(0);
    }
    if (writer == null) {
      putText(out, writerText);
    } else {
      out.putLong(writer.high()).putLong(writer.low());
    }
    out.putInt(event.payload().serializerId());
    putText(out, manifest);
    putText(out, eventManifest);
    if (!tags.isEmpty()) {
      putVarint(out, tags.size());
      tags.forEach(tag -> putText(out, tag));
    }
    if (metadata != null) {
      out.putInt(metadata.serializerId());
      putText(out, metadataManifest);
      putText(out, metadata.bytes());
    }
    out.put(event.payload().bytes());
    return out.array();
  }

  /** True if the event has tags; of the value of an event, as it was written. */
  static boolean isTagged(byte[] value) {
    return value.length > FLAGS_OFFSET && (value[FLAGS_OFFSET] & FLAG_TAGS) != 0;
  }

  /**
   * Puts into an event's value the number of the entity's event before it, its ordinal if it has
   * tags, and the checksum.
   */
  static void seal(byte[] eventKey, byte[] value, long previous, long ordinal) {
    ByteBuffer out = ByteBuffer.wrap(value).putLong(PREVIOUS_OFFSET, previous);
    if (isTagged(value)) {
      out.putLong(ORDINAL_OFFSET, ordinal);
    }
    out.putInt(0, crc(eventKey, value));
  }

  /** Reads the value of an event of {@code persistenceId}; checks all that can be checked. */
  static Stored decode(String persistenceId, byte[] eventKey, byte[] value)
      throws MalformedException {
    if (value.length < EVENT_HEADER_BYTES) {
      throw new MalformedException("is cut off");
    }
    ByteBuffer in = checked(eventKey, value);
    try {
      final long previous = in.getLong();
      int flags = in.get();
      if ((flags & ~FLAGS_KNOWN) != 0) {
        throw new MalformedException("has flags of a newer format");
      }
      final long timestamp = in.getLong();
      final long ordinal = (flags & FLAG_TAGS) == 0 ? 0 : in.getLong();
      final String writer =
          (flags & FLAG_WRITER_UUID) == 0
              ? getText(in)
              : new UUID(in.getLong(), in.getLong()).toString();
      final int serializerId = in.getInt();
      final String manifest = getText(in);
      final String eventManifest = getText(in);
      final List<String> tags = (flags & FLAG_TAGS) == 0 ? List.of() : getTags(in);
      SerializedValue metadata = null;
      if ((flags & FLAG_METADATA) != 0) {
        metadata = new SerializedValue(in.getInt(), getText(in), getBytes(in));
      }
      byte[] payload = new byte[in.remaining()];
      in.get(payload);
      return new Stored(
          new EventRecord(
              persistenceId,
              sequenceNr(eventKey),
              eventManifest,
              writer,
              timestamp,
              tags,
              new SerializedValue(serializerId, manifest, payload),
              metadata),
          previous,
          ordinal);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedException("does not follow the format: " + e);
    }
  }

  // Deletions

  static byte[] encode(byte[] deletedKey, Deleted deleted) {
    byte[] value =
        ByteBuffer.allocate(DELETED_BYTES)
            .putInt(0)
            .putLong(deleted.deletedTo())
            .putLong(deleted.highest())
            .putLong(deleted.purgedTo())
            .array();
    ByteBuffer.wrap(value).putInt(0, crc(deletedKey, value));
    return value;
  }

  static Deleted decodeDeleted(byte[] deletedKey, byte[] value) throws MalformedException {
    if (value.length != DELETED_BYTES) {
      throw new MalformedException("has the wrong length");
    }
    ByteBuffer in = checked(deletedKey, value);
    return new Deleted(in.getLong(), in.getLong(), in.getLong());
  }

  // Parts

  static ByteBuffer checked(byte[] key, byte[] value) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(value);
    if (in.getInt() != crc(key, value)) {
      throw new MalformedException("is damaged: its checksum does not match");
    }
    return in;
  }

  static int crc(byte[] key, byte[] value) {
    CRC32C crc = new CRC32C();
    crc.update(key);
    crc.update(value, CRC_BYTES, value.length - CRC_BYTES);
    return (int) crc.getValue();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long textBytes(byte[] text) {
    return varintBytes(text.length) + (long) text.length;
  }

  private static int varintBytes(int value) {
    int bytes = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }

  private static void putVarint(ByteBuffer out, int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static int getVarint(ByteBuffer in) throws MalformedException {
    int value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
      byte next = in.get();
      value |= (next & 0x7F) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("has an endless number");
  }

  private static void putText(ByteBuffer out, byte[] text) {
    putVarint(out, text.length);
    out.put(text);
  }

  private static byte[] getBytes(ByteBuffer in) throws MalformedException {
    int length = getVarint(in);
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException("names a length beyond its end");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static String getText(ByteBuffer in) throws MalformedException {
    return new String(getBytes(in), StandardCharsets.UTF_8);
  }

  private static List<String> getTags(ByteBuffer in) throws MalformedException {
    int count = getVarint(in);
    if (count < 0 || count > in.remaining()) {
      throw new MalformedException("names more tags than it holds");
    }
    List<String> tags = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tags.add(getText(in));
    }
    return List.copyOf(tags);
  }
}
