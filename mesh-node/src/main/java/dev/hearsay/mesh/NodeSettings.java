package dev.hearsay.mesh;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checked settings of a node.
 *
 * @param name for people
 * @param dataDirectory journal, snapshots and identity
 * @param announced the address peers use; port 0 takes any free one
 * @param bound the address to listen on
 * @param controlPort port of cluster membership; 0 takes any free one
 * @param join addresses of peers
 * @param roles by which spaces are placed
 * @param mesh of which the node is; null for the one that the data directory has, or the default
 */
public record NodeSettings(
    String name,
    Path dataDirectory,
    HostPort announced,
    HostPort bound,
    int controlPort,
    List<HostPort> join,
    Set<String> roles,
    @Nullable String mesh) {
  public NodeSettings {
    join = List.copyOf(join);
    roles = Set.copyOf(roles);
  }

  /** Of no mesh by name. */
  public NodeSettings(
      String name,
      Path dataDirectory,
      HostPort announced,
      HostPort bound,
      int controlPort,
      List<HostPort> join,
      Set<String> roles) {
    this(name, dataDirectory, announced, bound, controlPort, join, roles, null);
  }

  /** Without roles. */
  public NodeSettings(
      String name,
      Path dataDirectory,
      HostPort announced,
      HostPort bound,
      int controlPort,
      List<HostPort> join) {
    this(name, dataDirectory, announced, bound, controlPort, join, Set.of());
  }
}
