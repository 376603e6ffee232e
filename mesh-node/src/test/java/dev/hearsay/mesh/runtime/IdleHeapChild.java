package dev.hearsay.mesh.runtime;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeSettings;
import dev.hearsay.mesh.Space;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/**
 * A process with a small heap that writes and reads more spaces than fit into it. Arguments: data
 * directory, spaces, bytes of each.
 */
final class IdleHeapChild {
  private static final int THREADS = 8;

  private IdleHeapChild() {}

  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    int spaces = Integer.parseInt(arguments[1]);
    String text = "y".repeat(Integer.parseInt(arguments[2]));
    try (MeshNode node = start(directory)) {
      forAll(spaces, i -> space(node, i).lwwRegister("text", String.class).set(i + text));
      System.out.println("written " + ((PekkoNode) node).loadedSpaces());
    }
    try (MeshNode node = start(directory)) {
      System.out.println("started " + ((PekkoNode) node).loadedSpaces());
      forAll(
          spaces,
          i -> {
            String found = space(node, i).lwwRegister("text", String.class).get().orElse("none");
            if (!found.equals(i + text)) {
              throw new IllegalStateException("space " + i + " has " + found.length());
            }
          });
      System.out.println("read " + ((PekkoNode) node).loadedSpaces());
    }
  }

  private static MeshNode start(Path directory) {
    HostPort address = new HostPort("127.0.0.1", 0);
    return PekkoNode.start(
        new NodeSettings("a", directory, address, address, 0, List.of()), ConfigFactory.empty());
  }

  private static Space space(MeshNode node, int number) {
    return node.agent("x").space("space " + number);
  }

  private static void forAll(int spaces, IntConsumer action) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < spaces; i++) {
        int number = i;
        all.add(CompletableFuture.runAsync(() -> action.accept(number), threads));
      }
      all.forEach(CompletableFuture::join);
    } finally {
      threads.shutdown();
    }
  }
}
