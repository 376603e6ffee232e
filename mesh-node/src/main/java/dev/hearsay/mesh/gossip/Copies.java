package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node that is drained waits for: that others have what it had of its spaces. A node counts
 * when it has said so since the drain began: that it stands exactly there, with the same content,
 * or that it is further, and the hashes of its chains are of what is here. What is remembered of it
 * does not do: it may have had the space removed and be given it back, or run from a disk that was
 * put back. Used by the gossip's thread, but for {@link #close}.
 */
public final class Copies {
  private static final long ASK_AGAIN_MILLIS = 1_000;

  private record Asked(long incarnation, long atMillis) {}

  private volatile Map<String, Message.Row> targets = Map.of();
  private final Map<String, Message.Row> replaced = new HashMap<>();
  private final Map<String, Map<HostPort, Asked>> asked = new HashMap<>();
  private final Map<String, Map<HostPort, Long>> confirmed = new HashMap<>();
  private final Set<String> gone = new HashSet<>();
  private final Map<String, Map<HostPort, Long>> leaving = new HashMap<>();

  /** Who has said that it is further, which says nothing of its branch. */
  private final Map<String, Map<HostPort, Long>> ahead = new HashMap<>();

  private final Map<String, Map<HostPort, BranchCheck>> checks = new HashMap<>();
  private volatile boolean closed;
  private volatile boolean drained;

  /**
   * What is wanted: spaces as they stand. To be called once the gossip has been asked for these
   * copies, and so tells others that this node leaves: what it said before is in that. Thread-safe.
   */
  public void want(Collection<Message.Row> spaces) {
    Map<String, Message.Row> wanted = new TreeMap<>();
    spaces.forEach(row -> wanted.put(row.space(), row));
    targets = wanted;
  }

  /** They were found: this node may go. Thread-safe. */
  public void drained() {
    drained = true;
  }

  boolean isDrained() {
    return drained;
  }

  /** Nobody waits for them any more. Thread-safe. */
  public void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  Collection<Message.Row> targets() {
    return targets.values().stream()
        .filter(target -> !gone.contains(target.space()))
        .map(this::asItIsNow)
        .toList();
  }

  /** Written anew under other dots, or as it was wanted. */
  private Message.Row asItIsNow(Message.Row target) {
    Message.Row now = replaced.getOrDefault(target.space(), target);
    return target.frontier().covers(now.frontier()) ? target : now;
  }

  /** The space was removed here, once a node that may hold it had all of it. */
  void handedOver(String space) {
    gone.add(space);
    forget(space);
  }

  /** What was in the space is in this state now: who had it under its old dots may not have it. */
  void replaced(Message.Row now) {
    replaced.put(now.space(), now);
    forget(now.space());
  }

  /** Whether the peer, the process that runs now, has said that it has all of it. */
  boolean isConfirmed(Message.Row target, Peer peer) {
    BranchCheck check = check(target.space(), peer);
    return target.frontier().isEmpty()
        || isNoted(confirmed, target.space(), peer)
        || (check != null && check.isSame());
  }

  /** Whether it has said, the process that runs now, that it is further. */
  boolean isAhead(String space, Peer peer) {
    return isNoted(ahead, space, peer);
  }

  /** What compares its chains, of the process that runs now; null if nothing does. */
  @Nullable BranchCheck check(String space, Peer peer) {
    BranchCheck check = checks.getOrDefault(space, Map.of()).get(peer.address);
    return check != null && check.isOf(peer) ? check : null;
  }

  void check(String space, Peer peer, BranchCheck check) {
    checks.computeIfAbsent(space, name -> new HashMap<>()).put(peer.address, check);
  }

  private static boolean isNoted(Map<String, Map<HostPort, Long>> notes, String space, Peer peer) {
    Long by = notes.getOrDefault(space, Map.of()).get(peer.address);
    return by != null && by == peer.incarnation;
  }

  private static void note(Map<String, Map<HostPort, Long>> notes, String space, Peer peer) {
    notes.computeIfAbsent(space, name -> new HashMap<>()).put(peer.address, peer.incarnation);
  }

  /** Whether it is time to ask the peer, which counts as done then. */
  boolean ask(String space, Peer peer, long nowMillis) {
    Map<HostPort, Asked> ofSpace = asked.computeIfAbsent(space, name -> new HashMap<>());
    Asked before = ofSpace.get(peer.address);
    if (before != null
        && before.incarnation() == peer.incarnation
        && nowMillis - before.atMillis() < ASK_AGAIN_MILLIS) {
      return false;
    }
    ofSpace.put(peer.address, new Asked(peer.incarnation, nowMillis));
    return true;
  }

  /**
   * The peer says what it has; of one that was not asked, that is of before. One of a version
   * before says that it has what it was asked for, also if it has more, and counts by that.
   */
  void tell(Peer peer, Message.Covered covered) {
    Asked by = asked.getOrDefault(covered.space(), Map.of()).get(peer.address);
    if (by == null || by.incarnation() != peer.incarnation) {
      return;
    }
    Message.Row target = targets.get(covered.space());
    if (target != null && covered.frontier().covers(asItIsNow(target).frontier())) {
      leaving.getOrDefault(covered.space(), new HashMap<>()).remove(peer.address);
      boolean there = covered.frontier().equals(asItIsNow(target).frontier());
      note(there ? confirmed : ahead, covered.space(), peer);
    }
  }

  /** The peer is drained itself, and does not count for as long as it does not say otherwise. */
  void tell(Peer peer, Message.Leaves leaves) {
    if (asked.getOrDefault(leaves.space(), Map.of()).containsKey(peer.address)) {
      note(leaving, leaves.space(), peer);
    }
  }

  /** Whether the peer, the process that runs now, has said so. */
  boolean leaves(String space, Peer peer) {
    return isNoted(leaving, space, peer);
  }

  /** The peer does not have all of it any more. */
  void forget(String space, Peer peer) {
    confirmed.getOrDefault(space, new HashMap<>()).remove(peer.address);
    asked.getOrDefault(space, new HashMap<>()).remove(peer.address);
    ahead.getOrDefault(space, new HashMap<>()).remove(peer.address);
    BranchCheck check = checks.getOrDefault(space, new HashMap<>()).remove(peer.address);
    if (check != null) {
      check.giveUp();
    }
  }

  /** Nobody may have it any more. */
  void forget(String space) {
    confirmed.remove(space);
    asked.remove(space);
    leaving.remove(space);
    ahead.remove(space);
    Map<HostPort, BranchCheck> ofSpace = checks.remove(space);
    if (ofSpace != null) {
      ofSpace.values().forEach(BranchCheck::giveUp);
    }
  }
}
