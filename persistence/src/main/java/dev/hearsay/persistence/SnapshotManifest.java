package dev.hearsay.persistence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot is and where its bytes are.
 *
 * @param packs the files that hold its chunks; the first is its own
 * @param parts in the order in which they were written
 */
record SnapshotManifest(Head head, List<Pack> packs, List<Part> parts) {
  SnapshotManifest {
    packs = List.copyOf(packs);
    parts = List.copyOf(parts);
  }

  /**
   * What is known of a snapshot before its bytes.
   *
   * @param isParted whether its serializer wrote parts; otherwise it is one part without a name
   */
  record Head(
      String persistenceId,
      long sequenceNr,
      long timestampMillis,
      int serializerId,
      String serializerManifest,
      boolean isParted,
      @Nullable SerializedValue metadata) {}

  /**
   * A file that holds chunks.
   *
   * @param end offset behind its last chunk
   */
  record Pack(long number, long end) {}

  /** A part and its chunks. */
  record Part(String name, long bytes, List<Chunk> chunks) {
    Part {
      chunks = List.copyOf(chunks);
    }
  }

  /**
   * Where a chunk is.
   *
   * @param pack index in {@link SnapshotManifest#packs}
   */
  record Chunk(ChunkId id, int pack, long offset, int bytes) {}

  /** The file's number, which no other file of the entity has. */
  long number() {
    return packs.get(0).number();
  }

  SnapshotFileName name() {
    return new SnapshotFileName(head.sequenceNr(), head.timestampMillis(), number());
  }

  /** Bytes of all parts. */
  long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }
}
