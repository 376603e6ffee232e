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
   * The same, asking the file system once, when it is first needed: in a batch of hundreds of small
   * writes the question would take a sixth of the writer's time. For one thread.
   */
  FreeSpace ofABatch() {
    long[] answer = {-1};
    return new FreeSpace(
        directory,
        () -> {
          if (answer[0] < 0) {
            answer[0] = probe.usableBytes();
          }
          return answer[0];
        },
        reserveBytes);
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
