package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps writes away from a disk that is nearly full. */
final class FreeSpace {
  /** Tells the bytes that may still be written to the file system of the directory. */
  interface Probe {
    long usableBytes() throws IOException;
  }

  private final Path directory;
  private final Probe probe;
  private final long reserveBytes;

  FreeSpace(Path directory, Probe probe, long reserveBytes) {
    this.directory = directory;
    this.probe = probe;
    this.reserveBytes = reserveBytes;
  }

  /** A probe of the file system that holds {@code directory}, which must exist. */
  static Probe of(Path directory) throws IOException {
    return Files.getFileStore(directory)::getUsableSpace;
  }

  /**
   * Passes if {@code writeBytes} can be written and the reserve is left.
   *
   * @throws FreeSpaceException if not
   */
  void require(long writeBytes) throws IOException {
    long usable = probe.usableBytes();
    if (usable - writeBytes < reserveBytes) {
      throw new FreeSpaceException(directory, usable, writeBytes + reserveBytes);
    }
  }
}
