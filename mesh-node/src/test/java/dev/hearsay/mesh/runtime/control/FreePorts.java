package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports that nobody listens on. */
final class FreePorts {
  HostPort on(String host) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return new HostPort(host, socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
