package dev.hearsay.mesh.wire;

import dev.hearsay.crdt.value.ByteReader;
import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts messages that are larger than the transport should carry at once, and puts them together
 * again. {@code | 'H' | version | 11 | id 8B | index varint | total bytes varint | bytes |}; every
 * fragment but the last is full. Not thread-safe.
 */
public final class Fragments {
  /** Payload of one fragment, in bytes: small enough to keep small messages quick behind it. */
  public static final int FRAGMENT_BYTES = 48 << 10;

  /** Most messages of one peer that may be in pieces here; the oldest is forgotten first. */
  static final int UNFINISHED_MAX = 4;

  private final Map<Long, Unfinished> unfinished = new LinkedHashMap<>();
  private int forgotten;

  private static final class Unfinished {
    final byte[] whole;
    int next;

    Unfinished(int totalBytes) {
      whole = new byte[totalBytes];
    }
  }

  /** How many messages in pieces gave way to newer ones since this was last asked. */
  int takeForgotten() {
    int taken = forgotten;
    forgotten = 0;
    return taken;
  }

  /** Whether no message is in pieces here. */
  boolean isEmpty() {
    return unfinished.isEmpty();
  }

  /** The message as it is, or in fragments under the given id. */
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
   * once it is complete. Fragments come in order or the message is forgotten.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}, {@code LIMIT_EXCEEDED}
   */
  public Optional<byte[]> join(byte[] bytes) {
    ByteReader in = MessageFormat.open(bytes);
    if (in.u8() != MessageFormat.FRAGMENT) {
      return Optional.of(bytes);
    }
    long id = in.fixed64();
    long index = in.varint();
    long total = in.varint();
    if (total <= FRAGMENT_BYTES || total > MessageFormat.MESSAGE_BYTES_MAX) {
      throw RejectedException.malformed(
          "a fragmented message of " + Long.toUnsignedString(total) + " bytes");
    }
    if (index == 0) {
      unfinished.put(id, new Unfinished((int) total));
      if (unfinished.size() > UNFINISHED_MAX) {
        unfinished.remove(unfinished.keySet().iterator().next());
        forgotten++;
      }
    }
    Unfinished message = unfinished.get(id);
    if (message == null) {
      return Optional.empty();
    }
    int at = message.next * FRAGMENT_BYTES;
    int length = Math.min(FRAGMENT_BYTES, message.whole.length - at);
    if (message.whole.length != total || message.next != index || in.remaining() != length) {
      unfinished.remove(id);
      throw RejectedException.malformed("fragment " + index + " does not follow the ones before");
    }
    System.arraycopy(in.raw(length), 0, message.whole, at, length);
    message.next++;
    if (at + length < message.whole.length) {
      return Optional.empty();
    }
    unfinished.remove(id);
    return Optional.of(message.whole);
  }
}
