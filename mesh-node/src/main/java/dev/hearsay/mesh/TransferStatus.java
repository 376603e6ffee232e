package dev.hearsay.mesh;

import java.time.Duration;

/**
 * A state of a space on its way in, because this node lacks more than its peers hold one by one.
 *
 * @param from {@code host:port} of the sender
 * @param elements that are durable here; nobody sees them before all have come
 * @param elementsTotal that are to come; where a transfer was resumed, from there on
 * @param bytes that have come
 * @param bytesTotal about how many are to come
 * @param waiting whether it waits for other transfers to end
 * @param since how long it has been under way
 * @since 0.1.0
 */
public record TransferStatus(
    String space,
    String from,
    long elements,
    long elementsTotal,
    long bytes,
    long bytesTotal,
    boolean waiting,
    Duration since) {}
