package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that nobody listens on, and below those that systems give to whoever connects: a port of
 * theirs may be a connection's by the time a node listens on it, or is started on it again.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 20_000;

  /** Tests in other processes most likely begin elsewhere. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(END - FIRST));

  private FreePorts() {}

  /** Another one at each call, until all were given once. */
  public static HostPort on(String host) {
    for (int tried = 0; tried < END - FIRST; tried++) {
      HostPort address = new HostPort(host, FIRST + NEXT.getAndIncrement() % (END - FIRST));
      if (isFree(address)) {
        return address;
      }
    }
    throw new IllegalStateException("no free port on " + host);
  }

  static boolean isFree(HostPort address) {
    try (ServerSocket socket = occupy(address)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  static ServerSocket occupy(HostPort address) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address.host(), address.port()));
    return socket;
  }
}
