package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts what a crash left half written at the end of LevelDB's logs: it was never acknowledged, and
 * LevelDB would refuse to open over it. What is cut is kept in a file beside. Anything else that is
 * wrong with a log stops the start.
 */
final class TornTail {
  static final String KEPT_SUFFIX = ".torn";
  private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);

  private TornTail() {}

  /**
   * The end of a log that is to be cut.
   *
   * @param from where it begins
   * @param recordsBefore whole records before it, which stay
   */
  record Tail(Path log, long from, long recordsBefore) {}

  /**
   * Cuts the torn tails in a LevelDB directory that nobody has open.
   *
   * @throws UnusableDirectoryException if a log is damaged before its end; nothing was changed
   */
  static void cut(Path directory) throws IOException {
    for (Tail tail : find(directory)) {
      Path kept = cut(tail);
      LOG.warn(
          "A crash cut a write short: {} bytes at offset {} of {} were cut off and kept in {};"
              + " the {} records before are whole, and nothing acknowledged was in it",
          Files.size(kept),
          tail.from(),
          tail.log(),
          kept.getFileName(),
          tail.recordsBefore());
    }
  }

  /**
   * Finds the torn tails in a LevelDB directory; reads only.
   *
   * @throws UnusableDirectoryException if a log is damaged before its end, or batches are missing
   *     between logs
   */
  static List<Tail> find(Path directory) throws IOException {
    List<Path> logs = logs(directory);
    List<LevelDbLogFile.Scan> scans = new ArrayList<>();
    BatchNumbers numbers = new BatchNumbers();
    for (Path log : logs) {
      scans.add(LevelDbLogFile.scan(log, numbers.of(log)));
    }
    List<Tail> tails = new ArrayList<>();
    Path manifest = manifest(directory);
    if (Files.exists(manifest)) {
      LevelDbLogFile.Scan scan = LevelDbLogFile.scan(manifest);
      requireTail(directory, manifest, scan, scan.recordsAfter());
      add(tails, manifest, scan);
    }
    for (int i = 0; i < logs.size(); i++) {
      long recordsAfter =
          scans.get(i).recordsAfter()
              + scans.subList(i + 1, scans.size()).stream()
                  .mapToLong(scan -> scan.records() + scan.recordsAfter())
                  .sum();
      requireTail(directory, logs.get(i), scans.get(i), recordsAfter);
      add(tails, logs.get(i), scans.get(i));
    }
    numbers.requireNoneMissing(directory);
    return tails;
  }

  private static void add(List<Tail> tails, Path log, LevelDbLogFile.Scan scan) {
    if (!scan.isWhole()) {
      tails.add(new Tail(log, scan.damagedAt(), scan.records()));
    }
  }

  /** The write-ahead logs in a LevelDB directory, the oldest first. */
  static List<Path> logs(Path directory) throws IOException {
    return list(directory, "*.log");
  }

  private static void requireTail(
      Path directory, Path log, LevelDbLogFile.Scan scan, long recordsAfter) {
    if (!scan.isWhole() && recordsAfter > 0) {
      throw new UnusableDirectoryException(
          directory,
          "is damaged: in "
              + log.getFileName()
              + " the record at offset "
              + scan.damagedAt()
              + " is not whole, and "
              + recordsAfter
              + " that are follow it, so this is not a write that a crash cut short;"
              + " restore the directory from a copy, or start with an empty one");
    }
  }

  /**
   * Cuts the tail off, durably, when it is durable in a file beside the log, without the zeros at
   * its end.
   *
   * @return that file
   */
  static Path cut(Tail tail) throws IOException {
    Path kept = keep(tail.log(), tail.from());
    try (FileChannel channel = FileChannel.open(tail.log(), StandardOpenOption.WRITE)) {
      channel.truncate(tail.from());
      channel.force(true);
    }
    return kept;
  }

  private static Path keep(Path log, long from) throws IOException {
    long end = lastByte(log, from);
    Path kept = log.resolveSibling(log.getFileName() + "-" + from + KEPT_SUFFIX);
    try (FileChannel in = FileChannel.open(log, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(
                kept,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      for (long at = from; at < end; ) {
        at += in.transferTo(at, end - at, out);
      }
      out.force(true);
    }
    DirectoryFormat.force(log.toAbsolutePath().getParent());
    return kept;
  }

  /** Behind the last byte that is not zero. */
  private static long lastByte(Path log, long from) throws IOException {
    long end = from;
    long at = 0;
    try (var in = Files.newInputStream(log)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        for (int i = 0; i < read; i++) {
          if (buffer[i] != 0 && at + i >= from) {
            end = at + i + 1;
          }
        }
        at += read;
      }
    }
    return end;
  }

  private static Path manifest(Path directory) throws IOException {
    Path current = directory.resolve("CURRENT");
    if (!Files.exists(current) || Files.size(current) > 255) {
      return directory.resolve("no such manifest");
    }
    String name = Files.readString(current, StandardCharsets.ISO_8859_1).strip();
    return name.matches("MANIFEST-[0-9]+")
        ? directory.resolve(name)
        : directory.resolve("no such manifest");
  }

  private static List<Path> list(Path directory, String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(files::add);
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    files.sort(
        Comparator.<Path>comparingInt(file -> file.getFileName().toString().length())
            .thenComparing(Path::getFileName)); // by their numbers, the oldest first
    return files;
  }
}
