package dev.hearsay.mesh;

/**
 * What becomes of access to a space on a node that does not hold it.
 *
 * @since 0.1.0
 */
public enum RemoteAccess {
  /** Reads and writes go to a node that holds it. Nothing is kept here beyond the process. */
  PROXY,
  /** It is refused with {@link ErrorCode#SPACE_NOT_HELD}. */
  REFUSE
}
