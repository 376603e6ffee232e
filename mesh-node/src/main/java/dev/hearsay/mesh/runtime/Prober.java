package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tries whether addresses accept connections, outside of the transport: after a cut that dropped
 * packets, the transport's own connection waits for the kernel's retransmission, and as long as
 * something is sent on it, it is never replaced. A fresh connection gets through at once.
 */
final class Prober implements AutoCloseable {
  private static final int CONNECT_MILLIS_MAX = 500;

  private final ExecutorService threads;
  private final String bindHost;
  private final Consumer<HostPort> accepts;
  private final Set<HostPort> underWay = ConcurrentHashMap.newKeySet();

  /**
   * @param bindHost the address to connect from, as the transport does
   * @param accepts told of an address that accepts
   */
  Prober(String bindHost, Consumer<HostPort> accepts) {
    this.bindHost = bindHost;
    this.accepts = accepts;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            4,
            4,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(1_000),
            task -> {
              Thread thread = new Thread(task, "hearsay-probe");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  void probe(HostPort address) {
    if (underWay.add(address)) {
      try {
        threads.execute(() -> run(address));
      } catch (RejectedExecutionException e) {
        // Too many at once, or closed: the next probe of the address is not held up by this one.
        underWay.remove(address);
      }
    }
  }

  private void run(HostPort address) {
    try {
      if (connects(address)) {
        accepts.accept(address);
      }
    } finally {
      underWay.remove(address);
    }
  }

  private boolean connects(HostPort address) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(bindHost, 0));
      socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS_MAX);
      return true;
    } catch (IOException e) {
      // The answer, not a failure: the address cannot be reached now.
      return false;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
