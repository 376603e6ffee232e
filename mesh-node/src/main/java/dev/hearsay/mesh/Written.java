package dev.hearsay.mesh;

import java.time.Instant;

/**
 * A value with the write that it came from.
 *
 * @param author the agent that wrote it
 * @param time the hybrid logical time of the write, to the millisecond
 */
public record Written<T>(T value, String author, Instant time) {}
