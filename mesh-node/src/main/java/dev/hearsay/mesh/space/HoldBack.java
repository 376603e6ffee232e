package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Changes that wait for what they depend on. Bounded: what does not fit is forgotten, and repair
 * brings it again. Where there is no room, whoever has brought most of what waits gives way to
 * those who have brought less, its newest first: one peer that fills everything with changes whose
 * dependencies never come keeps nobody else out. Each waits for one thing that is missing, and is
 * looked at when that is there: what comes costs no more for all that waits for something else. Not
 * thread-safe.
 */
final class HoldBack {
  /** A change that waits, and who brought it first. */
  static final class Held {
    final EncodedChange change;
    final HostPort from;
    private final long number;

    /** Under which it is found while it waits. */
    private @Nullable Key key;

    /** So many of what it depends on were here when they were last looked for. */
    private int here;

    private Held(EncodedChange change, HostPort from, long number) {
      this.change = change;
      this.from = from;
      this.number = number;
    }

    /** The next dot for which it has to wait; null if there is none. */
    private @Nullable Dot missing(SpaceState head) {
      Change waiting = change.change();
      long known = head.head(waiting.replica()).counter();
      if (waiting.first() != known + 1) {
        return waiting.first() <= known ? null : new Dot(waiting.replica(), waiting.first() - 1);
      }
      VersionVector past = waiting.advances();
      for (; here < past.size(); here++) {
        if (!head.frontier().covers(past.replicaAt(here), past.counterAt(here))) {
          return new Dot(past.replicaAt(here), past.counterAt(here));
        }
      }
      return null;
    }

    private int bytes() {
      return change.sizeBytes();
    }
  }

  /** A dot that something waits for, and the number of what waits. */
  private record Key(Dot dot, long number) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing((Key key) -> key.dot().replica())
            .thenComparingLong(key -> key.dot().counter())
            .thenComparingLong(Key::number);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** What one peer has brought, in that order. */
  private static final class Share {
    final TreeMap<Long, Held> held = new TreeMap<>();
    long bytes;
  }

  /** By replica, and the counter of the first dot. */
  private final TreeMap<ReplicaId, TreeMap<Long, Held>> waiting = new TreeMap<>();

  /** By what each waits for. */
  private final TreeMap<Key, Held> missing = new TreeMap<>();

  /** In the order of the addresses, so that who gives way does not depend on chance. */
  private final TreeMap<HostPort, Share> shares = new TreeMap<>();

  private final int changesMax;
  private final long bytesMax;
  private final Map<HostPort, Integer> dropped = new HashMap<>();
  private int count;
  private long bytes;
  private long numbers;
  private long looks;

  /** No longer among those that wait, and to be looked at. */
  private final Deque<Held> ready = new ArrayDeque<>();

  HoldBack(int changesMax, long bytesMax) {
    this.changesMax = changesMax;
    this.bytesMax = bytesMax;
  }

  int count() {
    return count;
  }

  /** How many wait that the peer has brought. */
  int of(HostPort peer) {
    Share share = shares.get(peer);
    return share == null ? 0 : share.held.size();
  }

  /** How many were forgotten since this was last asked, by who had brought them. */
  Map<HostPort, Integer> takeDropped() {
    if (dropped.isEmpty()) {
      return Map.of();
    }
    Map<HostPort, Integer> taken = Collections.unmodifiableMap(new TreeMap<>(dropped));
    dropped.clear();
    return taken;
  }

  /** Keeps a change that has to wait at that state; false if there is no room for it. */
  boolean add(EncodedChange change, HostPort from, SpaceState head) {
    TreeMap<Long, Held> ofReplica = waiting.get(change.change().replica());
    if (ofReplica != null && ofReplica.containsKey(change.change().first())) {
      return true;
    }
    if (!makeRoom(change.sizeBytes(), from)) {
      dropped.merge(from, 1, Integer::sum);
      return false;
    }
    Held held = new Held(change, from, numbers++);
    put(held, Objects.requireNonNull(held.missing(head)));
    return true;
  }

