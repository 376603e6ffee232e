package dev.hearsay.mesh.wire;

/**
 * How a {@link Message.Fetch} that brings nothing, or a {@link Message.Submit}, ended. The code is
 * what stands on the wire.
 */
public enum RemoteResult {
  /** The change is durable; or the base has everything. */
  DONE(0),
  /** The node does not hold the space, or does not serve others; it did nothing. */
  REFUSED(1),
  /** It was not done in time; a change may still be. */
  TIMED_OUT(2);

  private final int code;

  RemoteResult(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
