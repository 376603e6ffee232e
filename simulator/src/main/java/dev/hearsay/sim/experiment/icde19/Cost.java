package dev.hearsay.sim.experiment.icde19;

/**
 * What a run cost.
 *
 * @param elements that crossed a link, each crossing counted
 * @param metadata entries of vectors, names and sequence numbers that crossed a link
 * @param floor elements if each crossed a spanning tree once
 */
public record Cost(
    String topology, String load, String protocol, long elements, long metadata, long floor) {}
