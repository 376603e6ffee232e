package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.persistence.StorageException;

/** What a failure of the journal means to those who wrote. */
final class JournalFault {
  private JournalFault() {}

  /** What the storage says, which knows whether anything was written; else the first cause. */
  static Throwable causeOf(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof StorageException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** True if nothing at all was written. */
  static boolean isRefusal(Throwable cause) {
    return cause instanceof StorageException storage && storage.isDefinite();
  }

  static HearsayException toWriter(Throwable cause, boolean mayBeThere) {
    return mayBeThere
        ? new HearsayException(
            ErrorCode.WRITE_UNCONFIRMED,
            "the journal failed while writing; the change may be there: " + cause.getMessage(),
            cause)
        : new HearsayException(
            ErrorCode.JOURNAL_REFUSED,
            "the journal wrote nothing of the change: " + cause.getMessage(),
            cause);
  }
}
