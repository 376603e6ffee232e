package dev.hearsay.persistence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds batches that are missing between whole ones in LevelDB's logs, which LevelDB itself does
 * not look for. A log whose end was not forced may lose it at the boundary of a batch when the
 * power fails, while the next log is there.
 *
 * <pre>
 * batch     | number of its first entry 8B | entries 4B | … |     little-endian
 * </pre>
 */
final class BatchNumbers {
  private static final int HEADER_BYTES = 12;

  /** The number that the next batch must have, or -1 before the first one. */
  private long next = -1;

  private @Nullable String missing;

  /** Gets the batches of a log; logs come in their order. */
  LevelDbLogFile.Records of(Path log) {
    return (offset, data) -> {
      if (data.length >= HEADER_BYTES) {
        ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        batch(log, offset, header.getLong(), header.getInt());
      }
    };
  }

  private void batch(Path log, long offset, long first, int entries) {
    if (next >= 0 && first > next && missing == null) {
      missing =
          (first - next)
              + " entries are missing before offset "
              + offset
              + " of "
              + log.getFileName();
    }
    next = Math.max(next, first + entries);
  }

  /**
   * Refuses the directory if batches are missing.
   *
   * @throws UnusableDirectoryException if so
   */
  void requireNoneMissing(Path directory) {
    if (missing != null) {
      throw new UnusableDirectoryException(
          directory,
          "is damaged: "
              + missing
              + ", so this is not a write that a crash cut short; restore the directory from a copy,"
              + " or start with an empty one");
    }
  }
}
