package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with real nodes, three ports for them, and a directory, which are gone after it. */
abstract class WithNodes {
  @TempDir Path directory;

  final int a = TestNodes.freePort();
  final int b = TestNodes.freePort();
  final int c = TestNodes.freePort();
  TestNodes nodes;

  @BeforeEach
  final void prepareNodes() {
    nodes = new TestNodes(directory);
  }

  @AfterEach
  final void closeNodes() {
    nodes.close();
  }

  /** The space, once the node knows of it. */
  static Space space(MeshNode node, String name) {
    Await.until(node.name() + " knows " + name, () -> node.spaces().contains(name));
    return node.agent(node.name()).space(name);
  }

  static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
