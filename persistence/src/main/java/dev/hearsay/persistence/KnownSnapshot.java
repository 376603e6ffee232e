package dev.hearsay.persistence;

import dev.hearsay.persistence.SnapshotManifest.Chunk;
import dev.hearsay.persistence.SnapshotManifest.Pack;
import dev.hearsay.persistence.SnapshotManifest.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A snapshot of which every byte has been read back, on which the next one may build: what of it
 * can be named again where it is.
 */
final class KnownSnapshot {
  /** A smaller snapshot is not built on: what it saves is less than what a second file costs. */
  static final long BYTES_MIN = 256 << 10;

  /** Files that one snapshot refers to because much of them is in use. */
  static final int PACKS_MAX = 32;

  private final SnapshotManifest manifest;
  private final Set<Long> kept;
  private final Map<ChunkId, Chunk> chunks = new HashMap<>();

  /**
   * @param damaged numbers of files of which a byte is damaged, in the file or in its copy
   */
  KnownSnapshot(SnapshotManifest manifest, Set<Long> damaged) {
    this.manifest = manifest;
    this.kept = kept(manifest, damaged);
    for (Part part : manifest.parts()) {
      for (Chunk chunk : part.chunks()) {
        if (keeps(chunk)) {
          chunks.put(chunk.id(), chunk);
        }
      }
    }
  }

  SnapshotManifest manifest() {
    return manifest;
  }

  /** Whether the chunk can be named where it is; otherwise its bytes are to be written again. */
  boolean keeps(Chunk chunk) {
    return kept.contains(pack(chunk).number());
  }

  /** Where a chunk of that name is that can be named there; null if it is to be written. */
  @org.jspecify.annotations.Nullable
  Chunk find(ChunkId id) {
    return chunks.get(id);
  }

  Pack pack(Chunk chunk) {
    return manifest.packs().get(chunk.pack());
  }

  /**
   * The whole files of which a quarter or more is in use, the most used first, and not too many: so
   * that what is on the disk stays in proportion to the state, and a snapshot is in few files.
   */
  private static Set<Long> kept(SnapshotManifest manifest, Set<Long> damaged) {
    Set<Long> kept = new HashSet<>();
    if (manifest.bytes() < BYTES_MIN) {
      return kept;
    }
    Map<Long, Long> used = new HashMap<>();
    Set<ChunkId> counted = new HashSet<>();
    for (Part part : manifest.parts()) {
      for (Chunk chunk : part.chunks()) {
        if (counted.add(chunk.id())) {
          long number = manifest.packs().get(chunk.pack()).number();
          used.merge(number, (long) chunk.bytes(), Long::sum);
        }
      }
    }
    List<Pack> packs = new ArrayList<>();
    for (Pack pack : manifest.packs()) {
      long inUse = used.getOrDefault(pack.number(), 0L);
      if (inUse > 0 && inUse >= pack.end() / 4 && !damaged.contains(pack.number())) {
        packs.add(pack);
      }
    }
    packs.sort(Comparator.comparingLong(pack -> -used.getOrDefault(pack.number(), 0L)));
    packs.stream().limit(PACKS_MAX).forEach(pack -> kept.add(pack.number()));
    return kept;
  }
}
