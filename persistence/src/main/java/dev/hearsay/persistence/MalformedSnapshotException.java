package dev.hearsay.persistence;

import java.io.IOException;

/**
 * A snapshot's file is damaged, cut off, or not a snapshot; the message says which.
 *
 * @since 0.1
 */
public final class MalformedSnapshotException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedSnapshotException(String message) {
    super(message);
  }
}
