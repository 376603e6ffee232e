package dev.hearsay.persistence;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one stream reads, and how far it is. Used by one thread at a time. */
interface Query<T> {
  /**
   * What was read in one go.
   *
   * @param end nothing more was acknowledged when it was read
   * @param complete nothing more will ever belong to the query
   */
  record Batch<T>(List<T> items, boolean end, boolean complete) {}

  /**
   * Limits of a batch.
   *
   * @param bytes a batch takes no further event from this size on; one event may be larger
   */
  record Limits(int events, long bytes) {}

  /**
   * Reads on from where the last call ended. Shows only what is acknowledged.
   *
   * @throws IOException if the store cannot be read
   * @throws StorageException if what is stored is damaged, missing, or cannot be deserialized
   */
  Batch<T> next() throws IOException;

  /** What to wait for at the end, or null if the query does not wait. */
  @Nullable Topic topic();
}
