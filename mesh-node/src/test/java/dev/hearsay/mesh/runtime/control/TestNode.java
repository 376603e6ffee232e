package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;

/** A data system with its control plane, as a node has them; no memory. */
final class TestNode implements AutoCloseable {
  private final String name;
  private final String mesh;
  private final HostPort address;
  private final HostPort bind;
  private final ControlSettings settings;
  private final ActorSystem data;
  private final ControlPlane plane;
  final Set<String> learned = new ConcurrentSkipListSet<>();

  /** What nodes of other meshes were said to be, by address. */
  final Map<String, String> outside = new ConcurrentHashMap<>();

  private TestNode(
      String name,
      String mesh,
      HostPort address,
      HostPort bind,
      ControlSettings settings,
      List<String> peers) {
    this.name = name;
    this.mesh = mesh;
    this.address = address;
    this.bind = bind;
    this.settings = settings;
    this.data =
        ActorSystem.create(
            "hearsay", RemoteSettings.data(address, bind), TestNode.class.getClassLoader());
    NodeIdentity identity =
        new NodeIdentity(
            "id-" + name,
            name,
            ThreadLocalRandom.current().nextLong(),
            address,
            Set.of("agent"),
            "0.1.0",
            mesh);
    this.plane = ControlPlane.start(data, identity, settings, peers, learned::addAll, outside::put);
  }

  static TestNode start(String name, HostPort address, ControlSettings settings, String... peers) {
    return start(name, address, address, settings, peers);
  }

  static TestNode start(
      String name, HostPort address, HostPort bind, ControlSettings settings, String... peers) {
    return new TestNode(name, Names.MESH_DEFAULT, address, bind, settings, List.of(peers));
  }

  static TestNode ofMesh(
      String mesh, String name, HostPort address, ControlSettings settings, String... peers) {
    return new TestNode(name, mesh, address, address, settings, List.of(peers));
  }

  /** The same node again, in a new process as far as the others can tell. */
  TestNode startAgain(String... peers) {
    return new TestNode(name, mesh, address, bind, settings, List.of(peers));
  }

  HostPort address() {
    return address;
  }

  ControlPlane plane() {
    return plane;
  }

  ActorSystem data() {
    return data;
  }

  String name() {
    return name;
  }

  /** The names of the members it sees as up and reachable. */
  Set<String> up() {
    Set<String> up = new TreeSet<>();
    for (MeshMember member : plane.members()) {
      if (member.reachable()
          && (member.status() == MeshMember.Status.UP
              || member.status() == MeshMember.Status.WEAKLY_UP)) {
        up.add(String.valueOf(member.name()));
      }
    }
    return up;
  }

  /** Whether its cluster is these nodes, all of them up, and nobody else in any state. */
  boolean isExactly(String... names) {
    List<MeshMember> members = plane.members();
    return members.size() == names.length
        && members.stream().allMatch(member -> member.status() == MeshMember.Status.UP)
        && up().equals(Set.of(names));
  }

  /** Ends without a word, as a killed process would. */
  void kill() {
    plane.abandon();
    terminate();
  }

  @Override
  public void close() {
    plane.close();
    terminate();
  }

  private void terminate() {
    data.terminate();
    try {
      data.getWhenTerminated()
          .toCompletableFuture()
          .get(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new AssertionError("the data system of " + name + " did not end", e);
    }
  }
}
