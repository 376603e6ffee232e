package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which of the files in a LevelDB directory are its content, read without LevelDB: {@code CURRENT}
 * names the manifest, a log file of edits (see {@link LevelDbLogFile}).
 *
 * <pre>
 * edit      fields, each a varint that says which:
 *           1 comparator, text   2 log number   3 next file   4 last sequence   9 previous log number
 *           5 level, key         where compaction is
 *           6 level, number      a table that is no longer one
 *           7 level, number, bytes, smallest key, largest key     a new table
 *           numbers are varints; texts and keys have their length before them
 * </pre>
 *
 * <p>Keys of tables are internal ones: behind the key 8 B of sequence and type.
 *
 * @param file its name
 * @param logNumber logs below this number are in tables already
 * @param tables by level and, but for level 0, in the order of their keys
 * @param tornAt where an edit begins that a crash cut short, or -1
 */
record LevelDbManifest(
    String file, long logNumber, long prevLogNumber, List<Table> tables, long tornAt) {
  static final int INTERNAL_BYTES = 8;

  /** A table, as the manifest has it; the keys are internal ones. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Table(int level, long number, long bytes, byte[] smallest, byte[] largest) {}

  /**
   * Reads the manifest that {@code CURRENT} names.
   *
   * @throws LevelDbBlock.MalformedException if there is none that is whole
   */
  static LevelDbManifest read(Path directory) throws IOException, LevelDbBlock.MalformedException {
    Path current = directory.resolve("CURRENT");
    if (!Files.exists(current)) {
      throw new LevelDbBlock.MalformedException("CURRENT is missing");
    }
    if (Files.size(current) > 255) {
      throw new LevelDbBlock.MalformedException("CURRENT names no manifest");
    }
    String name = Files.readString(current, StandardCharsets.ISO_8859_1).strip();
    if (!name.matches("MANIFEST-[0-9]+")) {
      throw new LevelDbBlock.MalformedException("CURRENT names no manifest");
    }
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      throw new LevelDbBlock.MalformedException(name + ", which CURRENT names, is missing");
    }
    List<byte[]> records = new ArrayList<>();
    LevelDbLogFile.Scan scan = LevelDbLogFile.scan(file, (offset, data) -> records.add(data));
    if (scan.recordsAfter() > 0 || records.isEmpty()) {
      throw new LevelDbBlock.MalformedException(
          name + " is damaged at offset " + Math.max(0, scan.damagedAt()));
    }
    Edits edits = new Edits();
    for (byte[] edit : records) {
      edits.apply(ByteBuffer.wrap(edit));
    }
    return edits.sum(name, scan.damagedAt());
  }

  /** For when the manifest is lost: all tables and logs that are there. */
  static LevelDbManifest guess(Path directory) throws IOException {
    List<Table> tables = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{sst,ldb}")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.matches("[0-9]{1,18}\\.(sst|ldb)")) {
          long number = Long.parseLong(name.substring(0, name.length() - 4));
          tables.add(new Table(0, number, Files.size(file), new byte[8], new byte[8]));
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    return new LevelDbManifest("MANIFEST", 0, 0, tables, -1);
  }

  /** The file of a table; newer LevelDBs call it {@code .ldb}, older ones {@code .sst}. */
  static Path file(Path directory, Table table) {
    Path file = directory.resolve(String.format("%06d.ldb", table.number()));
    return Files.exists(file) ? file : directory.resolve(String.format("%06d.sst", table.number()));
  }

  /** True if this log, by its name, is not in the tables yet. */
  boolean isLive(Path log) {
    String name = log.getFileName().toString();
    if (!name.matches("[0-9]{1,18}\\.log")) {
      return false;
    }
    long number = Long.parseLong(name.substring(0, name.length() - 4));
    return number >= logNumber || number == prevLogNumber;
  }

  private static final class Edits {
    private final Map<Long, Table> tables = new TreeMap<>();
    private long logNumber;
    private long prevLogNumber;

    void apply(ByteBuffer edit) throws LevelDbBlock.MalformedException {
      while (edit.hasRemaining()) {
        long field = LevelDbBlock.varint(edit);
        switch ((int) Math.min(field, 100)) {
          case 1 -> text(edit);
          case 2 -> logNumber = LevelDbBlock.varint(edit);
          case 3, 4 -> LevelDbBlock.varint(edit);
          case 5 -> {
            LevelDbBlock.varint(edit);
            text(edit);
          }
          case 6 -> {
            LevelDbBlock.varint(edit);
            tables.remove(LevelDbBlock.varint(edit));
          }
          case 7 -> {
            int level = (int) Math.min(LevelDbBlock.varint(edit), 100);
            long number = LevelDbBlock.varint(edit);
            long bytes = LevelDbBlock.varint(edit);
            tables.put(number, new Table(level, number, bytes, key(edit), key(edit)));
          }
          case 9 -> prevLogNumber = LevelDbBlock.varint(edit);
          default -> throw new LevelDbBlock.MalformedException("the manifest has an unknown field");
        }
      }
    }

    LevelDbManifest sum(String file, long tornAt) {
      List<Table> sorted = new ArrayList<>(tables.values());
      sorted.sort(
          Comparator.comparingInt(Table::level)
              .thenComparing(Table::smallest, LevelDbView::compareInternal));
      return new LevelDbManifest(file, logNumber, prevLogNumber, sorted, tornAt);
    }

    private static byte[] text(ByteBuffer edit) throws LevelDbBlock.MalformedException {
      return LevelDbBlock.bytes(edit, LevelDbBlock.varint(edit));
    }

    private static byte[] key(ByteBuffer edit) throws LevelDbBlock.MalformedException {
      byte[] key = text(edit);
      if (key.length < INTERNAL_BYTES) {
        throw new LevelDbBlock.MalformedException("the manifest has a key that is cut off");
      }
      return key;
    }
  }
}
