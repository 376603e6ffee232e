package dev.hearsay.crdt.value;

/**
 * What atoms of a field are stored under: a {@link Value} in sets, maps and registers, a key of
 * their own in counters and logs. Keys have equality by content and are immutable.
 */
public interface Key {}
