package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The spaces on which this node must not speak as a voter, because it lost something that it may
 * have acknowledged: file {@code doubts}, {@code hearsay-doubts 1} and a name in each line. Not
 * thread-safe.
 */
final class DoubtFile {
  static final String FILE_NAME = "doubts";

  private static final String FORMAT = "hearsay-doubts 1";

  private final Path file;
  private final NavigableSet<String> spaces = new TreeSet<>();

  /**
   * Reads what an earlier start left.
   *
   * @throws HearsayException {@link ErrorCode#DATA_DIRECTORY_UNUSABLE} if that cannot be read: then
   *     nobody knows what this node may say
   */
  DoubtFile(Path directory) {
    this.file = directory.resolve(FILE_NAME);
    try {
      if (Files.exists(file)) {
        var lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        if (lines.isEmpty() || !lines.get(0).equals(FORMAT)) {
          throw new IOException("it is not a list of doubts of this version");
        }
        spaces.addAll(lines.subList(1, lines.size()));
      }
    } catch (IOException e) {
      throw new HearsayException(
          ErrorCode.DATA_DIRECTORY_UNUSABLE, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  boolean contains(String space) {
    return spaces.contains(space);
  }

  void add(String space) {
    if (spaces.add(space)) {
      write();
    }
  }

  void remove(String space) {
    if (spaces.remove(space)) {
      write();
    }
  }

  private void write() {
    try {
      StringBuilder text = new StringBuilder(FORMAT + "\n");
      spaces.forEach(space -> text.append(space).append('\n'));
      SmallFile.replace(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
