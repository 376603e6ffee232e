package dev.hearsay.persistence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what LevelDB's port in Java writes wrongly: in its manifest, a table that it compacted is 4
 * bytes longer than its file. (It counts the offsets of a block that it has not begun: {@code
 * BlockBuilder.currentSizeEstimate} of version 0.12.) The port itself does not mind; LevelDB looks
 * for the end of the table where the manifest says, and does not open it.
 */
final class PortTables {
  private static final Logger LOG = LoggerFactory.getLogger(PortTables.class);
  private static final int EXCESS_BYTES = 4;

  private static final int BLOCK_BYTES = 32_768;
  private static final int HEADER_BYTES = 7;
  private static final int WHOLE = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  private PortTables() {}

  /** True if the file is a table, and as much shorter than the manifest says as the port errs. */
  static boolean isOne(Path file, LevelDbManifest.Table table) throws IOException {
    if (Files.size(file) != table.bytes() - EXCESS_BYTES) {
      return false;
    }
    try {
      LevelDbTable.open(file, new byte[0], (name, offset, problem, from, to) -> {}).close();
      return true;
    } catch (LevelDbBlock.MalformedException e) {
      return false; // it is cut off
    }
  }

  /**
   * Corrects the sizes in the manifest; what was there stays until all of the new one is on the
   * disk. Does nothing if there is no such table.
   */
  static void correct(Path directory) throws IOException, LevelDbBlock.MalformedException {
    LevelDbManifest manifest = LevelDbManifest.read(directory);
    Set<Long> wrong = new HashSet<>();
    for (LevelDbManifest.Table table : manifest.tables()) {
      Path file = LevelDbManifest.file(directory, table);
      if (Files.exists(file) && isOne(file, table)) {
        wrong.add(table.number());
      }
    }
    if (wrong.isEmpty()) {
      return;
    }
    Path file = directory.resolve(manifest.file());
    List<byte[]> edits = new ArrayList<>();
    LevelDbLogFile.scan(file, (offset, edit) -> edits.add(edit));
    ByteArrayOutputStream corrected = new ByteArrayOutputStream();
    for (byte[] edit : edits) {
      append(corrected, corrected(edit, wrong));
    }
    Path beside = directory.resolve(manifest.file() + ".corrected");
    try (FileChannel out =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(corrected.toByteArray());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DirectoryFormat.force(directory);
    LOG.info(
        "{} said of {} table(s) of LevelDB's port in Java that they are {} bytes longer than they"
            + " are, and was corrected",
        file,
        wrong.size(),
        EXCESS_BYTES);
  }

  private static byte[] corrected(byte[] fields, Set<Long> wrong)
      throws LevelDbBlock.MalformedException {
    ByteBuffer edit = ByteBuffer.wrap(fields);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (edit.hasRemaining()) {
      int start = edit.position();
      switch ((int) LevelDbBlock.varint(edit)) {
        case 1 -> skipText(edit);
        case 2, 3, 4, 9 -> LevelDbBlock.varint(edit);
        case 5 -> {
          LevelDbBlock.varint(edit);
          skipText(edit);
        }
        case 6 -> {
          LevelDbBlock.varint(edit);
          LevelDbBlock.varint(edit);
        }
        case 7 -> {
          LevelDbBlock.varint(edit);
          long number = LevelDbBlock.varint(edit);
          int beforeBytes = edit.position();
          long bytes = LevelDbBlock.varint(edit);
          if (wrong.contains(number)) {
            out.write(fields, start, beforeBytes - start);
            putVarint(out, bytes - EXCESS_BYTES);
            start = edit.position();
          }
          skipText(edit);
          skipText(edit);
        }
        default -> throw new LevelDbBlock.MalformedException("the manifest has an unknown field");
      }
      out.write(fields, start, edit.position() - start);
    }
    return out.toByteArray();
  }

  private static void skipText(ByteBuffer edit) throws LevelDbBlock.MalformedException {
    LevelDbBlock.bytes(edit, LevelDbBlock.varint(edit));
  }

  private static void putVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    for (; rest >= 0x80; rest >>>= 7) {
      out.write((int) (rest & 0x7F) | 0x80);
    }
    out.write((int) rest);
  }

  /** Appends a record to a log file, see {@link LevelDbLogFile}. */
  private static void append(ByteArrayOutputStream out, byte[] record) {
    int at = 0;
    do {
      int left = BLOCK_BYTES - out.size() % BLOCK_BYTES;
      if (left < HEADER_BYTES) {
        out.write(new byte[left], 0, left);
        left = BLOCK_BYTES;
      }
      int bytes = Math.min(left - HEADER_BYTES, record.length - at);
      boolean last = at + bytes == record.length;
      int type = at == 0 ? (last ? WHOLE : FIRST) : (last ? LAST : MIDDLE);
      CRC32C crc = new CRC32C();
      crc.update(type);
      crc.update(record, at, bytes);
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(LevelDbBlock.mask((int) crc.getValue()));
      header.putShort((short) bytes).put((byte) type);
      out.writeBytes(header.array());
      out.write(record, at, bytes);
      at += bytes;
    } while (at < record.length);
  }
}
