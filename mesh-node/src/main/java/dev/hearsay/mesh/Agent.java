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
   * /** As {@link #space(String)}, with a placement or voters for a space that is created, or
   * another rule for one that this node may not hold. Placement and voters are durable here before
   * the call returns. Without naming any voters they are this node and the first two others that
   * may hold it: two that it can reach when it creates the space, or when voters are asked for the
   * first time; until then it is alone.
   *
   * @throws HearsayException as {@link #space(String)}; {@link ErrorCode#SPACE_NOT_HELD} if the
   *     space may not live here and is not to be reached through another node; {@link
   *     ErrorCode#PLACEMENT_CONFLICT} if it is there with another placement than that of the
   *     options; {@link ErrorCode#INVALID_CONFIGURATION} for too few or too many voters, or one
   *     that is not known to be a node on which the space may live. Nothing has happened then.
   * @since 0.1.0
   */
  Space space(String name, SpaceOptions options);

  /**
   * Deletes what this node has seen in the space, here or through a node that holds it; no effect
   * if there is no such space. What others write there at the same time stays, and keeps the space.
   * The name can be used again, with the placement and the voters it had. Returns when the deletion
   * is durable.
   *
   * @throws HearsayException as {@link #space(String)}, and as a write
   * @since 0.1.0
   */
  void deleteSpace(String name);
}
