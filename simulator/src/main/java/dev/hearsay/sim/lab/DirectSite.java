package dev.hearsay.sim.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** On loopback, with nothing between the nodes: for what would measure the relays as well. */
final class DirectSite implements Site {
  private static final int PORT_TRIES_MAX = 200;

  @Override
  public String announcedHost(int node) {
    return boundHost(node);
  }

  @Override
  public String boundHost(int node) {
    return LoopbackAddress.bound(node).getHostAddress();
  }

  @Override
  public int listen(int node) throws IOException {
    for (int attempt = 0; attempt < PORT_TRIES_MAX; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(Relays.PORT_MIN, Relays.PORT_MAX);
      try (ServerSocket probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress(LoopbackAddress.bound(node), port));
        return port;
      } catch (IOException taken) {
        // Another is drawn.
      }
    }
    throw new IOException("no free port on " + boundHost(node));
  }

  @Override
  public List<String> commandPrefix(int node) {
    return List.of();
  }

  @Override
  public void close() {}
}
