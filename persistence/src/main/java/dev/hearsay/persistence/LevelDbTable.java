package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps through one of LevelDB's tables in the order of its keys, without LevelDB. A damaged block
 * is told and left out. Not thread-safe.
 *
 * <pre>
 * file      blocks | footer
 * footer    handle of the meta index, handle of the index, zeros up to 40 B | magic 8 B
 * index     for each block a key at or behind its last one, and its handle
 * </pre>
 */
final class LevelDbTable implements LevelDbView.Versions {
  private static final int FOOTER_BYTES = 48;
  private static final long MAGIC = 0xdb4775248b80fb57L;

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Block(byte[] separator, LevelDbBlock.Handle handle) {}

  private final String name;
  private final FileChannel file;
  private final LevelDbView.Damages damages;
  private final Iterator<Block> blocks;
  private Iterator<LevelDbBlock.Entry> entries = List.<LevelDbBlock.Entry>of().iterator();
  private byte[] separatorBefore;
  private long offset;

  private LevelDbTable(
      Path file,
      FileChannel channel,
      List<Block> blocks,
      byte[] first,
      LevelDbView.Damages damages) {
    this.name = file.getFileName().toString();
    this.file = channel;
    this.blocks = blocks.iterator();
    this.separatorBefore = first;
    this.damages = damages;
  }

  /**
   * Opens a table at the first block that may hold {@code from} or a key behind it.
   *
   * @throws LevelDbBlock.MalformedException if nothing of it can be found
   */
  static LevelDbTable open(Path path, byte[] from, LevelDbView.Damages damages)
      throws IOException, LevelDbBlock.MalformedException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    boolean opened = false;
    try {
      List<Block> blocks = new ArrayList<>();
      byte[] before = from;
      for (LevelDbBlock.Entry entry : LevelDbBlock.read(file, index(file))) {
        if (entry.key().length < LevelDbManifest.INTERNAL_BYTES) {
          throw new LevelDbBlock.MalformedException("its index has a key that is cut off");
        }
        byte[] separator = LevelDbView.userKey(entry.key());
        if (java.util.Arrays.compareUnsigned(separator, from) >= 0) {
          blocks.add(
              new Block(separator, LevelDbBlock.Handle.read(ByteBuffer.wrap(entry.value()))));
        } else {
          before = separator;
        }
      }
      opened = true;
      return new LevelDbTable(path, file, blocks, before, damages);
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static LevelDbBlock.Handle index(FileChannel file)
      throws IOException, LevelDbBlock.MalformedException {
    long size = file.size();
    if (size < FOOTER_BYTES) {
      throw new LevelDbBlock.MalformedException("it is cut off");
    }
    ByteBuffer footer = ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (footer.hasRemaining()
        && file.read(footer, size - FOOTER_BYTES + footer.position()) > 0) {}
    if (footer.hasRemaining() || footer.getLong(FOOTER_BYTES - 8) != MAGIC) {
      throw new LevelDbBlock.MalformedException("it does not end like a table; it may be cut off");
    }
    footer.flip();
    LevelDbBlock.Handle.read(footer); // of the meta index
    return LevelDbBlock.Handle.read(footer);
  }

  @Override
  public LevelDbView.@Nullable Version next() throws IOException {
    while (!entries.hasNext()) {
      if (!blocks.hasNext()) {
        return null;
      }
      Block block = blocks.next();
      offset = block.handle().offset();
      try {
        entries = LevelDbBlock.read(file, block.handle()).iterator();
      } catch (LevelDbBlock.MalformedException e) {
        damages.damage(name, offset, e.getMessage(), separatorBefore, block.separator());
      }
      separatorBefore = block.separator();
    }
    LevelDbBlock.Entry entry = entries.next();
    if (entry.key().length < LevelDbManifest.INTERNAL_BYTES) {
      damages.damage(name, offset, "a key is cut off", separatorBefore, separatorBefore);
      return next();
    }
    return LevelDbView.Version.of(entry.key(), entry.value(), name, offset);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
