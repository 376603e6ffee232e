package dev.hearsay.mesh;

/** An author. Everything written through an agent's spaces carries its name. Thread-safe. */
public interface Agent {
  String name();

  /**
   * Opens the space, creating it if no node has. Returns when it is recovered from the local
   * journal; peers' changes arrive by themselves.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}, {@link ErrorCode#NODE_CLOSED}, {@link
   *     ErrorCode#JOURNAL_UNREADABLE}
   */
  Space space(String name);
}
