package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ClosedVector;
import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import dev.hearsay.mesh.wire.ClosingTalk;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a peer's closed vectors, and what is on its way from it. Not thread-safe. */
final class PeerClosings {
  /** Closed vectors that are on their way from one peer; what is not asked for is said again. */
  static final int INCOMING_MAX = 8;

  /** Most spaces of which a peer is to be told something. */
  static final int UNSAID_MAX = 10_000;

  private static final long INCOMING_MILLIS = 5_000;

  /** To be said to the peer, and again until it says that it holds it, each time later. */
  static final class Saying {
    private static final long PAUSE_MILLIS = 2_000;
    private static final long PAUSE_MILLIS_MAX = 10 * 60_000;

    private long dueMillis = Long.MIN_VALUE;
    private long pauseMillis = PAUSE_MILLIS;

    /** Whether it is time to say it, once more. */
    boolean isDue(long nowMillis) {
      if (nowMillis < dueMillis) {
        return false;
      }
      dueMillis = nowMillis + pauseMillis;
      pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
      return true;
    }
  }

  /** A closed vector on its way, in ascending pieces. */
  static final class Incoming {
    final Digest hash;
    final Digest base;
    long sinceMillis;
    private final VersionVector below;
    private ReplicaId[] replicas = new ReplicaId[0];
    private long[] counters = new long[0];
    private int total;

    Incoming(Digest hash, Digest base, VersionVector below, long nowMillis) {
      this.hash = hash;
      this.base = base;
      this.below = below;
      this.sinceMillis = nowMillis;
    }

    int size() {
      return counters.length;
    }

    ClosingTalk.Ask ask() {
      return new ClosingTalk.Ask(hash, base, size());
    }

    /** Whether that is what comes next. */
    boolean isNext(ClosingTalk.Tell tell) {
      return tell.hash().equals(hash) && tell.base().equals(base) && tell.from() == size();
    }

    /**
     * Takes the next piece.
     *
     * @return the whole, once it is here
     * @throws RejectedException {@code MALFORMED} if it is not what its hash says; {@code
     *     LIMIT_EXCEEDED}
     */
    Optional<ClosedVector> add(ClosingTalk.Tell tell, long nowMillis) {
      if ((long) tell.total() + below.size() > Peer.FRONTIER_REPLICAS_MAX) {
        throw new RejectedException(
            RejectedException.Reason.LIMIT_EXCEEDED,
            "a closed vector of " + tell.total() + " entries beyond " + below.size());
      }
      VersionVector more = tell.entries();
      int at = size();
      if (at == 0) {
        total = tell.total();
      }
      if (tell.total() != total || more.size() > total - at) {
        throw RejectedException.malformed("a closed vector with more entries than it said");
      }
      if (at > 0 && replicas[at - 1].compareTo(more.replicaAt(0)) >= 0) {
        throw RejectedException.malformed("a closed vector that is not in ascending order");
      }
      replicas = Arrays.copyOf(replicas, at + more.size());
      counters = Arrays.copyOf(counters, at + more.size());
      for (int i = 0; i < more.size(); i++) {
        replicas[at + i] = more.replicaAt(i);
        counters[at + i] = more.counterAt(i);
      }
      sinceMillis = nowMillis;
      if (size() < tell.total()) {
        return Optional.empty();
      }
      ClosedVector whole =
          ClosedVector.of(below.join(VersionVector.ofAscending(replicas, counters)));
      if (!whole.hash().equals(hash)) {
        throw RejectedException.malformed("a closed vector that is not what its hash says");
      }
      return Optional.of(whole);
    }
  }

  /** By space: one that the peer holds and this node too, the last that it told. */
  final Map<String, ClosedVector> held = new HashMap<>();

  /** Spaces of which the peer is to be told the closed vector. */
  final Map<String, Saying> unsaid = new LinkedHashMap<>();

  /** Something is to be said of the space; false if there is no room for it. */
  boolean say(String space) {
    if (unsaid.size() >= UNSAID_MAX && !unsaid.containsKey(space)) {
      return false;
    }
    unsaid.computeIfAbsent(space, name -> new Saying());
    return true;
  }

  /** By space: what is asked for. */
  final Map<String, Incoming> incoming = new LinkedHashMap<>();

  private long toldMillis = Long.MIN_VALUE;
  private int told;

  /**
   * The piece that is asked for; null if there is none.
   *
   * @param base the one that the asker holds, if it is known here
   */
  static ClosingTalk.@Nullable Tell tell(
      ClosingTalk.Ask ask, ClosedVector vector, @Nullable ClosedVector base) {
    // Of a base that is not known here, or not below, nothing can be left out: then it is all told,
    // as if from none, which the asker notices.
    VersionVector rest = vector.vector();
    Digest beyond = Digest.ZERO;
    int from = ask.base().equals(Digest.ZERO) ? ask.from() : 0;
    if (base != null && vector.vector().covers(base.vector())) {
      rest = rest.beyond(base.vector());
      beyond = base.hash();
      from = ask.from();
    }
    if (from >= rest.size()) {
      return null;
    }
    int to = Math.min(rest.size(), from + ClosingTalk.ENTRIES_MAX);
    return new ClosingTalk.Tell(ask.hash(), beyond, rest.size(), from, rest.slice(from, to));
  }

  /** Whether a piece may be told to it now: so many a second. */
  boolean mayTell(int most, long nowMillis) {
    if (toldMillis == Long.MIN_VALUE || nowMillis - toldMillis >= 1_000) {
      toldMillis = nowMillis;
      told = 0;
    }
    return told++ < most;
  }

  /** Gives up what does not come; whether the peer is to be told anything. */
  boolean hasToSay(long nowMillis) {
    if (!incoming.isEmpty()) {
      incoming.values().removeIf(each -> nowMillis - each.sinceMillis > INCOMING_MILLIS);
    }
    return !unsaid.isEmpty();
  }

  /** The peer is another process. */
  void clear() {
    held.clear();
    unsaid.clear();
    incoming.clear();
  }

  void closed(String space) {
    held.remove(space);
    unsaid.remove(space);
    incoming.remove(space);
  }
}
