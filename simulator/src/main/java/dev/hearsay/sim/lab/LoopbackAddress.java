package dev.hearsay.sim.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses of the lab's nodes. Node i announces 127.0.0.(10+i), where its relay listens, and
 * binds to 127.0.1.(10+i), which is where its own connections come from: so a relay knows who
 * calls. Labs that run at the same time share the addresses and differ in ports.
 */
final class LoopbackAddress {

  /** More nodes do not fit the last byte of the address. */
  static final int NODES_MAX = 200;

  private static final int FIRST = 10;

  private LoopbackAddress() {}

  static InetAddress announced(int node) {
    return address(0, node);
  }

  static InetAddress bound(int node) {
    return address(1, node);
  }

  /** The node that owns an address, or {@link Link#OUTSIDE}. */
  static int nodeOf(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean ours = bytes.length == 4 && bytes[0] == 127 && bytes[1] == 0 && bytes[2] <= 1;
    int node = (bytes[bytes.length - 1] & 0xff) - FIRST;
    return ours && bytes[2] >= 0 && node >= 0 && node < NODES_MAX ? node : Link.OUTSIDE;
  }

  private static InetAddress address(int net, int node) {
    if (node < 0 || node >= NODES_MAX) {
      throw new IllegalArgumentException("node " + node + " is not between 0 and " + NODES_MAX);
    }
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, (byte) net, (byte) (FIRST + node)});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are always an address", e);
    }
  }
}
