package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeSettings;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.mesh.runtime.control.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Nodes of one test, all in this process; closes them all. */
final class TestNodes implements AutoCloseable {
  private final Path directory;
  private final List<MeshNode> nodes = new ArrayList<>();

  TestNodes(Path directory) {
    this.directory = directory;
  }

  static int freePort() {
    return FreePorts.on("127.0.0.1").port();
  }

  Path directory(String name) {
    return directory.resolve(name);
  }

  MeshNode start(String name, int port, int... peers) {
    MeshNode node =
        MeshNode.builder()
            .name(name)
            .dataDirectory(directory(name))
            .listen("127.0.0.1", port)
            .join(Arrays.stream(peers).mapToObj(p -> "127.0.0.1:" + p).toArray(String[]::new))
            .start();
    nodes.add(node);
    return node;
  }

  /** A node with peers, and with settings that the builder does not offer. */
  MeshNode start(String name, Config overrides, int port, int... peers) {
    return start(name, port, overrides, Set.of(), peers);
  }

  /**
   * Has the first node know a node with these roles, so that it can name it as a voter, and closes
   * that one again: a voter that may hold what is moved between the roles, and holds nothing.
   *
   * @return its identity
   */
  String knownAndGone(MeshNode first, String name, int port, Set<String> roles, int... peers) {
    MeshNode voter = start(name, port, ConfigFactory.empty(), roles, peers);
    Space probe =
        first.agent("probe").space("probe", SpaceOptions.onRoles(roles.toArray(String[]::new)));
    Await.until(name + " knows it", () -> voter.spaces().contains("probe"));
    // What comes there was sent by one that knew its roles.
    probe.flag("met").enable();
    Space there = voter.agent("probe").space("probe");
    Await.until(name + " has it", () -> there.frontier().equals(probe.frontier()));
    String id = voter.id();
    voter.close();
    return id;
  }

  /** A node with roles, and settings that the builder does not offer. */
  MeshNode start(String name, int port, Config overrides, Set<String> roles, int... peers) {
    HostPort address = new HostPort("127.0.0.1", port);
    List<HostPort> join =
        Arrays.stream(peers).mapToObj(peer -> new HostPort("127.0.0.1", peer)).toList();
    MeshNode node =
        PekkoNode.start(
            new NodeSettings(name, directory(name), address, address, 0, join, roles), overrides);
    nodes.add(node);
    return node;
  }

  /** A node on its own, with settings that the builder does not offer. */
  MeshNode start(String name, Config overrides) {
    HostPort address = new HostPort("127.0.0.1", 0);
    MeshNode node =
        PekkoNode.start(
            new NodeSettings(name, directory(name), address, address, 0, List.of()), overrides);
    nodes.add(node);
    return node;
  }

  @Override
  public void close() {
    nodes.forEach(MeshNode::close);
  }
}
