package dev.hearsay.sim.sessions;

/**
 * An assistant's wish to use a tool. The id ties the tool's answer to it; recordings may use an id
 * again later in the same session.
 */
public record ToolCall(String id, String name, String arguments) {}
