package dev.hearsay.mesh.wire;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.List;

/** Hellos for tests to which meshes are all one. Production says of which mesh it is each time. */
public final class Hellos {
  private Hellos() {}

  /** Of a node of the mesh without a name of its own. */
  public static Message.Hello of(
      String nodeId, long incarnation, String name, List<HostPort> known) {
    return new Message.Hello(Names.MESH_DEFAULT, nodeId, incarnation, name, known);
  }
}
