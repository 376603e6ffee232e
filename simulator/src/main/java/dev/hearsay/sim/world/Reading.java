package dev.hearsay.sim.world;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.wire.Message;
import dev.hearsay.mesh.wire.MessageFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads what nodes of a world send each other. The same bytes are read once, by whichever node sees
 * them first, and what was made of them is there for the others too: it cannot be changed. For the
 * thread of the world.
 */
final class Reading {
  /** Changes that are remembered; a power of two. */
  private static final int CHANGES = 1 << 13;

  /** By their bytes; of two that fall together the last one is remembered. */
  private final @Nullable EncodedChange[] changes = new EncodedChange[CHANGES];

  private final CRC32C crc = new CRC32C();

  /**
   * A message that is not a fragment.
   *
   * @throws RejectedException as {@link MessageFormat#decode} does
   */
  Message message(byte[] bytes) {
    return MessageFormat.decode(bytes, this::change);
  }

  private EncodedChange change(byte[] bytes) {
    crc.reset();
    crc.update(bytes);
    int place = (int) crc.getValue() & (CHANGES - 1);
    EncodedChange known = changes[place];
    if (known == null || !known.isOf(bytes)) {
      known = ChangeFormat.decode(bytes);
      changes[place] = known;
    }
    return known;
  }

  /** One message in its bytes, as it goes to one node or to several. */
  final class Sent {
    private final Message message;
    private final byte[] bytes;
    private final long checksum;
    private @Nullable Message read;

    Sent(Message message) {
      this.message = message;
      this.bytes = MessageFormat.encode(message);
      this.checksum = Trace.checksum(bytes);
    }

    /** Whether it was made of that very object. */
    @SuppressWarnings("ReferenceEquality") // to compare them would cost what is saved
    boolean isOf(Message other) {
      return message == other;
    }

    Message message() {
      return message;
    }

    byte[] bytes() {
      return bytes;
    }

    /** What stands for the bytes in the trace. */
    long checksum() {
      return checksum;
    }

    /**
     * What a receiver makes of the bytes.
     *
     * @throws RejectedException as {@link MessageFormat#decode} does
     */
    Message read() {
      if (read == null) {
        read = Reading.this.message(bytes);
      }
      return read;
    }
  }
}
