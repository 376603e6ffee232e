/**
 * Gossip as a pure state machine: messages and ticks in, effects out. No clock, thread, socket or
 * actor inside; time and randomness are arguments, so that what a simulator runs is what runs.
 */
@NullMarked
package dev.hearsay.mesh.gossip;

import org.jspecify.annotations.NullMarked;
