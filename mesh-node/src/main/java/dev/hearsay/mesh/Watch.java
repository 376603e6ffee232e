package dev.hearsay.mesh;

/** A running watch; {@link #close} ends it. No call begins after close has returned. */
public interface Watch extends AutoCloseable {
  @Override
  void close();
}
