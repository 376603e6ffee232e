package dev.hearsay.sim.cli;

import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.MeshNodeBuilder;
import dev.hearsay.mesh.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that node and shell share. */
final class NodeFlags {

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The node's name, for people (default: the last part of --data).")
  private @Nullable String name;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Where the node keeps its journal and identity; created if absent.")
  private Path data = Path.of(".");

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7401",
      description = "The address to listen on and to announce (default: ${DEFAULT-VALUE}).")
  private String listen = "";

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Addresses of peers; any that answers is enough, and none needs to be up yet.")
  private List<String> join = List.of();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      split = ",",
      description = "Roles of the node, for spaces that live on nodes with certain roles.")
  private List<String> roles = List.of();

  @Option(
      names = "--mesh",
      paramLabel = "NAME",
      description =
          "The mesh of the node, which takes nothing from nodes of others; kept in --data"
              + " (default: as kept, or hearsay).")
  private @Nullable String mesh;

  String name() {
    return name != null
        ? name
        : Optional.ofNullable(data.toAbsolutePath().normalize().getFileName())
            .map(Path::toString)
            .orElse("node");
  }

  Path data() {
    return data;
  }

  List<String> join() {
    return List.copyOf(join);
  }

  MeshNode start() {
    HostPort address = address("--listen", listen);
    MeshNodeBuilder builder =
        MeshNode.builder()
            .name(checkedName())
            .dataDirectory(data)
            .listen(address.host(), address.port());
    for (String peer : join) {
      builder.join(address("--join", peer).toString());
    }
    for (String role : roles) {
      builder.roles(checkedRole(role));
    }
    if (mesh != null) {
      builder.mesh(checkedMesh(mesh));
    }
    return builder.start();
  }

  private static String checkedMesh(String mesh) {
    try {
      return Names.checkMesh(mesh);
    } catch (HearsayException e) {
      throw new BadInputException("--mesh: " + e.getMessage(), e);
    }
  }

  private static String checkedRole(String role) {
    try {
      return Names.checkRole(role);
    } catch (HearsayException e) {
      throw new BadInputException("--role: " + e.getMessage(), e);
    }
  }

  private String checkedName() {
    try {
      return Names.checkNode(name());
    } catch (HearsayException e) {
      throw new BadInputException("--name: " + e.getMessage(), e);
    }
  }

  private static HostPort address(String flag, String text) {
    try {
      return HostPort.parse(text);
    } catch (HearsayException e) {
      throw new BadInputException(flag + ": " + e.getMessage(), e);
    }
  }
}
