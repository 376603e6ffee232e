package dev.hearsay.sim.lab;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.ObjLongConsumer;

/** A connection from one node to another, in two pipes. Used by the relays' own thread only. */
final class RelayConnection {

  private final Link opened;
  private final SocketChannel client;
  private final SocketChannel server;
  private final SelectionKey clientKey;
  private final SelectionKey serverKey;
  private final RelayPipe forward;
  private final RelayPipe backward;
  private final ObjLongConsumer<Link> meter;
  private boolean connected;

  /**
   * Takes over both channels.
   *
   * @param opened from the node that opened the connection to the one that accepts it
   * @param client accepted from the one
   * @param server connecting to the other
   * @param meter told how many bytes passed along which link
   */
  RelayConnection(
      Link opened,
      SocketChannel client,
      SocketChannel server,
      Selector selector,
      ObjLongConsumer<Link> meter)
      throws IOException {
    this.opened = opened;
    this.client = client;
    this.server = server;
    this.meter = meter;
    this.forward = new RelayPipe(opened, client, server);
    this.backward = new RelayPipe(new Link(opened.to(), opened.from()), server, client);
    this.clientKey = client.register(selector, 0, this);
    this.serverKey = server.register(selector, SelectionKey.OP_CONNECT, this);
  }

  Link opened() {
    return opened;
  }

  /** Stops or resumes the bytes that travel along a link, whoever opened the connection. */
  void freeze(Link link, boolean frozen) throws IOException {
    for (RelayPipe pipe : new RelayPipe[] {forward, backward}) {
      if (pipe.link().equals(link)) {
        pipe.freeze(frozen);
      }
    }
    if (connected) {
      pump();
    }
  }

  /** Does what is possible after the selector reported one of the channels. */
  void ready() throws IOException {
    if (!connected) {
      if (!server.finishConnect()) {
        return;
      }
      connected = true;
    }
    pump();
  }

  boolean isOpen() {
    return client.isOpen();
  }

  void close() {
    clientKey.cancel();
    serverKey.cancel();
    closeQuietly(client);
    closeQuietly(server);
  }

  private void pump() throws IOException {
    meter.accept(forward.link(), forward.pump());
    meter.accept(backward.link(), backward.pump());
    if (forward.isDone() && backward.isDone()) {
      close();
      return;
    }
    clientKey.interestOps(forward.sourceInterest() | backward.sinkInterest());
    serverKey.interestOps(backward.sourceInterest() | forward.sinkInterest());
  }

  /** Closing a socket that already failed may fail again; there is nothing left to save. */
  static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      assert !channel.isOpen();
    }
  }
}
