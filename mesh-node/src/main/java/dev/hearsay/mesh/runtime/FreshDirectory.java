package dev.hearsay.mesh.runtime;

import dev.hearsay.persistence.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory as a start found it, so that a start that fails leaves nothing behind where
 * nothing was. A directory that held anything is never touched.
 */
record FreshDirectory(Path directory, boolean existed, boolean empty) {
  private static final Logger LOG = LoggerFactory.getLogger(FreshDirectory.class);

  static FreshDirectory of(Path directory) {
    boolean existed = Files.exists(directory);
    return new FreshDirectory(directory, existed, !existed || isEmpty(directory));
  }

  private static boolean isEmpty(Path directory) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      // Whoever takes the directory next will say what is wrong with it.
      return false;
    }
  }

  /** Removes the identity and the lock file, and the directory if the start created it. */
  void undo() {
    if (!empty || !Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.deleteIfExists(directory.resolve(NodeIdentityFile.FILE_NAME));
      Files.deleteIfExists(directory.resolve(MeshNameFile.FILE_NAME));
      Files.deleteIfExists(directory.resolve(Incarnations.FILE_NAME));
      Files.deleteIfExists(directory.resolve(DirectoryLock.FILE_NAME));
      if (!existed && isEmpty(directory)) {
        Files.delete(directory);
      }
    } catch (IOException e) {
      LOG.warn("{} could not be cleared after a start that failed: {}", directory, e.toString());
    }
  }
}
