package dev.hearsay.mesh;

import java.time.Instant;

/**
 * An entry of a log.
 *
 * @param id names the entry, the same on every node
 * @param author the agent that wrote it
 * @param time the hybrid logical time of the write, to the millisecond
 */
public record LogEntry<T>(String id, T value, String author, Instant time) {}
