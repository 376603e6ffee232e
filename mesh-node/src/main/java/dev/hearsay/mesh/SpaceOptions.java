package dev.hearsay.mesh;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a space is opened. Immutable.
 *
 * @since 0.1.0
 */
public final class SpaceOptions {
  private static final SpaceOptions DEFAULTS = new SpaceOptions(null, null, null);

  private final @Nullable Placement placement;
  private final @Nullable RemoteAccess remoteAccess;
  private final @Nullable Set<String> voters;

  private SpaceOptions(
      @Nullable Placement placement,
      @Nullable RemoteAccess remoteAccess,
      @Nullable Set<String> voters) {
    this.placement = placement;
    this.remoteAccess = remoteAccess;
    this.voters = voters;
  }

  /** Where it lives already; everywhere, if no node has created it. */
  public static SpaceOptions defaults() {
    return DEFAULTS;
  }

  /** As {@link #placed}, on nodes with one of these roles. */
  public static SpaceOptions onRoles(String... roles) {
    return placed(Placement.onRoles(roles));
  }

  /** As {@link #placed}, on nodes of these names. */
  public static SpaceOptions onNodes(String... nodes) {
    return placed(Placement.onNodes(nodes));
  }

  /**
   * Creates the space with that placement. If it is there with another one, opening it is refused
   * with {@link ErrorCode#PLACEMENT_CONFLICT}: use {@link Space#place} to move it.
   */
  public static SpaceOptions placed(Placement placement) {
    return new SpaceOptions(placement, null, null);
  }

  /** The same, and what to do if this node may not hold the space, whatever is configured. */
  public SpaceOptions withRemoteAccess(RemoteAccess access) {
    return new SpaceOptions(placement, access, voters);
  }

  /**
   * The same; if the space is created, these are its voters. They have no effect on one that is
   * there: use {@link Space#changeVoters}.
   *
   * @param nodes {@linkplain MeshNode#id identities} of nodes that may hold the space, 1 to 15
   */
  public SpaceOptions withVoters(Set<String> nodes) {
    return new SpaceOptions(placement, remoteAccess, Set.copyOf(nodes));
  }

  /** Empty if nothing was said. */
  public Optional<Placement> placement() {
    return Optional.ofNullable(placement);
  }

  /** Empty for what is configured. */
  public Optional<RemoteAccess> remoteAccess() {
    return Optional.ofNullable(remoteAccess);
  }

  /** Empty for the default. */
  public Optional<Set<String>> voters() {
    return Optional.ofNullable(voters);
  }
}
