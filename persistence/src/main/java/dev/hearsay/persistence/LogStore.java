package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map of bytes on a disk: the seam between the journal and LevelDB. Keys sort as
 * unsigned bytes. One thread writes; any thread reads.
 */
interface LogStore extends AutoCloseable {
  /** Opens the store of a directory that is locked and of our format. */
  interface Opener {
    /**
     * Opens it.
     *
     * @param isNew true if there is none yet; else it is an error if there is none
     * @throws UnusableDirectoryException if what is there cannot be opened; nothing was lost
     */
    LogStore open(Path directory, boolean isNew, JournalSettings settings);
  }

  /**
   * Writes all of the batch or nothing. With {@code sync} it is on the disk on return.
   *
   * @throws FreeSpaceException if there is no room for it; nothing was written
   * @throws IOException if it failed; what is stored then is unknown
   */
  void write(LogBatch batch, boolean sync) throws IOException;

  /**
   * Puts on the disk what was written without {@code sync} before the call. Any thread, also while
   * another writes.
   *
   * @throws IOException if it failed; what is on the disk then is unknown
   */
  void force() throws IOException;

  /** The value of a key, or null. */
  byte @Nullable [] get(byte[] key) throws IOException;

  /** A cursor over the store as it is now; later writes do not show. One thread at a time. */
  Cursor cursor() throws IOException;

  /** Frees the space of what was deleted between two keys. May take long. */
  void compact(byte[] from, byte[] to) throws IOException;

  /**
   * Bytes that the store may yet write by itself for what it holds now, before it frees any. An
   * upper bound, some milliseconds old.
   */
  default long backgroundBytes() throws IOException {
    return 0;
  }

  /**
   * Stops what the store writes by itself and refuses writes, until {@link #resume}. Returns when
   * nothing is being written.
   */
  default void pause() throws IOException {}

  /** Ends a {@link #pause}. */
  default void resume() {}

  /** Waits for the cursors to be closed, whose next step fails, and closes. */
  @Override
  void close() throws IOException;

  /** A place in a frozen view of the store. */
  interface Cursor extends AutoCloseable {
    /** Moves to the first entry at or after the key and returns it, or null if there is none. */
    @Nullable Entry seek(byte[] key) throws IOException;

    /** Moves to the entry after the current one and returns it, or null if there is none. */
    @Nullable Entry next() throws IOException;

    /** Moves to the last entry before the key and returns it, or null if there is none. */
    @Nullable Entry before(byte[] key) throws IOException;

    @Override
    void close();
  }

  /** A key and its value; the arrays are the receiver's. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Entry(byte[] key, byte[] value) {}
}
