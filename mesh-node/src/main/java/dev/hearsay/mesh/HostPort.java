package dev.hearsay.mesh;

import java.util.regex.Pattern;

/**
 * A network address.
 *
 * @param host name or address; IPv6 literals in brackets
 * @param port 1 to 65535, or 0 for any free one where that makes sense
 */
public record HostPort(String host, int port) implements Comparable<HostPort> {
  private static final int HOST_CHARS_MAX = 255;
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  public HostPort {
    if (host.isBlank()
        || host.length() > HOST_CHARS_MAX
        || host.chars().anyMatch(c -> c <= ' ' || c == '@' || c == '/')) {
      throw new HearsayException(ErrorCode.INVALID_ADDRESS, "not a host name: '" + host + "'");
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
