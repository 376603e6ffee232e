package dev.hearsay.persistence;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Takes the parts of one snapshot. Valid during the call that it is given to; not thread-safe.
 *
 * @since 0.1
 */
public interface SnapshotPartsWriter {
  /** Longest name of a part, in bytes of UTF-8. */
  int NAME_BYTES_MAX = 256;

  /**
   * An earlier snapshot of the entity that is known to be whole, usually the last, if there is one
   * from the same serializer. Its parts can be taken over.
   */
  Optional<SnapshotPartsReader> previous();

  /**
   * Takes over a part of {@link #previous()} under its name, without reading or writing its bytes
   * (but for those that share a file with much that is needed no more: these are moved).
   *
   * @throws IllegalArgumentException if there is no such part, or this snapshot has one of the name
   */
  void reuse(String name) throws IOException;

  /**
   * Begins a part. It ends with the next, or with the snapshot; the stream need not be closed.
   *
   * @throws IllegalArgumentException if the name is too long, or this snapshot has such a part
   */
  OutputStream part(String name) throws IOException;
}
