package dev.hearsay.mesh.runtime.control;

import java.io.Serial;

/** Bytes that are no control message; nothing was taken from them. */
final class MalformedFrameException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  MalformedFrameException(String message) {
    super(message);
  }

  MalformedFrameException(String message, Throwable cause) {
    super(message, cause);
  }
}
