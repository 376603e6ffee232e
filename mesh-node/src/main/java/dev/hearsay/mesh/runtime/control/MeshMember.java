package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * A member of the cluster as this node sees it.
 *
 * @param nodeId the node, or null while the directory does not know the control system
 * @param name what people call it, or null likewise
 * @param data its data address, or null likewise
 * @param control its control system
 * @param status how far it has come in the cluster
 * @param reachable whether the failure detectors hear it
 * @param self whether it is this node
 */
public record MeshMember(
    @Nullable String nodeId,
    @Nullable String name,
    @Nullable HostPort data,
    ControlAddress control,
    Status status,
    boolean reachable,
    boolean self) {

  /** How far a member has come. */
  public enum Status {
    JOINING,
    /** Up, though the cluster waits for unreachable members before it agrees on it. */
    WEAKLY_UP,
    UP,
    LEAVING,
    /** Marked as gone; leaves the list as soon as all others have seen it. */
    DOWN
  }
}
