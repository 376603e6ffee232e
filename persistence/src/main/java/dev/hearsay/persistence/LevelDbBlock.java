package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A block of one of LevelDB's tables, read without LevelDB.
 *
 * <pre>
 * block     entries | offsets of restarts, 4B each | count of restarts 4B | type 1B | crc32c 4B, masked
 * entry     shared varint | rest varint | value length varint | rest of the key | value
 *           the key begins with so many bytes of the key before it as are shared
 * type      0 as it is; 1 compressed, which the journal's store never is
 * </pre>
 *
 * <p>See LevelDB's doc/table_format.md. Integers are little-endian.
 */
final class LevelDbBlock {
  static final int TRAILER_BYTES = 5;
  private static final int CRC_MASK_DELTA = 0xa282ead8;
  private static final int VARINT_BITS_MAX = 63;

  private LevelDbBlock() {}

  /** Bytes do not follow the format; the message says why. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** A key and its value, as they stand in a block. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Entry(byte[] key, byte[] value) {}

  /** Where a block lies in its file; {@code bytes} is without the trailer. */
  record Handle(long offset, long bytes) {
    static Handle read(ByteBuffer in) throws MalformedException {
      return new Handle(varint(in), varint(in));
    }
  }

  /** Reads a block and checks its sum. */
  static List<Entry> read(FileChannel file, Handle handle) throws IOException, MalformedException {
    long end = handle.offset() + handle.bytes() + TRAILER_BYTES;
    if (handle.offset() < 0 || handle.bytes() < 4 || end < 0 || end > file.size()) {
      throw new MalformedException("a block is named that is not in the file");
    }
    if (handle.bytes() > Integer.MAX_VALUE - 64) {
      throw new MalformedException("a block is named that is too large");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) handle.bytes() + TRAILER_BYTES);
    while (bytes.hasRemaining() && file.read(bytes, handle.offset() + bytes.position()) > 0) {}
    bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() != handle.bytes() + TRAILER_BYTES) {
      throw new MalformedException("a block is cut off");
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, (int) handle.bytes() + 1);
    if (bytes.getInt((int) handle.bytes() + 1) != mask((int) crc.getValue())) {
      throw new MalformedException("the checksum of a block does not match");
    }
    if (bytes.get((int) handle.bytes()) != 0) {
      throw new MalformedException("a block is compressed, which the journal's never are");
    }
    return entries(bytes.limit((int) handle.bytes()));
  }

  private static List<Entry> entries(ByteBuffer block) throws MalformedException {
    long restarts = Integer.toUnsignedLong(block.getInt(block.limit() - 4));
    long end = block.limit() - 4 - 4 * restarts;
    if (end < 0) {
      throw new MalformedException("a block names more restarts than it has room for");
    }
    block.limit((int) end);
    List<Entry> entries = new ArrayList<>();
    byte[] last = {};
    try {
      while (block.hasRemaining()) {
        long shared = varint(block);
        long rest = varint(block);
        long valueBytes = varint(block);
        if (shared > last.length || rest > block.remaining()) {
          throw new MalformedException("a key in a block is longer than the block");
        }
        byte[] key = new byte[(int) (shared + rest)];
        System.arraycopy(last, 0, key, 0, (int) shared);
        block.get(key, (int) shared, (int) rest);
        entries.add(new Entry(key, bytes(block, valueBytes)));
        last = key;
      }
    } catch (BufferUnderflowException e) {
      throw new MalformedException("an entry of a block is cut off");
    }
    return entries;
  }

  static byte[] bytes(ByteBuffer in, long length) throws MalformedException {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException("a length is named beyond the end");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  static long varint(ByteBuffer in) throws MalformedException {
    long value = 0;
    for (int shift = 0; shift <= VARINT_BITS_MAX; shift += 7) {
      if (!in.hasRemaining()) {
        throw new MalformedException("a number is cut off");
      }
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        if (value < 0) {
          throw new MalformedException("a number is too large");
        }
        return value;
      }
    }
    throw new MalformedException("a number has no end");
  }

  /** LevelDB stores checksums of data that itself holds checksums in another form. */
  static int mask(int crc) {
    return ((crc >>> 15) | (crc << 17)) + CRC_MASK_DELTA;
  }
}
