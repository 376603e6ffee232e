package dev.hearsay.mesh.runtime;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Frontier;

/**
 * A write that is durable here.
 *
 * @param frontier what was durable with it
 * @param own its own dot, which whoever has it has all of it and all it depends on; empty if it
 *     wrote nothing
 */
record Minted(Frontier frontier, VersionVector own) {}
