package dev.hearsay.mesh;

import java.time.Instant;

/**
 * A value that somebody holds to be true, and how surely.
 *
 * @param confidence from 0 to 1
 * @param author the agent that wrote it
 * @param time the hybrid logical time of the write, to the millisecond
 */
public record Claim<T>(T value, double confidence, String author, Instant time) {}
