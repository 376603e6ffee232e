package dev.hearsay.mesh.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of hosts by name, found out away from whoever asks: a resolver may take many
 * seconds to answer, most of all while the network is cut. Meanwhile the address that a host had
 * last is good enough to be tried. Bounded. Thread-safe.
 */
final class HostNames implements AutoCloseable {
  /** Finds the address of a host; may block. */
  interface Lookup {
    InetAddress find(String host) throws UnknownHostException;
  }

  /** For so long nothing is looked up again. */
  static final long FRESH_MILLIS = 1_000;

  static final int LOOKUPS_MAX = 8;
  private static final int HOSTS_MAX = 4_096;

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  /**
   * What was found out.
   *
   * @param address null if it never had one
   */
  private record Known(@Nullable InetAddress address, long atMillis) {}

  private final Lookup lookup;
  private final LongSupplier millis;
  private final ThreadPoolExecutor threads;
  private final Map<String, Known> known = new LinkedHashMap<>();
  private final Set<String> underWay = new HashSet<>();

  /**
   * Of a resolver.
   *
   * @param millis the time, in milliseconds of a clock that does not jump
   */
  HostNames(Lookup lookup, LongSupplier millis) {
    this.lookup = lookup;
    this.millis = millis;
    this.threads =
        new ThreadPoolExecutor(
            LOOKUPS_MAX,
            LOOKUPS_MAX,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(HOSTS_MAX),
            task -> {
              Thread thread = new Thread(task, "hearsay-names");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The address of the host as it is known now; does not block.
   *
   * @param found called, on another thread, once it is known, if that has to be found out first
   * @return null if it is not known
   */
  @Nullable InetAddress known(String host, Runnable found) {
    if (isLiteral(host)) {
      return literal(host);
    }
    @Nullable Known last;
    boolean isDue;
    synchronized (this) {
      last = known.get(host);
      isDue =
          (last == null || millis.getAsLong() - last.atMillis() >= FRESH_MILLIS)
              && underWay.add(host);
    }
    InetAddress address = last == null ? null : last.address();
    if (isDue) {
      lookUp(host, address, address == null ? found : () -> {});
    }
    return address;
  }

  private void lookUp(String host, @Nullable InetAddress last, Runnable found) {
    try {
      threads.execute(() -> finish(host, last, found));
    } catch (RejectedExecutionException e) {
      // Too many at once, or closed: whoever asks later is not held up by this.
      end(host, last);
    }
  }

  private void finish(String host, @Nullable InetAddress last, Runnable found) {
    InetAddress address = null;
    try {
      address = lookup.find(host);
    } catch (UnknownHostException e) {
      // The answer, not a failure: what is known of it stays, and it is asked again.
    } finally {
      end(host, address == null ? last : address);
    }
    if (address != null) {
      found.run();
    }
  }

  private synchronized void end(String host, @Nullable InetAddress address) {
    underWay.remove(host);
    known.put(host, new Known(address, millis.getAsLong()));
    if (known.size() > HOSTS_MAX) {
      known.remove(known.keySet().iterator().next());
    }
  }

  /** Whether it is an address as it stands, which no resolver is asked about. */
  private static boolean isLiteral(String host) {
    char first = host.charAt(0);
    return IPV4.matcher(host).matches()
        || first == '['
        || (host.indexOf(':') >= 0 && (first == ':' || Character.digit(first, 16) >= 0));
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return null; // it only looks like one, and nobody can be there
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
