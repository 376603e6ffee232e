package dev.hearsay.persistence;

import java.nio.file.Path;

/**
 * The file system of the directory has less free space than is to be kept free. Nothing was
 * written; reads go on, and so do writes as soon as there is space again.
 *
 * @since 0.1
 */
public final class FreeSpaceException extends StorageException {
  private static final long serialVersionUID = 1L;

  FreeSpaceException(Path directory) {
    super(
        "the file system of "
            + directory
            + " is so nearly full that LevelDB is kept from writing; make room: nothing was written",
        true,
        null);
  }

  FreeSpaceException(Path directory, long usableBytes, long neededBytes) {
    super(
        "the file system of "
            + directory
            + " has "
            + usableBytes
            + " bytes free and the write needs "
            + neededBytes
            + " (its own size, what the store may write besides, and free-space-min); make room: nothing was written",
        true,
        null);
  }
}
