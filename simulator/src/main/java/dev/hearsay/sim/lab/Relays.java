package dev.hearsay.sim.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * TCP relays in front of all nodes of a lab. Each listens on a node's announced address and
 * forwards to the address that the node binds, on the same port; who calls is known by the source
 * address. Single directions between nodes can be cut and healed.
 *
 * <p>One thread moves all bytes; memory is bounded by two {@link RelayPipe#BUFFER_BYTES} for each
 * connection. Thread-safe.
 */
public final class Relays implements Site {

  /** Below the range from which the kernel picks ports of outgoing connections. */
  static final int PORT_MIN = 20_000;

  static final int PORT_MAX = 32_000;
  private static final int PORT_TRIES_MAX = 200;
  private static final long ORDER_CHECK_MILLIS = 100;

  private final Selector selector;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
  private final Map<Link, LongAdder> bytes = new ConcurrentHashMap<>();

  // Below: the relay thread's own.
  private final Map<Link, CutMode> cuts = new HashMap<>();
  private final Set<RelayConnection> connections = new HashSet<>();
  private boolean closed;

  public Relays() throws IOException {
    selector = Selector.open();
    thread = new Thread(this::run, "relays");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Listens in front of a node on a port that is free on both of its addresses.
   *
   * @return the port, which the node is to bind on its own address
   */
  @Override
  public int listen(int node) throws IOException {
    for (int attempt = 0; attempt < PORT_TRIES_MAX; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
      // Whoever holds the announced port owns the bound one, too: other labs draw again.
      ServerSocketChannel announced = tryBind(LoopbackAddress.announced(node), port);
      if (announced == null) {
        continue;
      }
      ServerSocketChannel probe = tryBind(LoopbackAddress.bound(node), port);
      if (probe == null) {
        announced.close();
        continue;
      }
      probe.close();
      announced.configureBlocking(false);
      InetSocketAddress target = new InetSocketAddress(LoopbackAddress.bound(node), port);
      order(() -> register(announced, new Listener(announced, node, target)));
      return port;
    }
    throw new IOException(
        "no free port on "
            + LoopbackAddress.announced(node).getHostAddress()
            + " after "
            + PORT_TRIES_MAX
            + " tries");
  }

  @Override
  public String announcedHost(int node) {
    return LoopbackAddress.announced(node).getHostAddress();
  }

  @Override
  public String boundHost(int node) {
    return LoopbackAddress.bound(node).getHostAddress();
  }

  @Override
  public List<String> commandPrefix(int node) {
    return List.of();
  }

  /**
   * Cuts one direction. A link that is already cut takes the new mode. Returns when in force.
   *
   * @throws IllegalArgumentException if it is from a node to itself, over which nothing goes
   */
  public void cut(Link link, CutMode mode) {
    if (link.from() == link.to()) {
      throw new IllegalArgumentException("a node has no link to itself: " + link);
    }
    order(
        () -> {
          cuts.put(link, mode);
          for (RelayConnection connection : List.copyOf(connections)) {
            if (mode == CutMode.CLOSE && connection.opened().equals(link)) {
              drop(connection);
            } else {
              setFrozen(connection, link, mode == CutMode.FREEZE);
            }
          }
        });
  }

  /** Heals one direction. Returns when in force. */
  public void heal(Link link) {
    order(
        () -> {
          cuts.remove(link);
          for (RelayConnection connection : List.copyOf(connections)) {
            setFrozen(connection, link, false);
          }
        });
  }

  /** How many bytes have passed along a link so far. */
  public long bytesPassed(Link link) {
    LongAdder sum = bytes.get(link);
    return sum == null ? 0 : sum.sum();
  }

  /** How many bytes have passed along all links so far. */
  public long bytesPassed() {
    return bytes.values().stream().mapToLong(LongAdder::sum).sum();
  }

  @Override
  public void close() {
    order(() -> closed = true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable ServerSocketChannel tryBind(InetAddress address, int port)
      throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(address, port));
      return channel;
    } catch (IOException taken) {
      channel.close();
      return null;
    }
  }

  /** Runs on the relay thread; returns when done. */
  private void order(Order order) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    orders.add(
        () -> {
          try {
            order.run();
            done.complete(null);
          } catch (IOException e) {
            done.completeExceptionally(e);
          }
        });
    selector.wakeup();
    while (thread.isAlive()) {
      try {
        done.get(ORDER_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        // The thread may have ended before it saw the order: look again.
      } catch (ExecutionException e) {
        throw new IllegalStateException("the relays failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid()) {
            serve(key);
          }
        }
        selector.selectedKeys().clear();
        for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
          order.run();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the relays' selector failed", e);
    } finally {
      closeAll();
    }
  }

  private void serve(SelectionKey key) {
    if (key.attachment() instanceof Listener listener) {
      accept(listener);
    } else if (key.attachment() instanceof RelayConnection connection) {
      try {
        connection.ready();
      } catch (IOException broken) {
        // One side went away: tell the other by closing, as a wire would.
        connection.close();
      }
      if (!connection.isOpen()) {
        connections.remove(connection);
      }
    }
  }

  private void accept(Listener listener) {
    SocketChannel client = null;
    SocketChannel server = null;
    try {
      client = listener.channel().accept();
      if (client == null) {
        return;
      }
      client.configureBlocking(false);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      int caller =
          LoopbackAddress.nodeOf(((InetSocketAddress) client.getRemoteAddress()).getAddress());
      Link link = new Link(caller, listener.node());
      if (cuts.get(link) == CutMode.CLOSE) {
        // Zero linger resets the connection: the nearest a relay comes to refusing it.
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();
        return;
      }
      server = SocketChannel.open();
      server.configureBlocking(false);
      server.setOption(StandardSocketOptions.TCP_NODELAY, true);
      RelayConnection connection =
          new RelayConnection(
              link,
              client,
              server,
              selector,
              (along, count) -> bytes.computeIfAbsent(along, l -> new LongAdder()).add(count));
      connections.add(connection);
      for (Map.Entry<Link, CutMode> cut : cuts.entrySet()) {
        if (cut.getValue() == CutMode.FREEZE) {
          connection.freeze(cut.getKey(), true);
        }
      }
      if (server.connect(listener.target())) {
        connection.ready();
      }
    } catch (IOException e) {
      // The node behind is down: its caller sees the connection end.
      if (client != null) {
        RelayConnection.closeQuietly(client);
      }
      if (server != null) {
        RelayConnection.closeQuietly(server);
      }
      connections.removeIf(connection -> !connection.isOpen());
    }
  }

  private void register(ServerSocketChannel channel, Listener listener) throws IOException {
    channel.register(selector, SelectionKey.OP_ACCEPT, listener);
  }

  private void setFrozen(RelayConnection connection, Link link, boolean frozen) {
    try {
      connection.freeze(link, frozen);
    } catch (IOException broken) {
      drop(connection);
    }
    if (!connection.isOpen()) {
      connections.remove(connection);
    }
  }

  private void drop(RelayConnection connection) {
    connection.close();
    connections.remove(connection);
  }

  private void closeAll() {
    for (RelayConnection connection : new ArrayList<>(connections)) {
      drop(connection);
    }
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the relays could not be closed", e);
    }
  }

  private record Listener(ServerSocketChannel channel, int node, InetSocketAddress target) {}

  @FunctionalInterface
  private interface Order {
    void run() throws IOException;
  }
}
