package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Chunk;
import dev.hearsay.persistence.SnapshotManifest.Pack;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the chunks that a manifest names, each checked against its name, and from its pack's copy
 * where the pack is damaged. Not thread-safe.
 */
final class ChunkSource implements Closeable {
  private final EntityFiles files;
  private final SnapshotManifest manifest;
  private final boolean copiesFirst;
  private final Map<Integer, List<Opened>> opened = new HashMap<>();
  private final Set<Long> damaged = new HashSet<>();
  private long mended;

  ChunkSource(EntityFiles files, SnapshotManifest manifest) {
    this(files, manifest, false);
  }

  /**
   * @param copiesFirst whether the first file is read where the copy is damaged instead
   */
  ChunkSource(EntityFiles files, SnapshotManifest manifest, boolean copiesFirst) {
    this.files = files;
    this.manifest = manifest;
    this.copiesFirst = copiesFirst;
  }

  /**
   * Fills the start of {@code buffer}, which holds {@link ContentChunker#CHUNK_BYTES_MAX}.
   *
   * @throws MalformedSnapshotException if no file has the chunk any more
   */
  void read(Chunk chunk, byte[] buffer) throws IOException {
    Pack pack = manifest.packs().get(chunk.pack());
    IOException first = null;
    for (Opened file : open(chunk.pack())) {
      try {
        file.read(chunk, buffer);
        if (ChunkId.of(buffer, chunk.bytes()).equals(chunk.id())) {
          if (first != null) {
            mended++;
          }
          return;
        }
        first = worse(first, "it does not match its name", file.path());
      } catch (IOException e) {
        first = worse(first, e.getMessage(), file.path());
      }
      damaged.add(pack.number());
    }
    damaged.add(pack.number());
    throw new MalformedSnapshotException(
        "the chunk of "
            + chunk.bytes()
            + " bytes at "
            + chunk.offset()
            + " in file number "
            + pack.number()
            + " cannot be read: "
            + (first == null ? "there is no such file, or it is not whole" : first.getMessage()));
  }

  /** Checks that every file that is named is there and as long as it must be. */
  void requireFiles() throws IOException {
    for (int pack = 0; pack < manifest.packs().size(); pack++) {
      if (open(pack).isEmpty()) {
        throw new MalformedSnapshotException(
            "file number " + manifest.packs().get(pack).number() + " is not there, or not whole");
      }
    }
  }

  /** The numbers of files of which a chunk was damaged, in the file or in its copy. */
  Set<Long> damaged() {
    return damaged;
  }

  /** Chunks that were read from a copy, because the first file was damaged. */
  long mended() {
    return mended;
  }

  @Override
  public void close() throws IOException {
    for (List<Opened> candidates : opened.values()) {
      for (Opened file : candidates) {
        file.channel().close();
      }
    }
    opened.clear();
  }

  private static IOException worse(IOException first, String message, Path file) {
    return first != null ? first : new MalformedSnapshotException(message + " (" + file + ")");
  }

  private List<Opened> open(int index) throws IOException {
    List<Opened> known = opened.get(index);
    if (known != null) {
      return known;
    }
    Pack pack = manifest.packs().get(index);
    List<Opened> found = new ArrayList<>(2);
    opened.put(index, found);
    List<Path> candidates = files.candidates(pack.number());
    if (copiesFirst) {
      Collections.reverse(candidates);
    }
    for (Path path : candidates) {
      FileChannel channel = null;
      boolean usable = false;
      try {
        channel = FileChannel.open(path, StandardOpenOption.READ);
        usable = channel.size() >= pack.end() && SnapshotFormat.number(channel) == pack.number();
        if (usable) {
          found.add(new Opened(path, channel));
        }
      } catch (IOException e) {
        usable = false; // the same as damaged: the other one is tried
      } finally {
        if (!usable) {
          damaged.add(pack.number());
          if (channel != null) {
            channel.close();
          }
        }
      }
    }
    return found;
  }

  private record Opened(Path path, FileChannel channel) {
    void read(Chunk chunk, byte[] buffer) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, chunk.bytes());
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, chunk.offset() + bytes.position()) < 0) {
          throw new MalformedSnapshotException("it is cut off");
        }
      }
    }
  }
}
