package dev.hearsay.mesh;

import java.util.Set;

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

  /**
   * As {@link #space(String)}; if the space is created by this call, these are its voters. Without
   * naming any they are this node and the first two others that hold it: two that it can reach when
   * it creates the space, or when voters are asked for the first time; until then it is alone.
   *
   * @param voters {@linkplain MeshNode#id identities} of nodes, 1 to 15
   * @throws HearsayException as {@link #space(String)}, and {@link ErrorCode#INVALID_CONFIGURATION}
   *     for too few or too many
   */
  Space space(String name, Set<String> voters);
}
