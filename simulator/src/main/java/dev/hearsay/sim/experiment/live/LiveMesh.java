package dev.hearsay.sim.experiment.live;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import dev.hearsay.mesh.SpaceOptions;
import dev.hearsay.sim.experiment.ExperimentFailedException;
import dev.hearsay.sim.lab.CutMode;
import dev.hearsay.sim.lab.Link;
import dev.hearsay.sim.lab.Relays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Real nodes in this process, each with a data directory, over relays whose links can be cut one
 * direction at a time. Closing it closes the nodes and removes the directories. Not thread-safe.
 */
public final class LiveMesh implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  private final Relays relays;
  private final Path directory;
  private final List<Integer> ports = new ArrayList<>();
  private final List<MeshNode> nodes = new ArrayList<>();

  /** Starts so many nodes, and returns when each has met all others. */
  public static LiveMesh start(int count) throws IOException, ExperimentFailedException {
    LiveMesh mesh = new LiveMesh(count);
    boolean met = false;
    try {
      for (int node = 0; node < count; node++) {
        mesh.nodes.add(mesh.open(node));
      }
      mesh.await("all nodes have met", mesh::haveMet);
      met = true;
      return mesh;
    } finally {
      if (!met) {
        mesh.close();
      }
    }
  }

  private LiveMesh(int count) throws IOException {
    relays = new Relays();
    directory = Files.createTempDirectory("hearsay-experiment-");
    for (int node = 0; node < count; node++) {
      ports.add(relays.listen(node));
    }
  }

  private MeshNode open(int node) throws IOException {
    List<String> join = new ArrayList<>();
    for (int other = 0; other < ports.size(); other++) {
      join.add(relays.announcedHost(other) + ":" + ports.get(other));
    }
    return MeshNode.builder()
        .name("node-" + (node + 1))
        .dataDirectory(directory.resolve("node-" + (node + 1)))
        .listen(relays.announcedHost(node), ports.get(node))
        .bind(relays.boundHost(node), ports.get(node))
        .controlPort(relays.listen(node))
        .join(join.toArray(String[]::new))
        .start();
  }

  private boolean haveMet() {
    return nodes.stream()
        .allMatch(
            node ->
                node.peers().stream().filter(p -> p.reachable() && !p.id().isEmpty()).count()
                    == nodes.size() - 1);
  }

  public int size() {
    return nodes.size();
  }

  public MeshNode node(int index) {
    return nodes.get(index);
  }

  /** A space as seen at a node. */
  public Space space(int node, String name) {
    return nodes.get(node).agent(nodes.get(node).name()).space(name);
  }

  /** Opens a space at the first node, in which all vote; returns when all others know of it. */
  public void share(String name) throws ExperimentFailedException {
    Set<String> voters = nodes.stream().map(MeshNode::id).collect(Collectors.toSet());
    nodes.get(0).agent(nodes.get(0).name()).space(name, SpaceOptions.defaults().withVoters(voters));
    await(
        "all nodes know of " + name,
        () -> nodes.stream().allMatch(node -> node.spaces().contains(name)));
    for (int node = 0; node < nodes.size(); node++) {
      space(node, name);
    }
  }

  /** Drops what one node sends another. */
  public void cut(int from, int to) {
    relays.cut(new Link(from, to), CutMode.CLOSE);
  }

  /** Lets it through again. */
  public void restore(int from, int to) {
    relays.heal(new Link(from, to));
  }

  /** All links work. */
  public void heal() {
    for (int from = 0; from < nodes.size(); from++) {
      for (int to = 0; to < nodes.size(); to++) {
        restore(from, to);
      }
    }
  }

  /** Whether all nodes show the same of a space. */
  public boolean agree(String space) {
    String digest = space(0, space).digest();
    for (int node = 1; node < nodes.size(); node++) {
      if (!space(node, space).digest().equals(digest)) {
        return false;
      }
    }
    return true;
  }

  /** Waits, looking again and again. */
  public void await(String what, BooleanSupplier condition) throws ExperimentFailedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new ExperimentFailedException(
            "waited " + PATIENCE.toSeconds() + " s in vain until " + what);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  /** Lets time pass. */
  public static void pause(Duration duration) {
    long until = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    nodes.forEach(MeshNode::close);
    relays.close();
    delete(directory);
  }

  /** Removes a directory and all in it. */
  public static void delete(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + root, e);
    }
  }
}
