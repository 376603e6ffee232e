package dev.hearsay.persistence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a directory holds, in the file {@value #FILE_NAME}: one line of text,
 *
 * <pre>
 *   hearsay-journal 2          the kind of content, a space, the version of its format
 * </pre>
 *
 * A new directory first gets that line as {@value #BESIDE}, then its content, then the file its
 * name: a directory that has other files and neither belongs to another program, and one that has
 * the file and lacks its content was damaged.
 */
enum DirectoryFormat {
  JOURNAL("hearsay-journal", 2),
  SNAPSHOTS("hearsay-snapshots", 2);

  static final String FILE_NAME = "hearsay.format";
  static final String BESIDE = FILE_NAME + ".new";
  private static final int FILE_BYTES_MAX = 256;
  private static final Pattern LINE = Pattern.compile("([a-z-]+) ([0-9]{1,9})\n?");
  private static final Set<String> IN_AN_EMPTY_ONE =
      Set.of(DirectoryLock.FILE_NAME, BESIDE, "lost+found");

  private final String kind;
  private final int version;

  DirectoryFormat(String kind, int version) {
    this.kind = kind;
    this.version = version;
  }

  /**
   * Passes if {@code directory} is absent, empty or of this format. Reads only.
   *
   * @throws UnusableDirectoryException if it is of another kind, a newer version or another program
   */
  void check(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new UnusableDirectoryException(directory, "is not a directory");
    }
    try {
      Path file = directory.resolve(FILE_NAME);
      if (Files.exists(file)) {
        checkLine(directory, read(directory, file));
      } else {
        checkEmpty(directory);
      }
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be read: " + e, e);
    }
  }

  /**
   * Checks, and notes that a directory without a format is about to get this one; the caller holds
   * its lock, fills the directory, and then calls {@link #complete}.
   *
   * @return true if the directory is new, so that what it should hold is not there yet
   */
  boolean prepare(Path directory) {
    check(directory);
    if (Files.exists(directory.resolve(FILE_NAME))) {
      return false;
    }
    ByteBuffer line = StandardCharsets.UTF_8.encode(kind + " " + version + "\n");
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(BESIDE),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
      force(directory);
      return true;
    } catch (IOException e) {
      throw new UnusableDirectoryException(directory, "cannot be written: " + e, e);
    }
  }

  /** Marks a directory that {@link #prepare} found new as of this format. */
  void complete(Path directory) throws IOException {
    Files.move(
        directory.resolve(BESIDE), directory.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
    force(directory);
  }

  /** Forces the entries of a directory: files created, renamed or deleted in it. */
  static void force(Path directory) throws IOException {
    if (java.io.File.separatorChar == '\\') {
      return; // Windows opens no directories, and orders its own metadata
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String read(Path directory, Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw notOurs(directory, FILE_NAME);
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private void checkLine(Path directory, String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new UnusableDirectoryException(
          directory,
          "has a damaged "
              + FILE_NAME
              + "; if it is certain that this is a directory of Hearsay, restore the line \""
              + kind
              + " "
              + version
              + "\"");
    }
    if (!matcher.group(1).equals(kind)) {
      throw new UnusableDirectoryException(
          directory, "holds " + matcher.group(1) + ", not " + kind + "; choose another directory");
    }
    int found = Integer.parseInt(matcher.group(2));
    if (found > version) {
      throw new UnusableDirectoryException(
          directory,
          "has format version "
              + found
              + ", and this program knows versions up to "
              + version
              + "; use the newer program that wrote it");
    }
    if (found < version) {
      throw new UnusableDirectoryException(
          directory,
          "has format version "
              + found
              + ", and this program reads version "
              + version
              + "; use the program that wrote it, or start with an empty directory");
    }
  }

  private static void checkEmpty(Path directory) throws IOException {
    if (Files.exists(directory.resolve(BESIDE))) {
      return; // a first start was cut short
    }
    List<String> strangers;
    try (Stream<Path> files = Files.list(directory)) {
      strangers =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !IN_AN_EMPTY_ONE.contains(name))
              .sorted()
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (strangers.contains("CURRENT")) {
      throw new UnusableDirectoryException(
          directory,
          PekkoJournal.isOne(directory)
              ? "is a journal of Pekko's own LevelDB plugin; choose another directory, or import"
                  + " this one into a new directory: ./hearsay journal "
                  + directory
                  + " import"
              : "is a LevelDB directory of another program; choose another directory");
    }
    if (!strangers.isEmpty()) {
      throw notOurs(directory, strangers.get(0));
    }
  }

  private static UnusableDirectoryException notOurs(Path directory, String stranger) {
    return new UnusableDirectoryException(
        directory,
        "holds files of another program (" + stranger + "); choose an empty or a new directory");
  }
}
