package dev.hearsay.mesh;

import java.util.regex.Pattern;

/**
 * A network address. Ordered by host, then port, the same on every node.
 *
 * @param host name or address; IPv6 literals in brackets
 * @param port 1 to 65535, or 0 for any free one where that makes sense
 */
public record HostPort(String host, int port) implements Comparable<HostPort> {
  private static final int HOST_CHARS_MAX = 255;

  /** What host names and literal addresses have; it stands in the paths of actors as it is. */
  private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9._:\\[\\]%-]+");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  public HostPort {
    if (host.length() > HOST_CHARS_MAX || !HOST.matcher(host).matches()) {
      String shown = host.length() <= 80 ? host : host.substring(0, 80) + "…";
      throw new HearsayException(ErrorCode.INVALID_ADDRESS, "not a host name: '" + shown + "'");
    }
    if (port < 0 || port > 65_535) {
      throw new HearsayException(
          ErrorCode.INVALID_ADDRESS, "port " + port + " is not between 0 and 65535");
    }
  }

  /**
   * Reads {@code host:port}.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_ADDRESS}
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0 && PORT.matcher(text.substring(colon + 1)).matches()) {
      return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
    throw new HearsayException(
        ErrorCode.INVALID_ADDRESS,
        "'" + text + "' is not an address: write host:port, for example 127.0.0.1:7401");
  }

  @Override
  public int compareTo(HostPort other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
