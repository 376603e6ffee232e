package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;

/**
 * A state on its way in.
 *
 * @param elements that are durable here, of this attempt
 * @param elementsTotal that it has
 * @param bytes that have come
 * @param bytesTotal about how many it has
 * @param waiting whether it waits for others to end
 * @param millis since it began
 */
public record TransferView(
    String space,
    HostPort from,
    long elements,
    long elementsTotal,
    long bytes,
    long bytesTotal,
    boolean waiting,
    long millis) {
  @Override
  public String toString() {
    return String.format(
        "space '%s': %,d of %,d elements, %,d of about %,d bytes, %.1f s%s",
        space,
        elements,
        elementsTotal,
        bytes,
        bytesTotal,
        millis / 1_000.0,
        waiting ? ", waiting for others" : "");
  }
}
