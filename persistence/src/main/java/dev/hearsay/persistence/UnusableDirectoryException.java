package dev.hearsay.persistence;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The directory cannot serve: not a directory, not writable, of another program, of a newer format,
 * or damaged. Nothing in it was changed.
 *
 * @since 0.1
 */
public final class UnusableDirectoryException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final String directory;

  UnusableDirectoryException(Path directory, String problem, @Nullable Throwable cause) {
    super("directory " + directory + " " + problem, true, cause);
    this.directory = directory.toString();
  }

  UnusableDirectoryException(Path directory, String problem) {
    this(directory, problem, null);
  }

  /** The directory that was asked for. */
  public String directory() {
    return directory;
  }
}
