package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts messages that are larger than the transport should carry at once, and puts them together
 * again. {@code | 'H' | version | 11 | id 8B | index varint | total bytes varint | bytes |}; every
 * fragment but the last is full. They may come in any order, and those of several messages between
 * each other; a message of which one is lost is lost. Not thread-safe.
 */
public final class Fragments {
  /** Payload of one fragment, in bytes: small enough to keep small messages quick behind it. */
  public static final int FRAGMENT_BYTES = 48 << 10;

  /** Most messages of one peer that may be in pieces here; the one not heard of longest goes. */
  static final int UNFINISHED_MAX = 128;

  /** Most bytes of one peer's messages in pieces, as far as they have come. */
  static final int BYTES_MAX = 16 << 20;

  /** What a message in pieces takes beside them, about. */
  static final int MESSAGE_BYTES = 512;

  /** The one that was not heard of for the longest time first. */
  private final LinkedHashMap<Long, Unfinished> unfinished = new LinkedHashMap<>();

  private int bytes;
  private int forgotten;
  private long heard;

  /** What has come of a message: the rest takes no memory. */
  private static final class Unfinished {
    final int total;
    final byte[][] parts;
    int missing;
    int bytes = MESSAGE_BYTES;
    long heard;

    Unfinished(int total) {
      this.total = total;
      this.parts = new byte[(total + FRAGMENT_BYTES - 1) / FRAGMENT_BYTES][];
      this.missing = parts.length;
    }

    /** Whether that is a fragment of another message. */
    boolean contradicts(int otherTotal, int index, byte[] part) {
      return total != otherTotal || (parts[index] != null && !Arrays.equals(parts[index], part));
    }

    void add(int index, byte[] part) {
      if (parts[index] == null) {
        parts[index] = part;
        missing--;
        bytes += part.length;
      }
    }

    byte[] whole() {
      byte[] whole = new byte[total];
      for (int i = 0; i < parts.length; i++) {
        System.arraycopy(parts[i], 0, whole, i * FRAGMENT_BYTES, parts[i].length);
      }
      return whole;
    }
  }

  /** How many messages in pieces gave way to others since this was last asked. */
  int takeForgotten() {
    int taken = forgotten;
    forgotten = 0;
    return taken;
  }

  /** Whether no message is in pieces here. */
  boolean isEmpty() {
    return unfinished.isEmpty();
  }

  /** How many messages are in pieces here. */
  int messages() {
    return unfinished.size();
  }

  /** What they take, in bytes. */
  int bytes() {
    return bytes;
  }

  /** When the one was last heard of that goes first; of one that has some. */
  long oldest() {
    return unfinished.values().iterator().next().heard;
  }

  /**
   * The message as it is, or in fragments.
   *
   * @param id that the sender gives to no other message, of an earlier process neither: fragments
   *     of two could be taken for one
   */
  public static List<byte[]> split(byte[] message, long id) {
    if (message.length <= FRAGMENT_BYTES) {
      return List.of(message);
    }
    List<byte[]> fragments = new ArrayList<>();
    int index = 0;
    for (int from = 0; from < message.length; from += FRAGMENT_BYTES) {
      int length = Math.min(FRAGMENT_BYTES, message.length - from);
      fragments.add(
          new ByteWriter(length + 32)
              .u8(MessageFormat.MAGIC)
              .u8(MessageFormat.VERSION)
              .u8(MessageFormat.FRAGMENT)
              .fixed64(id)
              .varint(index++)
              .varint(message.length)
              .raw(message, from, length)
              .toByteArray());
    }
    return fragments;
  }

  /**
   * Takes one message or fragment from the peer that these fragments belong to; gives the whole
   * once it is complete.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}, {@code LIMIT_EXCEEDED}
   */
  public Optional<byte[]> join(byte[] message) {
    return join(message, heard + 1);
  }

  /**
   * The same.
   *
   * @param now later than whatever came before
   */
  Optional<byte[]> join(byte[] message, long now) {
    heard = now;
    ByteReader in = MessageFormat.open(message);
    if (in.u8() != MessageFormat.FRAGMENT) {
      return Optional.of(message);
    }
    long id = in.fixed64();
    long index = in.varint();
    long total = in.varint();
    if (total <= FRAGMENT_BYTES || total > MessageFormat.MESSAGE_BYTES_MAX) {
      throw RejectedException.malformed(
          "a fragmented message of " + Long.toUnsignedString(total) + " bytes");
    }
    if (index < 0 || index > total / FRAGMENT_BYTES || index * FRAGMENT_BYTES >= total) {
      throw RejectedException.malformed(
          "fragment " + Long.toUnsignedString(index) + " of a message of " + total + " bytes");
    }
    int length = (int) Math.min(FRAGMENT_BYTES, total - index * FRAGMENT_BYTES);
    if (in.remaining() != length) {
      throw RejectedException.malformed(
          "fragment %d of a message of %d bytes has %d".formatted(index, total, in.remaining()));
    }
    return join(id, (int) index, (int) total, in.raw(length));
  }

  private Optional<byte[]> join(long id, int index, int total, byte[] part) {
    Unfinished message = take(id);
    if (message != null && message.contradicts(total, index, part)) {
      message = null; // of a process that was there before, and began with the same ids
      forgotten++;
    }
    if (message == null) {
      message = new Unfinished(total);
    }
    message.add(index, part);
    if (message.missing == 0) {
      return Optional.of(message.whole());
    }
    message.heard = heard;
    unfinished.put(id, message);
    bytes += message.bytes;
    while (unfinished.size() > UNFINISHED_MAX || bytes > BYTES_MAX) {
      forgetOldest();
    }
    return Optional.empty();
  }

  private @Nullable Unfinished take(long id) {
    Unfinished known = unfinished.remove(id);
    bytes -= known == null ? 0 : known.bytes;
    return known;
  }

  /** Lets go of the message that was not heard of for the longest time. */
  void forgetOldest() {
    take(unfinished.keySet().iterator().next());
    forgotten++;
  }
}
