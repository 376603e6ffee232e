package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.value.ByteWriter;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.wire.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The spaces on which this node must not speak as a voter, because it lost something that it may
 * have acknowledged: file {@code doubts}, {@code hearsay-doubts 1} and a name in each line. Of
 * those among them that were to be removed, the file {@code doubts-left} has where they stood:
 * {@code hearsay-doubts-left 1}, and in each line frontier and digest in hexadecimal digits, a
 * blank and the name. A space that is found there as it stood was not removed, and nothing of it is
 * lost. Not thread-safe.
 */
final class DoubtFile {
  static final String FILE_NAME = "doubts";

  private static final String FORMAT = "hearsay-doubts 1";

  static final String LEFT_FILE_NAME = "doubts-left";

  private static final String LEFT_FORMAT = "hearsay-doubts-left 1";

  private final Path file;
  private final Path leftFile;
  private final NavigableSet<String> spaces = new TreeSet<>();

  /** Where those of them stood that were to be removed, in hexadecimal digits. */
  private final NavigableMap<String, String> left = new TreeMap<>();

  /**
   * Reads what an earlier start left.
   *
   * @throws HearsayException {@link ErrorCode#DATA_DIRECTORY_UNUSABLE} if that cannot be read: then
   *     nobody knows what this node may say
   */
  DoubtFile(Path directory) {
    this.file = directory.resolve(FILE_NAME);
    this.leftFile = directory.resolve(LEFT_FILE_NAME);
    spaces.addAll(read(file, FORMAT));
    for (String line : read(leftFile, LEFT_FORMAT)) {
      int blank = line.indexOf(' ');
      if (blank < 0) {
        throw unreadable(leftFile, new IOException("a line of it has no name: " + line));
      }
      left.put(line.substring(blank + 1), line.substring(0, blank));
    }
  }

  /** The lines of the file after the first; none if there is no such file. */
  private static List<String> read(Path file, String format) {
    try {
      if (!Files.exists(file)) {
        return List.of();
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (lines.isEmpty() || !lines.get(0).equals(format)) {
        throw new IOException("it is not a list of doubts of this version");
      }
      return lines.subList(1, lines.size());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static HearsayException unreadable(Path file, IOException e) {
    return new HearsayException(
        ErrorCode.DATA_DIRECTORY_UNUSABLE, "cannot read " + file + ": " + e.getMessage(), e);
  }

  boolean contains(String space) {
    return spaces.contains(space);
  }

  /** Whether the space was to be removed, and stands where it stood. */
  boolean isAsItStood(Message.Row row) {
    return spaces.contains(row.space()) && digits(row).equals(left.get(row.space()));
  }

  private static String digits(Message.Row row) {
    ByteWriter out = new ByteWriter(64);
    row.frontier().write(out);
    row.digest().write(out);
    return HexFormat.of().formatHex(out.toByteArray());
  }

  /** Something of the space is lost. */
  void add(String space) {
    if (left.remove(space) != null) {
      writeLeft(); // first: what is lost now is not what was to be removed then
    }
    if (spaces.add(space)) {
      writeDoubts();
    }
  }

  /** The space is about to be removed: nothing that it acknowledged is beyond where it stands. */
  void left(Message.Row stood) {
    left.put(stood.space(), digits(stood));
    writeLeft();
    if (spaces.add(stood.space())) {
      writeDoubts();
    }
  }

  void remove(String space) {
    if (spaces.remove(space)) {
      writeDoubts();
    }
    if (left.remove(space) != null) {
      writeLeft();
    }
  }

  private void writeDoubts() {
    write(file, FORMAT, spaces);
  }

  private void writeLeft() {
    List<String> lines = new ArrayList<>();
    left.forEach((space, digits) -> lines.add(digits + " " + space));
    write(leftFile, LEFT_FORMAT, lines);
  }

  private static void write(Path file, String format, Collection<String> lines) {
    try {
      StringBuilder text = new StringBuilder(format + "\n");
      lines.forEach(line -> text.append(line).append('\n'));
      SmallFile.replace(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
