package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Chunk;
import dev.hearsay.persistence.SnapshotManifest.Head;
import dev.hearsay.persistence.SnapshotManifest.Pack;
import dev.hearsay.persistence.SnapshotManifest.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one snapshot: the chunks that the one before does not have, and the manifest. Not
 * thread-safe.
 */
final class SnapshotWriter implements SnapshotPartsWriter {
  private final Head head;
  private final long number;
  private final PackWriter pack;
  private final @Nullable KnownSnapshot base;
  private final @Nullable ChunkSource source;
  private final ContentChunker chunker = new ContentChunker(this::chunk);

  private final Map<ChunkId, Chunk> written = new HashMap<>();
  private final List<Pack> others = new ArrayList<>();
  private final Map<Long, Integer> packIndexes = new HashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private List<Chunk> chunks = new ArrayList<>();
  private @Nullable String openName;
  private @Nullable PartStream open;

  /**
   * @param base what it may build on, and {@code source} the chunks of that; or neither
   */
  SnapshotWriter(
      Head head,
      long number,
      PackWriter pack,
      @Nullable KnownSnapshot base,
      @Nullable ChunkSource source)
      throws IOException {
    this.head = head;
    this.number = number;
    this.pack = pack;
    this.base = base;
    this.source = source;
    byte[] start = SnapshotFormat.start(number);
    pack.write(start, 0, start.length);
  }

  @Override
  public Optional<SnapshotPartsReader> previous() {
    if (base == null || source == null) {
      return Optional.empty();
    }
    Head before = base.manifest().head();
    return before.isParted() && before.serializerId() == head.serializerId()
        ? Optional.of(new ManifestReader(base.manifest(), source))
        : Optional.empty();
  }

  @Override
  public void reuse(String name) throws IOException {
    if (base == null || source == null || previous().isEmpty()) {
      throw new IllegalArgumentException("there is no snapshot to take \"" + name + "\" from");
    }
    Part part =
        base.manifest().parts().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("the last snapshot has no part " + name));
    begin(name);
    byte[] buffer = new byte[ContentChunker.CHUNK_BYTES_MAX];
    for (Chunk chunk : part.chunks()) {
      if (base.keeps(chunk)) {
        chunks.add(named(base, chunk));
      } else {
        source.read(chunk, buffer);
        add(chunk.id(), buffer, chunk.bytes());
      }
    }
    end();
  }

  @Override
  public OutputStream part(String name) throws IOException {
    begin(name);
    PartStream stream = new PartStream();
    open = stream;
    return stream;
  }

  /** Writes the manifest, forces everything and reads it back. */
  SnapshotManifest finish() throws IOException {
    end();
    List<Pack> packs = new ArrayList<>();
    packs.add(new Pack(number, pack.position()));
    packs.addAll(others);
    SnapshotManifest manifest = new SnapshotManifest(head, packs, parts);
    byte[] end = SnapshotFormat.end(manifest);
    pack.write(end, 0, end.length);
    pack.finish(others.isEmpty());
    return manifest;
  }

  private void begin(String name) throws IOException {
    end();
    if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "the name of a part is longer than " + NAME_BYTES_MAX + " bytes: " + name);
    }
    if (parts.size() == SnapshotFormat.PARTS_MAX) {
      throw new IllegalArgumentException("more than " + SnapshotFormat.PARTS_MAX + " parts");
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException("the snapshot has a part \"" + name + "\" already");
    }
    openName = name;
  }

  private void end() throws IOException {
    String name = openName;
    if (name == null) {
      return;
    }
    chunker.end();
    parts.add(new Part(name, chunks.stream().mapToLong(Chunk::bytes).sum(), chunks));
    chunks = new ArrayList<>();
    open = null;
    openName = null;
  }

  private void chunk(byte[] buffer, int length) throws IOException {
    add(ChunkId.of(buffer, length), buffer, length);
  }

  private void add(ChunkId id, byte[] buffer, int length) throws IOException {
    Chunk known = base == null ? null : base.find(id);
    if (base != null && known != null) {
      chunks.add(named(base, known));
      return;
    }
    Chunk chunk = written.get(id);
    if (chunk == null) {
      chunk = new Chunk(id, 0, pack.position(), length);
      pack.write(buffer, 0, length);
      written.put(id, chunk);
    }
    chunks.add(chunk);
  }

  private Chunk named(KnownSnapshot base, Chunk chunk) {
    Pack file = base.pack(chunk);
    int index =
        packIndexes.computeIfAbsent(
            file.number(),
            unknown -> {
              others.add(file);
              return others.size();
            });
    return new Chunk(chunk.id(), index, chunk.offset(), chunk.bytes());
  }

  private final class PartStream extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (open != this) {
        throw new IOException("this part of the snapshot has ended");
      }
      chunker.write(bytes, from, length);
    }
  }
}
