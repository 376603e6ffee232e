package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.jspecify.annotations.Nullable;

/** One control actor system, from its start to its end. Thread-safe. */
final class ControlSystem {
  private static final String NAME = "hearsay-control";

  private final ActorSystem system;
  private final Cluster cluster;
  private final ActorRef directory;
  private final ControlAddress address;

  private ControlSystem(ActorSystem system, Consumer<Map<String, NodeRow>> onRows) {
    this.system = system;
    this.cluster = Cluster.get(system);
    this.address = controlAddress(cluster.selfUniqueAddress());
    this.directory = system.actorOf(DirectoryActor.props(onRows), "node-directory");
  }

  /**
   * Starts a system; takes 30 to 200 ms.
   *
   * @param mesh is in the name of the system, and so in its address: the transport itself refuses
   *     whoever is of another mesh, also one that took over the port of a member
   * @param onRows called on a thread of the new system with rows of the directory that changed
   * @throws RuntimeException if the address cannot be bound
   */
  static ControlSystem start(
      ControlSettings settings, String mesh, Consumer<Map<String, NodeRow>> onRows) {
    ActorSystem system =
        ActorSystem.create(
            name(mesh), RemoteSettings.control(settings), ControlSystem.class.getClassLoader());
    try {
      return new ControlSystem(system, onRows);
    } catch (RuntimeException e) {
      system.terminate();
      throw e;
    }
  }

  /** That of earlier builds for the mesh without a name of its own, which is theirs. */
  static String name(String mesh) {
    if (mesh.equals(Names.MESH_DEFAULT)) {
      return NAME;
    }
    UUID hash = UUID.nameUUIDFromBytes(mesh.getBytes(StandardCharsets.UTF_8));
    return NAME + "-" + hash;
  }

  ControlAddress address() {
    return address;
  }

  void joinSelf() {
    cluster.join(cluster.selfAddress());
  }

  void join(List<ControlAddress> seeds) {
    cluster.joinSeedNodes(seeds.stream().map(this::pekkoAddress).toList());
  }

  /** Does nothing if another system has taken that address by now. */
  void down(ControlAddress member) {
    for (Member candidate : cluster.state().getMembers()) {
      if (controlAddress(candidate.uniqueAddress()).equals(member)) {
        cluster.down(candidate.address());
      }
    }
  }

  void put(Collection<NodeRow> rows) {
    directory.tell(new DirectoryActor.Put(rows), ActorRef.noSender());
  }

  ClusterView view() {
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    if (cluster.isTerminated()) {
      return new ClusterView(address, members, false);
    }
    CurrentClusterState state = cluster.state();
    Set<Member> unreachable = state.getUnreachable();
    for (Member member : state.getMembers()) {
      MeshMember.Status status = status(member.status());
      if (status != null && status != MeshMember.Status.DOWN) {
        members.put(controlAddress(member.uniqueAddress()), !unreachable.contains(member));
      }
    }
    return new ClusterView(address, members, cluster.selfAddress().equals(state.getLeader()));
  }

  /** The members, without what the directory knows of them. */
  List<MeshMember> members() {
    CurrentClusterState state = cluster.state();
    Set<Member> unreachable = state.getUnreachable();
    TreeMap<ControlAddress, MeshMember> members = new TreeMap<>();
    for (Member member : state.getMembers()) {
      ControlAddress control = controlAddress(member.uniqueAddress());
      MeshMember.Status status = status(member.status());
      if (status != null) {
        members.put(
            control,
            new MeshMember(
                null,
                null,
                null,
                control,
                status,
                !unreachable.contains(member),
                control.equals(address)));
      }
    }
    return List.copyOf(members.values());
  }

  /**
   * Ends the system and waits for it.
   *
   * @return whether it has ended in time
   */
  boolean terminate(Duration atMost) {
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the control system ended in failure", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Address pekkoAddress(ControlAddress control) {
    return new Address(
        cluster.selfAddress().protocol(),
        system.name(),
        control.address().host(),
        control.address().port());
  }

  private static ControlAddress controlAddress(UniqueAddress unique) {
    Address address = unique.address();
    return new ControlAddress(
        new HostPort(address.getHost().orElseThrow(), address.getPort().orElseThrow()),
        unique.longUid());
  }

  /** Null for members on their way out, which nobody should count on or act upon. */
  private static MeshMember.@Nullable Status status(MemberStatus status) {
    if (status.equals(MemberStatus.up())) {
      return MeshMember.Status.UP;
    }
    if (status.equals(MemberStatus.weaklyUp())) {
      return MeshMember.Status.WEAKLY_UP;
    }
    if (status.equals(MemberStatus.joining())) {
      return MeshMember.Status.JOINING;
    }
    if (status.equals(MemberStatus.leaving())) {
      return MeshMember.Status.LEAVING;
    }
    if (status.equals(MemberStatus.down())) {
      return MeshMember.Status.DOWN;
    }
    return null;
  }
}
