package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/** Forwards connections to an address, and notes where they come from. */
final class Relay implements AutoCloseable {
  private final HostPort announced;
  private final HostPort target;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<String> clients = new ConcurrentSkipListSet<>();

  Relay(HostPort announced, HostPort target) throws IOException {
    this.announced = announced;
    this.target = target;
    this.server = FreePorts.occupy(announced);
    daemon(this::accept);
  }

  HostPort announced() {
    return announced;
  }

  HostPort target() {
    return target;
  }

  boolean serves(String host) {
    return target.host().equals(host);
  }

  /** The addresses that connected, other than the node it stands before. */
  Set<String> clients() {
    return Set.copyOf(clients);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        sockets.add(client);
        clients.add(client.getInetAddress().getHostAddress());
        forward(client);
      }
    } catch (IOException e) {
      end();
    }
  }

  private void forward(Socket client) throws IOException {
    try {
      Socket node = new Socket(target.host(), target.port());
      sockets.add(node);
      daemon(() -> copy(client, node));
      daemon(() -> copy(node, client));
    } catch (ConnectException e) {
      // The node does not listen yet: its relay lets whoever asks find that out.
      client.close();
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of the two is gone, and the other is closed with it.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    end();
  }

  private void end() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }
}
