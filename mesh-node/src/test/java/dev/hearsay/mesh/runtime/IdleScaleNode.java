package dev.hearsay.mesh.runtime;

import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.NodeSettings;
import dev.hearsay.mesh.PeerStatus;
import dev.hearsay.mesh.Space;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * A node of {@link IdleScaleTest} in a process of its own, which does what it reads, a line each,
 * and answers with a line. Arguments: name, data directory, own port, other ports.
 */
final class IdleScaleNode {
  /** What the lines begin with that are answers. */
  static final String ANSWER = "> ";

  /** What the lines begin with that name a space that is created. */
  static final String CREATED = "created ";

  private static final int THREADS = 32;

  private final MeshNode node;

  private IdleScaleNode(MeshNode node) {
    this.node = node;
  }

  public static void main(String[] arguments) throws IOException {
    long startedNanos = System.nanoTime();
    HostPort address = new HostPort("127.0.0.1", Integer.parseInt(arguments[2]));
    List<HostPort> join =
        Arrays.stream(arguments)
            .skip(3)
            .map(port -> new HostPort("127.0.0.1", Integer.parseInt(port)))
            .toList();
    try (MeshNode node =
        PekkoNode.start(
            new NodeSettings(arguments[0], Path.of(arguments[1]), address, address, 0, join),
            ConfigFactory.systemProperties())) {
      System.out.println(ANSWER + "started " + (System.nanoTime() - startedNanos) / 1_000_000);
      IdleScaleNode self = new IdleScaleNode(node);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(ANSWER + self.answer(line.split(" ", -1)));
      }
    }
  }

  private String answer(String[] words) {
    return switch (words[0]) {
      case "create" -> create(Integer.parseInt(words[1]), Integer.parseInt(words[2]), false);
      case "tell" -> create(Integer.parseInt(words[1]), Integer.parseInt(words[2]), true);
      case "equal" -> equal(Integer.parseInt(words[1]));
      case "loaded" -> String.valueOf(((PekkoNode) node).loadedSpaces());
      case "heap" -> heap();
      case "read" -> read(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private Space space(int number) {
    return node.agent("agent").space("session-" + number);
  }

  /** Also says which space is created, as soon as it is, if that is wanted. */
  private String create(int from, int to, boolean telling) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = from; i < to; i++) {
        int number = i;
        all.add(
            CompletableFuture.runAsync(
                () -> {
                  space(number).lwwRegister("goal", String.class).set("goal " + number);
                  if (telling) {
                    System.out.println(CREATED + number);
                  }
                },
                threads));
      }
      all.forEach(CompletableFuture::join);
    } finally {
      threads.shutdown();
    }
    return "created " + (to - from);
  }

  /** Waits until it knows so many spaces and nothing of them is missing anywhere. */
  private String equal(int spaces) {
    long startedNanos = System.nanoTime();
    long until = startedNanos + 200_000_000_000L;
    while (System.nanoTime() < until) {
      List<PeerStatus> peers = node.peers();
      if (peers.stream().allMatch(peer -> peer.reachable() && peer.ahead() + peer.behind() == 0)
          && !peers.isEmpty()
          && ((PekkoNode) node).row("session-" + (spaces - 1)) != null) {
        return "equal " + (System.nanoTime() - startedNanos) / 1_000_000;
      }
      LockSupport.parkNanos(200_000_000);
    }
    return "not equal " + node.peers();
  }

  private static String heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return "heap " + (ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20);
  }

  /** Microseconds of the first read of so many spaces that are not in memory. */
  private String read(int spaces, int reads) {
    Random random = new Random(7);
    long[] micros = new long[reads];
    for (int i = 0; i < reads; i++) {
      int number = random.nextInt(spaces);
      long startedNanos = System.nanoTime();
      String goal = space(number).lwwRegister("goal", String.class).get().orElse("none");
      micros[i] = (System.nanoTime() - startedNanos) / 1_000;
      if (!goal.equals("goal " + number)) {
        throw new IllegalStateException("session-" + number + " has " + goal);
      }
    }
    Arrays.sort(micros);
    return "read p50 " + micros[reads / 2] + " p99 " + micros[reads * 99 / 100];
  }
}
