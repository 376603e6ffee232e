package dev.hearsay.mesh.runtime.control;

import java.util.Comparator;

/**
 * A host name or literal address, and a TCP port. Port 0 stands for "any free port" where a system
 * binds, and is refused on the wire. Ordered by host, then port, the same on every node.
 */
public record HostPort(String host, int port) implements Comparable<HostPort> {
  private static final int HOST_LENGTH_MAX = 255;
  private static final Comparator<HostPort> ORDER =
      Comparator.comparing(HostPort::host).thenComparingInt(HostPort::port);

  /**
   * @throws IllegalArgumentException if the host is empty, too long or holds a character that no
   *     host name or address has, or if the port is outside 0..65535
   */
  public HostPort {
    if (host.isEmpty() || host.length() > HOST_LENGTH_MAX) {
      throw new IllegalArgumentException("host must have 1 to 255 characters: " + quote(host));
    }
    for (int i = 0; i < host.length(); i++) {
      if (!mayStandInHost(host.charAt(i))) {
        throw new IllegalArgumentException("not a host name or address: " + quote(host));
      }
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535: " + port);
    }
  }

  /**
   * Reads {@code host:port}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("expected host:port, not " + quote(text));
    }
    String digits = text.substring(colon + 1);
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("expected host:port, not " + quote(text));
    }
    return new HostPort(text.substring(0, colon), Integer.parseInt(digits));
  }

  private static boolean mayStandInHost(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '-'
        || c == '_'
        || c == ':'
        || c == '['
        || c == ']'
        || c == '%';
  }

  private static String quote(String text) {
    return '"' + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + '"';
  }

  @Override
  public int compareTo(HostPort other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
