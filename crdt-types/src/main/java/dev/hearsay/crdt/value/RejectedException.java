package dev.hearsay.crdt.value;

import org.jspecify.annotations.Nullable;

/** Input that is refused as a whole, with nothing applied. */
public final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why the input is refused. */
  public enum Reason {
    /** The bytes are not what they claim to be. */
    MALFORMED,
    /** The bytes are of a format version or hold a mandatory part that this build does not know. */
    UNKNOWN_VERSION,
    /** A name, value, change or count is over its limit. */
    LIMIT_EXCEEDED,
    /** A field name is in use under another type. */
    TYPE_CONFLICT,
    /** A value is not of the class asked for. */
    VALUE_TYPE,
    /** A class that cannot be mapped onto canonical values. */
    UNSUPPORTED,
    /** A counter's total, or the dots of a replica, left their range. */
    OVERFLOW,
    /** A register holds a value of higher confidence than the one to write. */
    OUTWEIGHED,
    /** A change or diff that does not fit the state it is applied to. */
    NOT_APPLICABLE,
    /** Two branches under one replica. */
    FORKED
  }

  private final Reason reason;

  public RejectedException(Reason reason, String message) {
    this(reason, message, null);
  }

  public RejectedException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public static RejectedException malformed(String message) {
    return new RejectedException(Reason.MALFORMED, message);
  }
}
