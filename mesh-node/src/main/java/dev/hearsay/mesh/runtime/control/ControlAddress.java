package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.Comparator;

/**
 * One control system: where it listens, and the number Pekko drew for it at its start. A control
 * system belongs to one cluster at most in its life, so two member lists that share a control
 * address are views of the same cluster.
 */
public record ControlAddress(HostPort address, long uid) implements Comparable<ControlAddress> {
  private static final Comparator<ControlAddress> ORDER =
      Comparator.comparing(ControlAddress::address).thenComparingLong(ControlAddress::uid);

  @Override
  public int compareTo(ControlAddress other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return address + "#" + Long.toHexString(uid);
  }
}
