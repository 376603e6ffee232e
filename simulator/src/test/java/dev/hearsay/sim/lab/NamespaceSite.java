package dev.hearsay.sim.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Nodes in network namespaces of their own, with a router between that can drop the packets of one
 * direction without a word, as a broken network does. None of them reaches any other network, and
 * all are removed on close. Linux, as root, with {@code ip}.
 */
final class NamespaceSite implements Site {
  private static final int PORT = 7_400;

  private final String prefix = "hearsay-" + ProcessHandle.current().pid();
  private final String router = prefix + "-router";
  private final List<String> made = new ArrayList<>();
  private final Thread onExit = new Thread(this::remove, "namespaces-cleanup");
  private int nextPort = PORT;

  NamespaceSite(int nodes) throws IOException {
    Runtime.getRuntime().addShutdownHook(onExit);
    boolean ready = false;
    try {
      add(router);
      for (int node = 0; node < nodes; node++) {
        add(name(node));
        String link = "to-" + node;
        ip(
            "link",
            "add",
            link,
            "netns",
            router,
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            name(node));
        ip("-n", router, "addr", "add", gateway(node) + "/24", "dev", link);
        ip("-n", router, "link", "set", link, "up");
        ip("-n", name(node), "addr", "add", address(node) + "/24", "dev", "eth0");
        ip("-n", name(node), "link", "set", "lo", "up");
        ip("-n", name(node), "link", "set", "eth0", "up");
        ip("-n", name(node), "route", "add", "default", "via", gateway(node));
      }
      run(
          List.of(
              "ip", "netns", "exec", router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"));
      ready = true;
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  /** Why there can be none here; empty if there can. */
  static String obstacle() {
    try (NamespaceSite site = new NamespaceSite(2)) {
      site.drop(0, 1);
      site.pass(0, 1);
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Drops all packets from one node to another from now on. */
  void drop(int from, int to) throws IOException {
    ip("-n", router, "rule", "add", "from", address(from), "to", address(to), "blackhole");
  }

  /** Lets them pass again. */
  void pass(int from, int to) throws IOException {
    ip("-n", router, "rule", "del", "from", address(from), "to", address(to), "blackhole");
  }

  private String name(int node) {
    return prefix + "-" + node;
  }

  private static String address(int node) {
    return "10.99." + node + ".2";
  }

  private static String gateway(int node) {
    return "10.99." + node + ".1";
  }

  private void add(String namespace) throws IOException {
    ip("netns", "add", namespace);
    made.add(namespace);
  }

  private static void ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  @Override
  public String announcedHost(int node) {
    return address(node);
  }

  @Override
  public String boundHost(int node) {
    return address(node);
  }

  @Override
  public int listen(int node) {
    return nextPort++;
  }

  @Override
  public List<String> commandPrefix(int node) {
    return List.of("ip", "netns", "exec", name(node));
  }

  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException ending) {
      // The hook does, or has done, the same.
      return;
    }
  }

  private synchronized void remove() {
    for (String namespace : List.copyOf(made)) {
      try {
        ip("netns", "del", namespace);
        made.remove(namespace);
      } catch (IOException e) {
        throw new IllegalStateException("left behind: network namespace " + namespace, e);
      }
    }
  }
}
