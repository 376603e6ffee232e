package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable identity of the node that a data directory belongs to: file {@code node.id}, two
 * lines, {@code hearsay-node 1} and a UUID.
 */
final class NodeIdentityFile {
  static final String FILE_NAME = "node.id";

  private static final String FORMAT = "hearsay-node 1";

  private static final Logger LOG = LoggerFactory.getLogger(NodeIdentityFile.class);

  private NodeIdentityFile() {}

  /**
   * Reads the identity, or draws and keeps one in a new directory, and in one whose journal is
   * gone: who has lost everything must not vote under the name of who promised it.
   *
   * @param journal where the journal is
   */
  static String readOrCreate(Path directory, Path journal) {
    Path file = directory.resolve(FILE_NAME);
    try {
      if (Files.exists(file)) {
        // Before anything else: what cannot be read is not replaced.
        String known = read(directory, file);
        if (Files.exists(journal)) {
          return known;
        }
        LOG.warn("{} has an identity and no journal: the node gets a new identity", directory);
      }
      create(file);
      return read(directory, file);
    } catch (IOException e) {
      throw unusable(directory, "cannot read or write " + file + ": " + e, e);
    }
  }

  private static String read(Path directory, Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    if (lines.size() != 2 || !lines.get(0).equals(FORMAT)) {
      throw unusable(directory, file + " is not the identity of a node of this version", null);
    }
    try {
      return UUID.fromString(lines.get(1)).toString();
    } catch (IllegalArgumentException e) {
      throw unusable(directory, file + " holds no identity", e);
    }
  }

  /** Draws another identity and keeps it in place of the old one. */
  static String replace(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    try {
      create(file);
      return read(directory, file);
    } catch (IOException e) {
      throw unusable(directory, "cannot read or write " + file + ": " + e, e);
    }
  }

  private static void create(Path file) throws IOException {
    SmallFile.replace(file, FORMAT + "\n" + UUID.randomUUID() + "\n");
  }

  private static HearsayException unusable(Path directory, String why, @Nullable Throwable cause) {
    return new HearsayException(
        ErrorCode.DATA_DIRECTORY_UNUSABLE,
        "data directory " + directory + " cannot be used: " + why,
        cause);
  }
}
