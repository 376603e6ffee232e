package dev.hearsay.persistence;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Everything the snapshot store changes on the disk, one operation at a time, so that a test can
 * end the process before any of them, and lose what was not forced. Thread-safe.
 */
interface SnapshotDisk {
  /** The file system. */
  SnapshotDisk FILES = new FileSystem();

  /** A file being written. */
  interface Output extends Closeable {
    void write(ByteBuffer bytes) throws IOException;

    /** On return, its bytes are on stable storage. */
    void force() throws IOException;
  }

  /** A file that must not exist. */
  Output create(Path file) throws IOException;

  void createDirectories(Path directory) throws IOException;

  /** Atomic. */
  void move(Path from, Path to) throws IOException;

  /** Without effect if it is not there. */
  void delete(Path file) throws IOException;

  /** On return, the names in the directory are on stable storage. */
  void force(Path directory) throws IOException;

  /** The default file system. */
  final class FileSystem implements SnapshotDisk {
    @Override
    public Output create(Path file) throws IOException {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new Output() {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        }

        @Override
        public void force() throws IOException {
          channel.force(true);
        }

        @Override
        public void close() throws IOException {
          channel.close();
        }
      };
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
      Files.createDirectories(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
      Files.deleteIfExists(file);
    }

    @Override
    public void force(Path directory) throws IOException {
      DirectoryFormat.force(directory);
    }
  }
}
