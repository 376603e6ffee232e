package dev.hearsay.persistence;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the storage below. {@link #isDefinite()} says whether the effect is known: after a
 * definite failure nothing was stored; after an indefinite one it may turn up on the next recovery.
 *
 * @since 0.1
 */
public class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean definite;

  StorageException(String message, boolean definite, @Nullable Throwable cause) {
    super(message, cause);
    this.definite = definite;
  }

  /** True if what was asked for certainly did not happen. */
  public boolean isDefinite() {
    return definite;
  }
}
