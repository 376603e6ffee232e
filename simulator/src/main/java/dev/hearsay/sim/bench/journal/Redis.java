package dev.hearsay.sim.bench.journal;

import dev.hearsay.sim.bench.BenchFailedException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Redis of its own with {@code appendfsync always}, if {@code redis-server} is on the PATH: so
 * many connections append to a list each, the next value when the last is acknowledged.
 */
final class Redis implements AutoCloseable {
  private static final int START_MILLIS_MAX = 10_000;

  private final @Nullable Process server;
  private final List<Connection> connections;
  private final byte[] value;

  private Redis(@Nullable Process server, List<Connection> connections, byte[] value) {
    this.server = server;
    this.connections = connections;
    this.value = value;
  }

  /** Starts it on a free port of 127.0.0.1; without a {@code redis-server}, nothing. */
  static Redis start(Path directory, int connections, int valueBytes)
      throws IOException, BenchFailedException {
    Path program = program();
    if (program == null) {
      return new Redis(null, List.of(), new byte[0]);
    }
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process server =
        new ProcessBuilder(
                program.toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                directory.toString(),
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--save",
                "")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Redis redis = new Redis(server, new ArrayList<>(), new byte[valueBytes]);
    boolean started = false;
    try {
      for (int i = 0; i < connections; i++) {
        redis.connections.add(connect(server, port, "list-" + i));
      }
      started = true;
      return redis;
    } finally {
      if (!started) {
        redis.close();
      }
    }
  }

  private static @Nullable Path program() {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path program = Path.of(folder, "redis-server");
      if (!folder.isEmpty() && Files.isExecutable(program)) {
        return program;
      }
    }
    return null;
  }

  private static Connection connect(Process server, int port, String key)
      throws IOException, BenchFailedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
    while (true) {
      try {
        return new Connection(new Socket(InetAddress.getLoopbackAddress(), port), key);
      } catch (IOException notYet) {
        if (!server.isAlive() || System.nanoTime() > end) {
          throw new BenchFailedException("redis-server does not start", notYet);
        }
        pause();
      }
    }
  }

  private static void pause() throws BenchFailedException {
    try {
      TimeUnit.MILLISECONDS.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
  }

  boolean isThere() {
    return server != null;
  }

  /** Has all connections write for a while; values a second. */
  double write(int millis) throws BenchFailedException {
    WriteRound round = new WriteRound(connections.size());
    for (Connection connection : connections) {
      Thread writer = new Thread(() -> connection.write(round, value), "redis-" + connection.key);
      writer.setDaemon(true);
      writer.start();
    }
    round.begin();
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      round.stop();
      if (!round.ended().await(Entities.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new BenchFailedException("redis-server does not answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchFailedException("interrupted", e);
    }
    for (Connection connection : connections) {
      IOException failure = connection.failure;
      if (failure != null) {
        throw new BenchFailedException("redis-server failed: " + failure.getMessage(), failure);
      }
    }
    return round.eventsPerSecond();
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.socket.close();
    }
    if (server != null) {
      server.toHandle().destroy();
      try {
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
          server.toHandle().destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Speaks just enough of Redis's protocol to append a value and read the answer. */
  private static final class Connection {
    private final Socket socket;
    private final String key;
    private final InputStream in;
    private final OutputStream out;
    private volatile @Nullable IOException failure;

    Connection(Socket socket, String key) throws IOException {
      this.socket = socket;
      this.key = key;
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
      out = new BufferedOutputStream(socket.getOutputStream());
    }

    void write(WriteRound round, byte[] value) {
      try {
        byte[] head =
            ("*3\r\n$5\r\nRPUSH\r\n$"
                    + key.length()
                    + "\r\n"
                    + key
                    + "\r\n$"
                    + value.length
                    + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        while (!round.isOver()) {
          long start = System.nanoTime();
          out.write(head);
          out.write(value);
          out.write('\r');
          out.write('\n');
          out.flush();
          readInteger();
          round.stored(System.nanoTime() - start);
        }
      } catch (IOException e) {
        failure = e;
      } finally {
        round.ended().countDown();
      }
    }

    private void readInteger() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the connection was closed");
        }
        line.append((char) c);
      }
      if (line.charAt(0) != ':') {
        throw new IOException("it answers " + line.toString().strip());
      }
    }
  }
}
