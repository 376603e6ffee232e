package dev.hearsay.persistence;

import java.nio.file.Path;

/**
 * Another owner, in this process or another one, holds the directory.
 *
 * @since 0.1
 */
public final class DirectoryInUseException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final String directory;
  private final long holderPid;

  DirectoryInUseException(Path directory, long holderPid, String holder) {
    super(
        "directory "
            + directory
            + " is in use by "
            + (holderPid > 0 ? "process " + holderPid : "another process")
            + (holder.isEmpty() ? "" : " (" + holder + ")")
            + "; stop it, or choose another directory",
        true,
        null);
    this.directory = directory.toString();
    this.holderPid = holderPid;
  }

  /** The directory that was asked for. */
  public String directory() {
    return directory;
  }

  /** The process id of the holder, or 0 if it could not be found out. */
  public long holderPid() {
    return holderPid;
  }
}
