package dev.hearsay.mesh;

/** An author. Everything written through an agent's spaces carries its name. Thread-safe. */
public interface Agent {
  String name();

  /**
   * Opens the space, creating it if no node has. Returns when it is recovered from the local
   * journal; peers' changes arrive by themselves.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_NAME}, {@link ErrorCode#NODE_CLOSED}, {@link
   *     ErrorCode#JOURNAL_UNREADABLE}, {@link ErrorCode#SPACE_NOT_HELD} if the space may not live
   *     on this node and {@code hearsay.space.remote-access} is {@code refuse}
   */
  Space space(String name);

  /**
   * As {@link #space(String)}, with a placement for a space that is created, or another rule for
   * one that this node may not hold. The placement is durable here before the call returns.
   *
   * @throws HearsayException as {@link #space(String)}; {@link ErrorCode#SPACE_NOT_HELD} if the
   *     space may not live here and is not to be reached through another node; {@link
   *     ErrorCode#PLACEMENT_CONFLICT} if it is there with another placement than that of the
   *     options. Nothing has happened then.
   * @since 0.1.0
   */
  Space space(String name, SpaceOptions options);

  /**
   * Deletes what this node has seen in the space, here or through a node that holds it; no effect
   * if there is no such space. What others write there at the same time stays, and keeps the space.
   * The name can be used again, with the placement it had. Returns when the deletion is durable.
   *
   * @throws HearsayException as {@link #space(String)}, and as a write
   * @since 0.1.0
   */
  void deleteSpace(String name);
}
