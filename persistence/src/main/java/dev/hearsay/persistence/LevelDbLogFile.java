package dev.hearsay.persistence;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Reads one of LevelDB's log files (its write-ahead logs and its manifests) without LevelDB, to
 * tell a tail that a crash tore from damage in the middle.
 *
 * <pre>
 * file      blocks of 32,768 B; the last may be shorter
 * block     fragments, then fewer than 7 B of zeros
 * fragment  | crc32c 4B, masked | length 2B | type 1B | data |     little-endian
 *           type: 1 a whole record, 2 its first, 3 a middle, 4 its last fragment; 0 nothing yet
 * </pre>
 *
 * <p>See LevelDB's doc/log_format.md. LevelDB maps its log, so a process that is killed can leave a
 * record of which only some bytes are there, and zeros behind it.
 */
final class LevelDbLogFile {
  private static final int BLOCK_BYTES = 32_768;
  private static final int HEADER_BYTES = 7;
  private static final int CRC_MASK_DELTA = 0xa282ead8;

  private static final int NOTHING = 0;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  /**
   * What a file holds.
   *
   * @param records whole records before the damage, or in all if there is none
   * @param damagedAt where the first record that is not whole begins, or -1 if all are whole
   * @param recordsAfter whole records behind the damage: then it is no torn tail
   */
  record Scan(long records, long damagedAt, long recordsAfter) {
    boolean isWhole() {
      return damagedAt < 0;
    }

    boolean hasTornTail() {
      return damagedAt >= 0 && recordsAfter == 0;
    }
  }

  /** Gets the whole records of a file, also those behind a damage. */
  interface Records {
    void record(long offset, byte[] data);
  }

  private static final Records NOBODY = (offset, data) -> {};

  private final Records receiver;
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

  private long records;
  private long damagedAt = -1;
  private long recordsAfter;

  /** Where the zeros begin of which it is not known yet whether anything follows, or -1. */
  private long zerosAt = -1;

  /** Where the record begins whose last fragment is still to come, or -1. */
  private long openAt = -1;

  private LevelDbLogFile(Records receiver) {
    this.receiver = receiver;
  }

  static Scan scan(Path file) throws IOException {
    return scan(file, NOBODY);
  }

  /** Scans the file and hands out its whole records on the way. */
  static Scan scan(Path file, Records receiver) throws IOException {
    LevelDbLogFile scan = new LevelDbLogFile(receiver);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 2 * BLOCK_BYTES)) {
      byte[] block = new byte[BLOCK_BYTES];
      long offset = 0;
      int length = in.readNBytes(block, 0, BLOCK_BYTES);
      while (length > 0) {
        scan.block(block, length, offset);
        offset += length;
        length = in.readNBytes(block, 0, BLOCK_BYTES);
      }
    }
    if (scan.openAt >= 0) {
      scan.damage(scan.openAt);
    }
    return new Scan(scan.records, scan.damagedAt, scan.recordsAfter);
  }

  private void block(byte[] block, int length, long offset) {
    ByteBuffer in = ByteBuffer.wrap(block, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= HEADER_BYTES) {
      int start = in.position();
      int crc = in.getInt();
      int dataBytes = Short.toUnsignedInt(in.getShort());
      int type = in.get();
      if (type == NOTHING && dataBytes == 0) {
        zeros(offset + start);
        return;
      }
      if (dataBytes > in.remaining() || crc != maskedCrc(block, start, dataBytes)) {
        damage(openAt >= 0 ? openAt : offset + start);
        in.position(nextFragment(block, start + 1, length));
        continue;
      }
      in.position(in.position() + dataBytes);
      if (type == FULL || type == FIRST) {
        gathered.reset();
      }
      if (receiver != NOBODY) {
        gathered.write(block, start + HEADER_BYTES, dataBytes);
      }
      fragment(type, offset + start);
    }
    if (length < BLOCK_BYTES && in.hasRemaining()) {
      damage(openAt >= 0 ? openAt : offset + in.position()); // a header that is cut off
    }
  }

  /**
   * Where the next fragment begins after one that is damaged, whose length cannot be trusted: tried
   * byte by byte, so that whole records behind it are noticed. Without one, the end of the block.
   */
  private static int nextFragment(byte[] block, int from, int length) {
    ByteBuffer in = ByteBuffer.wrap(block, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = from; start + HEADER_BYTES <= length; start++) {
      int dataBytes = Short.toUnsignedInt(in.getShort(start + 4));
      int type = in.get(start + 6);
      if (type >= FULL
          && type <= LAST
          && start + HEADER_BYTES + dataBytes <= length
          && in.getInt(start) == maskedCrc(block, start, dataBytes)) {
        return start;
      }
    }
    return length;
  }

  private void fragment(int type, long at) {
    if (zerosAt >= 0) {
      damage(zerosAt); // LevelDB would skip the hole without a word
      zerosAt = -1;
    }
    boolean starts = type == FULL || type == FIRST;
    if (starts == (openAt >= 0) || type > LAST || type < NOTHING) {
      damage(openAt >= 0 ? openAt : at); // a record that lacks its end or its beginning
    }
    switch (type) {
      case FULL -> whole(at);
      case FIRST -> openAt = at;
      case LAST -> {
        if (openAt >= 0) {
          whole(openAt);
        }
      }
      case MIDDLE -> {}
      default -> openAt = -1;
    }
  }

  private void whole(long at) {
    openAt = -1;
    if (receiver != NOBODY) {
      receiver.record(at, gathered.toByteArray());
    }
    if (damagedAt < 0) {
      records++;
    } else {
      recordsAfter++;
    }
  }

  private void zeros(long at) {
    if (zerosAt < 0) {
      zerosAt = openAt >= 0 ? openAt : at;
    }
  }

  private void damage(long at) {
    if (damagedAt < 0) {
      damagedAt = at;
    }
    openAt = -1;
  }

  private static int maskedCrc(byte[] block, int start, int dataBytes) {
    CRC32C crc = new CRC32C();
    crc.update(block, start + HEADER_BYTES - 1, 1 + dataBytes);
    int value = (int) crc.getValue();
    return ((value >>> 15) | (value << 17)) + CRC_MASK_DELTA;
  }
}
