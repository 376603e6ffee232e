package dev.hearsay.mesh;

/**
 * A space that this node does not exchange with a peer, because the two hold different histories
 * under one writer: most often one of them, or a third, went on from an old image of a running
 * machine. Everything else is exchanged as ever.
 *
 * @param space the space's name
 * @param peer the peer's name; its address while it has not been heard
 * @param address the peer's {@code host:port}
 * @param detail which writers, by their replicas
 * @since 0.1.0
 */
public record Fork(String space, String peer, String address, String detail) {}