  private boolean makeRoom(int size, HostPort from) {
    while (count >= changesMax || bytes + size > bytesMax) {
      Share most = giver(size, from);
      if (most == null) {
        return false;
      }
      Held newest = most.held.lastEntry().getValue();
      remove(newest);
      dropped.merge(newest.from, 1, Integer::sum);
    }
    return true;
  }

  /** Who has most of what is short, and has more than the other would have with one more. */
  private @Nullable Share giver(int size, HostPort from) {
    Share own = shares.get(from);
    boolean tooMany = count >= changesMax;
    long with =
        tooMany ? (own == null ? 1 : own.held.size() + 1) : (own == null ? size : own.bytes + size);
    Comparator<Share> byUse =
        Comparator.comparingLong(share -> tooMany ? share.held.size() : share.bytes);
    Share most = shares.values().stream().max(byUse).orElse(null);
    boolean gives = most != null && (tooMany ? most.held.size() : most.bytes) > with;
    return gives ? most : null;
  }

  private static ReplicaId replica(Held held) {
    return held.change.change().replica();
  }

  private static long first(Held held) {
    return held.change.change().first();
  }

  private void put(Held held, Dot waitsFor) {
    Key key = new Key(waitsFor, held.number);
    TreeMap<Long, Held> ofReplica =
        waiting.computeIfAbsent(replica(held), replica -> new TreeMap<>());
    if (ofReplica.putIfAbsent(first(held), held) != null) {
      return; // the same came again while this one was to be looked at
    }
    held.key = key;
    Share share = shares.computeIfAbsent(held.from, peer -> new Share());
    missing.put(key, held);
    share.held.put(held.number, held);
    share.bytes += held.bytes();
    count++;
    bytes += held.bytes();
  }

  private void remove(Held held) {
    Share share = Objects.requireNonNull(shares.get(held.from));
    share.held.remove(held.number);
    share.bytes -= held.bytes();
    if (share.held.isEmpty()) {
      shares.remove(held.from);
    }
    missing.remove(Objects.requireNonNull(held.key));
    TreeMap<Long, Held> ofReplica = Objects.requireNonNull(waiting.get(replica(held)));
    ofReplica.remove(first(held));
    if (ofReplica.isEmpty()) {
      waiting.remove(replica(held));
    }
    count--;
    bytes -= held.bytes();
  }

  /**
   * The replica is known up to there now: what has waited for that, and what is of the replica
   * itself and begins there or before, is to be looked at. Only these are anything else than they
   * were.
   */
  void arrived(ReplicaId replica, long counter) {
    if (count == 0) {
      return;
    }
    Map<Key, Held> unblocked =
        missing.subMap(
            new Key(new Dot(replica, 1), 0),
            /* fromInclusive= */ true,
            new Key(new Dot(replica, counter), Long.MAX_VALUE),
            /* toInclusive= */ true);
    List.copyOf(unblocked.values()).forEach(this::take);
    TreeMap<Long, Held> own = waiting.get(replica);
    if (own != null) {
      List.copyOf(own.headMap(counter, /* inclusive= */ true).values()).forEach(this::take);
    }
  }

  /** All that is known now. */
  void arrived(VersionVector frontier) {
    Set<ReplicaId> concerned = new TreeSet<>(waiting.keySet());
    missing.keySet().forEach(key -> concerned.add(key.dot().replica()));
    for (ReplicaId replica : concerned) {
      long counter = frontier.counter(replica);
      if (counter > 0) {
        arrived(replica, counter);
      }
    }
  }

  private void take(Held held) {
    remove(held);
    ready.addLast(held);
    looks++;
  }

  /** Takes out the next that need not wait any more, as it seems; null if there is none. */
  @Nullable Held poll(SpaceState head) {
    for (Held next = ready.poll(); next != null; next = ready.poll()) {
      Dot missing = next.missing(head);
      if (missing == null) {
        return next;
      }
      put(next, missing);
    }
    return null;
  }

  /**
   * One that was taken out, and has to wait all the same, because what was here is not any more.
   */
  void putBack(Held held, SpaceState head) {
    held.here = 0;
    put(held, Objects.requireNonNull(held.missing(head)));
  }

  /** How often something was looked at. */
  long looks() {
    return looks;
  }
}
