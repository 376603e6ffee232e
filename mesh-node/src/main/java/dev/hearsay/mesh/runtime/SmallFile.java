package dev.hearsay.mesh.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file of a few lines in one step: after a crash it is there as it was, or as it is. */
final class SmallFile {
  private SmallFile() {}

  /** On return the file, in the data directory, has this content, and that is on the disk. */
  static void replace(Path file, String text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, text, StandardCharsets.UTF_8);
    try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    forceNames(file);
  }

  /** Removes it; on return it is gone from the disk too. */
  static void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
    forceNames(file);
  }

  private static void forceNames(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
