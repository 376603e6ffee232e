package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaHead;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The links of every replica's chain of changes that are known here: by them another branch under
 * one replica is told from a continuation, also where the changes themselves are no longer held.
 * Bounded: beyond {@link #LINKS_MAX}, and one for each replica, every second link of the older half
 * of the longest chains is forgotten, so that what is recent is known exactly, and the past at ever
 * wider steps. Not thread-safe.
 */
final class Chains {
  /** Most links of a space, of 32 bytes each. */
  static final int LINKS_MAX = 65_536;

  /**
   * One change of a chain.
   *
   * @param first counter of its first dot; 0 if only its end is known
   * @param last counter of its last dot
   * @param hash of its bytes
   * @param time packed; 0 if not known
   */
  record Link(long first, long last, long hash, long time) {}

  private static final class Chain {
    private static final int WIDTH = 4;
    private long[] numbers = new long[2 * WIDTH];
    private int size;

    void add(Link link) {
      if (size * WIDTH == numbers.length) {
        numbers = Arrays.copyOf(numbers, numbers.length * 2);
      }
      int at = size++ * WIDTH;
      numbers[at] = link.first();
      numbers[at + 1] = link.last();
      numbers[at + 2] = link.hash();
      numbers[at + 3] = link.time();
    }

    Link get(int index) {
      int at = index * WIDTH;
      return new Link(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]);
    }

    long last(int index) {
      return numbers[index * WIDTH + 1];
    }

    /** Index of the first link that ends at or after the counter; the size if there is none. */
    int ceiling(long counter) {
      if (size > 0 && counter >= last(size - 1)) {
        // Most are asked for where the chain ends.
        return counter == last(size - 1) ? size - 1 : size;
      }
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (last(middle) < counter) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    int thin() {
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (i >= size / 2 || i % 2 == 1) {
          System.arraycopy(numbers, i * WIDTH, numbers, kept++ * WIDTH, WIDTH);
        }
      }
      int forgotten = size - kept;
      size = kept;
      return forgotten;
    }
  }

  private final Map<ReplicaId, Chain> chains = new HashMap<>();
  private int links;
  private long steps;

  void add(EncodedChange change) {
    add(
        change.change().replica(),
        new Link(
            change.change().first(),
            change.last(),
            change.hash(),
            change.change().time().packed()));
  }

  /** The end of a replica's chain, as a state brings it. */
  void add(ReplicaId replica, ReplicaHead head) {
    add(replica, new Link(0, head.counter(), head.hash(), 0));
  }

  private void add(ReplicaId replica, Link link) {
    Chain chain = chains.computeIfAbsent(replica, r -> new Chain());
    if (chain.size > 0 && chain.last(chain.size - 1) >= link.last()) {
      return;
    }
    chain.add(link);
    if (++links - chains.size() >= LINKS_MAX) {
      thinLongest();
    }
  }

  /** Makes so much room at once that looking for the longest among all is seldom needed. */
  private void thinLongest() {
    while (links - chains.size() > LINKS_MAX - LINKS_MAX / 8) {
      int longest = 0;
      for (Chain chain : chains.values()) {
        longest = Math.max(longest, chain.size);
      }
      steps += chains.size();
      if (longest < 2) {
        return;
      }
      for (Chain chain : chains.values()) {
        if (chain.size >= 2 && 2 * chain.size >= longest) {
          links -= chain.thin();
        }
      }
    }
  }

  /** How many chains were looked at for the longest. */
  long steps() {
    return steps;
  }

  /** Forgets what a replica's chain was beyond that counter. */
  void cut(ReplicaId replica, long beyond) {
    Chain chain = chains.get(replica);
    if (chain != null) {
      int left = chain.ceiling(beyond + 1);
      links -= chain.size - left;
      chain.size = left;
      if (left == 0) {
        chains.remove(replica);
      }
    }
  }

  void clear() {
    chains.clear();
    links = 0;
  }

  /** The link that ends there; null if none is known to. */
  @Nullable Link at(ReplicaId replica, long last) {
    Chain chain = chains.get(replica);
    if (chain == null) {
      return null;
    }
    int index = chain.ceiling(last);
    return index < chain.size && chain.last(index) == last ? chain.get(index) : null;
  }

  /**
   * Whether the replica's chain, where a change with that hash ends at that counter, is certainly
   * another than the one known here.
   */
  boolean contradicts(ReplicaId replica, long last, long hash) {
    Chain chain = chains.get(replica);
    if (chain == null) {
      return false;
    }
    int index = chain.ceiling(last);
    if (index == chain.size) {
      return false;
    }
    Link link = chain.get(index);
    return link.last() == last ? link.hash() != hash : link.first() > 0 && link.first() <= last;
  }

  /** The first links that end beyond the counter, up to and including {@code upTo}. */
  List<Link> beyond(ReplicaId replica, long counter, long upTo, int linksMax) {
    List<Link> found = new ArrayList<>();
    Chain chain = chains.get(replica);
    if (chain != null) {
      for (int i = chain.ceiling(counter + 1); i < chain.size && found.size() < linksMax; i++) {
        if (chain.last(i) > upTo) {
          break;
        }
        found.add(chain.get(i));
      }
    }
    return found;
  }

  /**
   * Refuses a diff of which something certainly belongs to another branch than what is known here.
   *
   * @throws RejectedException {@code FORKED}
   */
  void requireOneHistory(StateDiff diff) {
    diff.baseHashes()
        .forEach((replica, hash) -> requireOneHistory(replica, diff.base().counter(replica), hash));
    diff.heads()
        .forEach((replica, theirs) -> requireOneHistory(replica, theirs.counter(), theirs.hash()));
  }

  private void requireOneHistory(ReplicaId replica, long counter, long hash) {
    if (contradicts(replica, counter, hash)) {
      throw new RejectedException(
          RejectedException.Reason.FORKED,
          "replica " + replica + " has two histories at " + counter);
    }
  }

  /** What is known of the chains at the base of a diff of that state, to be compared there. */
  SortedMap<ReplicaId, Long> hashesAtBase(SpaceState state, VersionVector base) {
    SortedMap<ReplicaId, Long> hashes = new TreeMap<>();
    for (int i = 0; i < base.size(); i++) {
      ReplicaId replica = base.replicaAt(i);
      Link link = at(replica, base.counterAt(i));
      if (link != null && state.head(replica).counter() > base.counterAt(i)) {
        hashes.put(replica, link.hash());
      }
    }
    return hashes;
  }

  /**
   * Refuses a change that is not later than what it depends on, as far as that is known: without
   * this, neither the latest write nor the order of a log would be one of causality.
   *
   * @throws RejectedException {@code MALFORMED}
   */
  void requireLaterThanItsPast(EncodedChange encoded) {
    Change change = encoded.change();
    requireLater(change, change.replica(), change.first() - 1);
    for (int i = 0; i < change.advances().size(); i++) {
      requireLater(change, change.advances().replicaAt(i), change.advances().counterAt(i));
    }
  }

  private void requireLater(Change change, ReplicaId replica, long counter) {
    Link link = counter == 0 ? null : at(replica, counter);
    if (link != null && link.time() >= change.time().packed()) {
      throw RejectedException.malformed(
          "its time "
              + change.time()
              + " is not later than that of "
              + new Dot(replica, counter)
              + ", which it depends on");
    }
  }
}
