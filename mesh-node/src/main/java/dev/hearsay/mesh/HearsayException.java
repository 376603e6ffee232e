package dev.hearsay.mesh;

import org.jspecify.annotations.Nullable;

/**
 * Every public failure. {@link #code()} tells programs what happened; the message tells people, and
 * what to do about it.
 */
public final class HearsayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public HearsayException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public HearsayException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** True if the operation had no effect and never will; false if it may have, or may still. */
  public boolean isDefinite() {
    return code.isDefinite();
  }
}
