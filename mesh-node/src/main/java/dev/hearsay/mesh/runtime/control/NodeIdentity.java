package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a node says of itself, for the life of its process.
 *
 * @param nodeId the durable identity from the data directory, 1 to 128 UTF-8 bytes
 * @param name what people call the node, 1 to 128 UTF-8 bytes
 * @param incarnation the random number drawn at this start
 * @param data the announced address of the data system
 * @param roles at most 32, each 1 to 128 UTF-8 bytes
 * @param version of the software, 1 to 128 UTF-8 bytes
 * @param mesh of which the node is: it forms no cluster with a node of another
 */
public record NodeIdentity(
    String nodeId,
    String name,
    long incarnation,
    HostPort data,
    Set<String> roles,
    String version,
    String mesh) {

  /**
   * @throws IllegalArgumentException if a text is empty or over its limit, or the port is 0
   */
  public NodeIdentity {
    Limits.requireText("node id", nodeId);
    Limits.requireText("node name", name);
    Limits.requireText("version", version);
    Limits.requireRoles(roles);
    if (data.port() == 0) {
      throw new IllegalArgumentException("the data address needs its real port: " + data);
    }
    Names.checkMesh(mesh);
    roles = Set.copyOf(new TreeSet<>(roles));
  }
}
