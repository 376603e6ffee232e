package dev.hearsay.mesh;

import java.time.Instant;
import java.util.List;

/**
 * One applied change, or one state transfer, as a watcher sees it.
 *
 * @param space the space's name
 * @param author the agent that wrote it; empty for a state transfer
 * @param time the hybrid logical time of the change, to the millisecond
 * @param local true if this node wrote it
 * @param fields names of the fields it touched
 * @param contested names of the registers and maps among them that now hold values written
 *     concurrently where it wrote: nobody's value vanishes without a sign
 * @param snapshot the state right after it
 */
public record SpaceChange(
    String space,
    String author,
    Instant time,
    boolean local,
    List<String> fields,
    List<String> contested,
    Snapshot snapshot) {}
