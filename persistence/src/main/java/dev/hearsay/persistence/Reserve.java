package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * A file that is there to be deleted when its file system is full. It is written and forced, and of
 * random bytes, so that every byte of it takes room also where files have holes or are compressed.
 * Not thread-safe.
 */
final class Reserve {
  static final String FILE_NAME = "hearsay.reserve";
  private static final int PIECE_BYTES = 1 << 16;

  private final Path file;

  /** The one of a directory, which may hold one already. */
  Reserve(Path directory) {
    this.file = directory.resolve(FILE_NAME);
  }

  long bytes() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** Makes it at least so large; on an exception there is none. */
  void grow(long bytes) throws IOException {
    boolean grown = false;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      SplittableRandom random = new SplittableRandom();
      long at = channel.size();
      while (at < bytes) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, bytes - at));
        random.nextBytes(piece.array());
        while (piece.hasRemaining()) {
          at += channel.write(piece, at);
        }
      }
      channel.force(true);
      grown = true;
    } finally {
      if (!grown) {
        release();
      }
    }
  }

  /** Gives it up. */
  void release() throws IOException {
    Files.deleteIfExists(file);
  }
}
