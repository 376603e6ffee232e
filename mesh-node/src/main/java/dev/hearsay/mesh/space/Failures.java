package dev.hearsay.mesh.space;

import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;

/** The core's refusals in the words of the API. */
public final class Failures {
  private Failures() {}

  public static HearsayException of(RejectedException refusal) {
    ErrorCode code =
        switch (refusal.reason()) {
          case LIMIT_EXCEEDED -> ErrorCode.LIMIT_EXCEEDED;
          case TYPE_CONFLICT -> ErrorCode.TYPE_CONFLICT;
          case VALUE_TYPE -> ErrorCode.VALUE_TYPE_MISMATCH;
          case UNSUPPORTED -> ErrorCode.VALUE_UNSUPPORTED;
          case OUTWEIGHED -> ErrorCode.OUTWEIGHED;
          case OVERFLOW -> ErrorCode.COUNTER_OVERFLOW;
          case MALFORMED, UNKNOWN_VERSION, NOT_APPLICABLE, FORKED -> ErrorCode.INTERNAL;
        };
    return new HearsayException(code, refusal.getMessage(), refusal);
  }
}
