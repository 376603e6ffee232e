package dev.hearsay.sim.experiment.live;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was measured in one run.
 *
 * @param world where it was
 * @param seed of the run
 * @param changes that clients made
 * @param agreeMillis from the end of the faults until the last change had come to the last node
 * @param load what all nodes sent while clients wrote and things went wrong, by kind of message
 * @param heal what they sent from then on until all were found equal
 * @param rest what they sent while nobody wrote
 * @param restSeconds how long they were watched then; 0 if they were not
 * @param relayedBytes what passed the relays until all were found equal, in all connections between
 *     the nodes, their membership's too; 0 where there are none
 */
record Reading(
    World world,
    long seed,
    long changes,
    double agreeMillis,
    SortedMap<String, Sent> load,
    SortedMap<String, Sent> heal,
    SortedMap<String, Sent> rest,
    double restSeconds,
    long relayedBytes) {

  /** Where it was. */
  enum World {
    /** Processes over relays. */
    REAL,
    /** Virtual time. */
    VIRTUAL
  }

  /** So many messages, of so many bytes together. */
  record Sent(long messages, long bytes) {
    static final Sent NOTHING = new Sent(0, 0);

    Sent plus(Sent more) {
      return new Sent(messages + more.messages, bytes + more.bytes);
    }
  }

  Reading {
    load = Collections.unmodifiableSortedMap(new TreeMap<>(load));
    heal = Collections.unmodifiableSortedMap(new TreeMap<>(heal));
    rest = Collections.unmodifiableSortedMap(new TreeMap<>(rest));
  }

  /** The same, with what the relays passed. */
  Reading relayed(long bytes) {
    return new Reading(world, seed, changes, agreeMillis, load, heal, rest, restSeconds, bytes);
  }

  /** Of all kinds. */
  static Sent sum(SortedMap<String, Sent> kinds) {
    return kinds.values().stream().reduce(Sent.NOTHING, Sent::plus);
  }
}
