package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries whether addresses accept connections, outside of the transport: after a cut that dropped
 * packets, the transport's own connection waits for the kernel's retransmission, and as long as
 * something is sent on it, it is never replaced. A fresh connection gets through at once.
 *
 * <p>One thread waits for all connections that are under way, so that addresses from which nothing
 * ever comes back do not keep others waiting. Thread-safe.
 */
final class Prober implements AutoCloseable {
  /** A connection that nobody has accepted by then is given up. */
  static final int CONNECT_MILLIS_MAX = 500;

  /**
   * Connections under way at the same time; more wait. As many addresses as a node keeps, and none
   * of them answers: then each is tried every second.
   */
  static final int CONNECTIONS_MAX = 512;

  private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
  private static final int UNDER_WAY_MAX = 4_096;
  private static final long CLOSE_MILLIS_MAX = 1_000;

  private record Target(HostPort address, InetSocketAddress resolved) {}

  private record Connection(HostPort address, SocketChannel channel, long deadlineMillis) {}

  private final InetSocketAddress from;
  private final Consumer<HostPort> accepts;
  private final HostNames names;
  private final int connectionsMax;
  private final LongSupplier millis;

  /** Those that wait, and those that are tried. */
  private final Set<HostPort> underWay = ConcurrentHashMap.newKeySet();

  private final Queue<Target> waiting = new ConcurrentLinkedQueue<>();

  /** In the order in which they were begun; of the thread alone. */
  private final Set<Connection> connections = new LinkedHashSet<>();

  private volatile int connecting;
  private volatile boolean closed;
  private @Nullable Selector selector;
  private @Nullable Thread thread;

  /**
   * With the resolver and the clock of this machine.
   *
   * @param bindHost the address to connect from, as the transport does
   * @param accepts told of an address that accepts, on any thread; must not block
   */
  Prober(String bindHost, Consumer<HostPort> accepts) {
    this(
        bindHost,
        accepts,
        new HostNames(InetAddress::getByName, NodeContext::steadyMillis),
        CONNECTIONS_MAX,
        NodeContext::steadyMillis);
  }

  /**
   * As {@link #Prober(String, Consumer)}.
   *
   * @param names are closed with it
   * @param connectionsMax under way at the same time
   * @param millis the time, in milliseconds of a clock that does not jump
   */
  Prober(
      String bindHost,
      Consumer<HostPort> accepts,
      HostNames names,
      int connectionsMax,
      LongSupplier millis) {
    this.from = new InetSocketAddress(bindHost, 0);
    this.accepts = accepts;
    this.names = names;
    this.connectionsMax = connectionsMax;
    this.millis = millis;
  }

  /** Tries the address, unless that is under way; does not block. */
  void probe(HostPort address) {
    InetAddress known = names.known(address.host(), () -> probe(address));
    if (known != null && underWay.size() < UNDER_WAY_MAX && underWay.add(address)) {
      waiting.add(new Target(address, new InetSocketAddress(known, address.port())));
      wake();
    }
  }

  /** How many connections are under way. */
  int connecting() {
    return connecting;
  }

  private synchronized void wake() {
    if (closed) {
      return;
    }
    if (selector != null) {
      selector.wakeup();
      return;
    }
    try {
      Selector opened = Selector.open();
      Thread started = new Thread(() -> run(opened), "hearsay-probe");
      started.setDaemon(true);
      selector = opened;
      thread = started;
      started.start();
    } catch (IOException e) {
      LOG.warn("silent peers cannot be probed now: {}", e.getMessage());
      forgetAll();
    }
  }

  private void run(Selector opened) {
    try {
      while (!closed) {
        beginWaiting(opened);
        opened.select(key -> answered((Connection) key.attachment()), pauseMillis());
        giveUp();
      }
    } catch (IOException e) {
      LOG.warn("the probing of silent peers failed, and begins anew: {}", e.getMessage());
    } finally {
      end(opened);
    }
  }

  private void end(Selector opened) {
    List.copyOf(connections).forEach(this::end);
    try {
      opened.close();
    } catch (IOException e) {
      LOG.warn("a selector of sockets could not be closed: {}", e.getMessage());
    }
    synchronized (this) {
      selector = null;
      thread = null;
      forgetAll();
    }
  }

  private void forgetAll() {
    waiting.clear();
    underWay.clear();
  }

  private void beginWaiting(Selector opened) {
    while (connections.size() < connectionsMax) {
      Target next = waiting.poll();
      if (next == null) {
        return;
      }
      begin(next, opened);
    }
  }

  private void begin(Target target, Selector opened) {
    SocketChannel channel = null;
    boolean accepted = false;
    boolean pending = false;
    try {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.bind(from);
      accepted = channel.connect(target.resolved());
      if (!accepted) {
        Connection begun =
            new Connection(target.address(), channel, millis.getAsLong() + CONNECT_MILLIS_MAX);
        channel.register(opened, SelectionKey.OP_CONNECT, begun);
        connections.add(begun);
        connecting = connections.size();
        pending = true;
      }
    } catch (IOException | IllegalArgumentException e) {
      // The answer, not a failure: the address cannot be reached now, or is none of this family.
    } finally {
      if (!pending) {
        end(target.address(), channel);
      }
    }
    if (accepted) {
      accepts.accept(target.address());
    }
  }

  private void answered(Connection connection) {
    boolean accepted = false;
    try {
      accepted = connection.channel().finishConnect();
    } catch (IOException e) {
      // As above: refused, or out of reach.
    }
    end(connection);
    if (accepted) {
      accepts.accept(connection.address());
    }
  }

  /** Until the next of them is given up, or for ever; at most that, since the clock is not ours. */
  private long pauseMillis() {
    if (connections.isEmpty()) {
      return 0;
    }
    long left = connections.iterator().next().deadlineMillis() - millis.getAsLong();
    return Math.min(CONNECT_MILLIS_MAX, Math.max(1, left));
  }

  private void giveUp() {
    Iterator<Connection> oldest = connections.iterator();
    while (oldest.hasNext()) {
      Connection connection = oldest.next();
      if (connection.deadlineMillis() > millis.getAsLong()) {
        return;
      }
      oldest.remove();
      end(connection);
    }
  }

  private void end(Connection connection) {
    connections.remove(connection);
    connecting = connections.size();
    end(connection.address(), connection.channel());
  }

  private void end(HostPort address, @Nullable SocketChannel channel) {
    underWay.remove(address);
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debug("a probe of {} could not be closed: {}", address, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    names.close();
    @Nullable Thread last;
    synchronized (this) {
      closed = true;
      last = thread;
      if (selector != null) {
        selector.wakeup();
      }
    }
    if (last == null) {
      return;
    }
    try {
      last.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
