package dev.hearsay.persistence;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes one file, and its copy if it is to have one, through one buffer; both are forced and read
 * back before they are put in place. Not thread-safe.
 */
final class PackWriter implements Closeable {
  static final int BUFFER_BYTES = 256 << 10;

  private static final int SPACE_CHECK_BYTES = 1 << 20;

  private final SnapshotDisk disk;
  private final FreeSpace freeSpace;
  private final Path file;
  private final Path copy;
  private final int copies;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final CRC32C checksum = new CRC32C();
  private final List<SnapshotDisk.Output> outputs = new ArrayList<>(2);
  private final List<Path> paths = new ArrayList<>(2);
  private long flushedBytes;
  private long spaceBytes;

  /**
   * @param file where it is written, to be moved from there
   * @param copies 1, or 2 for a copy beside
   */
  PackWriter(SnapshotDisk disk, FreeSpace freeSpace, Path file, int copies) {
    this.disk = disk;
    this.freeSpace = freeSpace;
    this.file = file;
    this.copy = file.resolveSibling(file.getFileName() + ".copy");
    this.copies = copies;
  }

  /** Bytes written to each of the files. */
  long position() {
    return flushedBytes + buffer.position();
  }

  /** Bytes written to all files. */
  long writtenBytes() {
    return flushedBytes * outputs.size();
  }

  /**
   * Writes bytes.
   *
   * @throws FreeSpaceException if there is too little space for them
   */
  void write(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    int end = from + length;
    while (at < end) {
      int step = Math.min(buffer.remaining(), end - at);
      buffer.put(bytes, at, step);
      at += step;
      if (!buffer.hasRemaining()) {
        flush(copies > 1);
      }
    }
  }

  /**
   * Forces what was written, and reads it back.
   *
   * @param standsAlone whether nothing else is needed to read the snapshot; if it is small, too, it
   *     has no copy, because no other will name it
   */
  void finish(boolean standsAlone) throws IOException {
    flush(copies > 1 && !(standsAlone && outputs.isEmpty()));
    for (SnapshotDisk.Output output : outputs) {
      output.force();
      output.close();
    }
    for (Path path : paths) {
      if (checksum(path) != (int) checksum.getValue()) {
        throw new IOException("what is read back from " + path + " is not what was written");
      }
    }
  }

  /** Moves the copy, if there is one, and then the file; neither is durable yet. */
  void move(Path fileTo, Path copyTo) throws IOException {
    if (paths.size() > 1) {
      disk.move(copy, copyTo);
    }
    disk.move(file, fileTo);
    paths.clear();
  }

  /** Gives up what was not moved. */
  @Override
  public void close() throws IOException {
    for (SnapshotDisk.Output output : outputs) {
      output.close();
    }
    for (Path path : paths) {
      disk.delete(path);
    }
  }

  private void flush(boolean withCopy) throws IOException {
    if (outputs.isEmpty()) {
      open(file);
      if (withCopy) {
        open(copy);
      }
    }
    buffer.flip();
    spaceBytes -= (long) buffer.remaining() * outputs.size();
    if (spaceBytes < 0) {
      spaceBytes = Math.max(SPACE_CHECK_BYTES, -spaceBytes);
      freeSpace.require(spaceBytes);
    }
    checksum.update(buffer.duplicate());
    for (SnapshotDisk.Output output : outputs) {
      output.write(buffer.duplicate());
    }
    flushedBytes += buffer.remaining();
    buffer.clear();
  }

  private void open(Path path) throws IOException {
    SnapshotDisk.Output output = disk.create(path);
    paths.add(path);
    outputs.add(output);
  }

  private int checksum(Path path) throws IOException {
    CRC32C found = new CRC32C();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      buffer.clear();
      while (channel.read(buffer) >= 0) {
        found.update(buffer.flip());
        buffer.clear();
      }
    }
    return (int) found.getValue();
  }
}
