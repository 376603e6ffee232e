package dev.hearsay.mesh;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a node. Not thread-safe. */
public final class MeshNodeBuilder {
  /** Most roles of a node. */
  public static final int ROLES_MAX = 32;

  /** Longest role, in bytes of UTF-8. */
  public static final int ROLE_BYTES_MAX = Names.ROLE_BYTES_MAX;

  private @Nullable String name;
  private @Nullable Path dataDirectory;
  private @Nullable HostPort listen;
  private @Nullable HostPort bind;
  private int controlPort;
  private final List<HostPort> join = new ArrayList<>();
  private final Set<String> roles = new TreeSet<>();
  private @Nullable String mesh;

  MeshNodeBuilder() {}

  /**
   * The node's name, for people and for author defaults; 1 to {@value Names#NODE_BYTES_MAX} bytes
   * of UTF-8 without control characters.
   */
  public MeshNodeBuilder name(String name) {
    this.name = name;
    return this;
  }

  /** Where the node keeps its journal, snapshots and identity; created if absent. */
  public MeshNodeBuilder dataDirectory(Path directory) {
    this.dataDirectory = directory;
    return this;
  }

  /** The address that this node announces and, unless {@link #bind} says otherwise, listens on. */
  public MeshNodeBuilder listen(String host, int port) {
    this.listen = new HostPort(host, port);
    return this;
  }

  /** The address to listen on where it differs from the announced one (containers, relays). */
  public MeshNodeBuilder bind(String host, int port) {
    this.bind = new HostPort(host, port);
    return this;
  }

  /** A fixed port for cluster membership; 0, the default, takes any free one and announces it. */
  public MeshNodeBuilder controlPort(int port) {
    this.controlPort = new HostPort("control", port).port();
    return this;
  }

  /**
   * Addresses of peers as {@code host:port}. Any that answers is enough, none is special, the
   * node's own may be among them, and none needs to be up yet.
   */
  public MeshNodeBuilder join(String... addresses) {
    for (String address : addresses) {
      join.add(HostPort.parse(address));
    }
    return this;
  }

  /**
   * Roles of the node, for spaces that live on nodes with certain roles; at most {@value
   * #ROLES_MAX}, each 1 to {@value #ROLE_BYTES_MAX} bytes without control characters.
   *
   * @since 0.1.0
   */
  public MeshNodeBuilder roles(String... names) {
    roles.addAll(Arrays.asList(names));
    return this;
  }

  /**
   * The name of the mesh that the node is of: nodes of different meshes take nothing from each
   * other, whatever their addresses. 1 to {@value Names#MESH_BYTES_MAX} bytes without control
   * characters. The data directory keeps it from the first start on, and belongs to that mesh then.
   * Where it is not called, a directory that has a name keeps it, and any other is of mesh {@value
   * Names#MESH_DEFAULT}, as are nodes of builds that knew no names.
   *
   * @since 0.1.0
   */
  public MeshNodeBuilder mesh(String name) {
    this.mesh = name;
    return this;
  }

  private Set<String> checkedRoles() {
    roles.forEach(Names::checkRole);
    if (roles.size() > ROLES_MAX) {
      throw new HearsayException(
          ErrorCode.LIMIT_EXCEEDED,
          "a node has at most " + ROLES_MAX + " roles, not " + roles.size());
    }
    return roles;
  }

  /**
   * Starts the node: takes the data directory, recovers every space from the journal, listens. Does
   * not wait for peers.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION}, {@link
   *     ErrorCode#INVALID_NAME}, {@link ErrorCode#DATA_DIRECTORY_IN_USE}, {@link
   *     ErrorCode#DATA_DIRECTORY_UNUSABLE}, also if the directory is of another mesh, {@link
   *     ErrorCode#ADDRESS_IN_USE}, {@link ErrorCode#JOURNAL_UNREADABLE}
   */
  public MeshNode start() {
    String checkedName = Names.checkNode(required(name, "name(…)"));
    Path directory = required(dataDirectory, "dataDirectory(…)");
    if (directory.toString().isEmpty()) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION, "dataDirectory(…) is empty: name a directory");
    }
    HostPort announced = required(listen, "listen(host, port)");
    NodeSettings settings =
        new NodeSettings(
            checkedName,
            directory,
            announced,
            Optional.ofNullable(bind).orElse(announced),
            controlPort,
            join,
            checkedRoles(),
            mesh == null ? null : Names.checkMesh(mesh));
    return ServiceLoader.load(MeshNodeFactory.class, MeshNodeFactory.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new HearsayException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "no MeshNodeFactory service found: is META-INF/services merged into your jar?"))
        .start(settings);
  }

  private static <T> T required(@Nullable T setting, String call) {
    if (setting == null) {
      throw new HearsayException(
          ErrorCode.INVALID_CONFIGURATION, "MeshNode.builder() needs " + call);
    }
    return setting;
  }
}
