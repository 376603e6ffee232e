package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Chunk;
import dev.hearsay.persistence.SnapshotManifest.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parts that a manifest names, each stream through one buffer of a chunk. */
final class ManifestReader implements SnapshotPartsReader {
  private final SnapshotManifest manifest;
  private final ChunkSource source;
  private final Map<String, Part> parts = new HashMap<>();
  private final Set<String> read = new HashSet<>();

  ManifestReader(SnapshotManifest manifest, ChunkSource source) {
    this.manifest = manifest;
    this.source = source;
    manifest.parts().forEach(part -> parts.put(part.name(), part));
  }

  @Override
  public List<String> names() {
    return manifest.parts().stream().map(Part::name).toList();
  }

  @Override
  public long bytes(String name) {
    return part(name).bytes();
  }

  @Override
  public InputStream open(String name) {
    return new PartStream(part(name));
  }

  /** Reads whatever has not been read to its end, and throws if any of it is damaged. */
  void requireWhole() throws IOException {
    byte[] buffer = new byte[ContentChunker.CHUNK_BYTES_MAX];
    for (Part part : manifest.parts()) {
      if (!read.contains(part.name())) {
        for (Chunk chunk : part.chunks()) {
          source.read(chunk, buffer);
        }
      }
    }
  }

  private Part part(String name) {
    Part part = parts.get(name);
    if (part == null) {
      throw new IllegalArgumentException("the snapshot has no part \"" + name + "\": " + names());
    }
    return part;
  }

  private final class PartStream extends InputStream {
    private final Part part;
    private final byte[] buffer = new byte[ContentChunker.CHUNK_BYTES_MAX];
    private int next;
    private int at;
    private int end;

    PartStream(Part part) {
      this.part = part;
    }

    @Override
    public int read() throws IOException {
      return fill() ? buffer[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int step = Math.min(length, end - at);
      System.arraycopy(buffer, at, into, from, step);
      at += step;
      return step;
    }

    private boolean fill() throws IOException {
      if (at == end) {
        if (next == part.chunks().size()) {
          read.add(part.name());
          return false;
        }
        Chunk chunk = part.chunks().get(next++);
        source.read(chunk, buffer);
        at = 0;
        end = chunk.bytes();
      }
      return true;
    }
  }
}
