package dev.hearsay.mesh.space;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes that wait for what they depend on. Bounded: what does not fit is forgotten, and repair
 * brings it again. Where there is no room, whoever has brought most of what waits gives way to
 * those who have brought less, its newest first: one peer that fills everything with changes whose
 * dependencies never come keeps nobody else out. Not thread-safe.
 */
final class HoldBack {
  /** A change that waits, and who brought it first. */
  static final class Held {
    final EncodedChange change;
    final HostPort from;
    private final long number;

    private Held(EncodedChange change, HostPort from, long number) {
      this.change = change;
      this.from = from;
      this.number = number;
    }

    private int bytes() {
      return change.sizeBytes();
    }
  }

  /** What one peer has brought, in that order. */
  private static final class Share {
    final TreeMap<Long, Held> held = new TreeMap<>();
    long bytes;
  }

  private final TreeMap<ReplicaId, TreeMap<Long, Held>> waiting = new TreeMap<>();

  /** In the order of the addresses, so that who gives way does not depend on chance. */
  private final TreeMap<HostPort, Share> shares = new TreeMap<>();

  private final int changesMax;
  private final long bytesMax;
  private final Map<HostPort, Integer> dropped = new HashMap<>();
  private int count;
  private long bytes;
  private long numbers;

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

  /** False if there is no room for it. */
  boolean add(EncodedChange change, HostPort from) {
    TreeMap<Long, Held> ofReplica = waiting.get(change.change().replica());
    if (ofReplica != null && ofReplica.containsKey(change.change().first())) {
      return true;
    }
    if (!makeRoom(change.sizeBytes(), from)) {
      dropped.merge(from, 1, Integer::sum);
      return false;
    }
    put(new Held(change, from, numbers++));
    return true;
  }

  private boolean makeRoom(int size, HostPort from) {
    while (count >= changesMax || bytes + size > bytesMax) {
      Share most = giver(size, from);
      if (most == null) {
        return false;
      }
      Held newest = most.held.lastEntry().getValue();
      Objects.requireNonNull(waiting.get(replica(newest))).remove(first(newest));
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

  private void put(Held held) {
    waiting.computeIfAbsent(replica(held), replica -> new TreeMap<>()).put(first(held), held);
    Share share = shares.computeIfAbsent(held.from, peer -> new Share());
    share.held.put(held.number, held);
    share.bytes += held.bytes();
    count++;
    bytes += held.bytes();
  }

  /** One that is not among those of its replica any more. */
  private void remove(Held held) {
    Share share = Objects.requireNonNull(shares.get(held.from));
    share.held.remove(held.number);
    share.bytes -= held.bytes();
    if (share.held.isEmpty()) {
      shares.remove(held.from);
    }
    TreeMap<Long, Held> ofReplica = waiting.get(replica(held));
    if (ofReplica != null && ofReplica.isEmpty()) {
      waiting.remove(replica(held));
    }
    count--;
    bytes -= held.bytes();
  }

  /** Takes out the first waiting change of every replica: the only ones that may be ready. */
  List<Held> takeFirsts() {
    List<Held> firsts = new ArrayList<>(waiting.size());
    for (TreeMap<Long, Held> ofReplica : List.copyOf(waiting.values())) {
      Held first = ofReplica.pollFirstEntry().getValue();
      remove(first);
      firsts.add(first);
    }
    return firsts;
  }

  /** One that was taken out, and still has to wait: its room is still its own. */
  void putBack(Held held) {
    put(held);
  }
}
