package dev.hearsay.persistence;

import org.jspecify.annotations.Nullable;

/**
 * A write to the journal or its fsync failed, now or earlier. What the disk holds of the write that
 * failed is unknown, so the journal takes no further write until it is opened again.
 *
 * @since 0.1
 */
public final class JournalFailedException extends StorageException {
  private static final long serialVersionUID = 1L;

  JournalFailedException(String message, boolean definite, @Nullable Throwable cause) {
    super(message, definite, cause);
  }
}
