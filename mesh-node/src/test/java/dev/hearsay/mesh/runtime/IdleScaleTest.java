package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Three processes with -Xmx1g that hold many spaces, of which it prints what they cost: {@code
 * -Dhearsay.idle.spaces=100000 -Dhearsay.idle.dir=DIR}. With {@code -Dhearsay.idle.nodes=1} they
 * are created by one alone; then with {@code -Dhearsay.idle.created=true}, the others start with
 * copies of what it has, as nodes of their own.
 */
@EnabledIfSystemProperty(named = "hearsay.idle.spaces", matches = "[0-9]+")
class IdleScaleTest {
  private static final int NODES = Integer.getInteger("hearsay.idle.nodes", 3);
  private static final int READS = 2_000;
  private static final int QUIET_SECONDS = 10;

  private record Child(Process process, BufferedReader out, PrintStream in) {
    String ask(String line) throws IOException {
      in.println(line);
      return read();
    }

    String read() throws IOException {
      while (true) {
        String line = out.readLine();
        assertNotNull(line, "the process has ended");
        if (line.startsWith(IdleScaleNode.ANSWER)) {
          return line.substring(IdleScaleNode.ANSWER.length());
        }
        // The log goes there too.
      }
    }
  }

  @Test
  void manySpacesUnderASmallHeap() throws IOException, InterruptedException {
    int spaces = Integer.getInteger("hearsay.idle.spaces");
    boolean created = Boolean.getBoolean("hearsay.idle.created");
    Path directory = Path.of(System.getProperty("hearsay.idle.dir"));
    Files.createDirectories(directory);
    int[] ports = {TestNodes.freePort(), TestNodes.freePort(), TestNodes.freePort()};
    List<Child> nodes = new ArrayList<>();
    if (created) {
      for (int i = 1; i < NODES; i++) {
        copy(directory.resolve("n0"), directory.resolve("n" + i));
      }
    }
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(start(directory, i, ports));
      }
      for (Child node : nodes) {
        say(node.read() + " ms");
      }
      if (created) {
        String equal = nodes.get(0).ask("equal " + spaces);
        say("all compared: " + equal + " ms");
        assertTrue(equal.startsWith("equal"), equal);
      } else {
        long startedNanos = System.nanoTime();
        say(nodes.get(0).ask("create 0 " + spaces));
        say("after " + (System.nanoTime() - startedNanos) / 1_000_000 + " ms");
        for (Child node : NODES > 1 ? nodes : List.<Child>of()) {
          String equal = node.ask("equal " + spaces);
          say(equal + " ms");
          assertTrue(equal.startsWith("equal"), equal);
        }
      }
      awaitAway(nodes);
      for (Child node : nodes) {
        String heap = node.ask("heap");
        say(heap + " MiB");
        long mebibytes = Long.parseLong(heap.substring("heap ".length()));
        assertTrue(mebibytes < 512, "most of the heap is free for what is in use");
      }
      // What a start opens is announced once, 200 rows each 100 ms.
      LockSupport.parkNanos(
          TimeUnit.MILLISECONDS.toNanos(created ? spaces * 100L / 200 + 5_000 : 0));
      long before = loopbackBytes();
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
      say("idle, all three: " + (loopbackBytes() - before) / QUIET_SECONDS + " bytes/s");
      Child reader = nodes.get(NODES - 1);
      say(reader.ask("read " + spaces + " " + READS) + " µs");
      say("in memory then: " + reader.ask("loaded"));
      for (Child node : nodes) {
        node.in().close();
      }
      for (Child node : nodes) {
        assertTrue(node.process().waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, node.process().exitValue());
      }
    } finally {
      nodes.forEach(node -> node.process().destroyForcibly());
    }
  }

  private static Child start(Path directory, int number, int[] ports) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
    command.add("-Dhearsay.space.idle-after=5s");
    command.add("-Dhearsay.test.log=WARN");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(IdleScaleNode.class.getName());
    command.add("n" + number);
    command.add(directory.resolve("n" + number).toString());
    command.add(String.valueOf(ports[number]));
    for (int i = 0; i < NODES; i++) {
      if (i != number) {
        command.add(String.valueOf(ports[i]));
      }
    }
    Process process =
        new ProcessBuilder(command)
            .redirectError(directory.resolve("n" + number + ".log").toFile())
            .start();
    return new Child(
        process,
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
        new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8));
  }

  /** All but the identity, unless it is there already. */
  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else if (!file.getFileName().toString().equals(NodeIdentityFile.FILE_NAME)) {
          Files.copy(file, copied);
        }
      }
    }
  }

  private static void awaitAway(List<Child> nodes) throws IOException {
    long startedNanos = System.nanoTime();
    for (Child node : nodes) {
      while (!node.ask("loaded").equals("1")) {
        assertTrue(System.nanoTime() - startedNanos < 120_000_000_000L, "spaces do not leave");
        LockSupport.parkNanos(200_000_000);
      }
    }
    say("all away after " + (System.nanoTime() - startedNanos) / 1_000_000 + " ms");
  }

  /** Received on the loopback device, of all processes of this machine. */
  private static long loopbackBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
      String[] words = line.strip().split("\\s+", -1);
      if (words[0].equals("lo:")) {
        return Long.parseLong(words[1]);
      }
    }
    throw new IOException("no loopback device");
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
