package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Knows every change that was ever minted and every promise that was made, and compares what nodes
 * show with both.
 */
final class MeshOracle {
  /** A check that did not hold. */
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
      super(message);
    }
  }

  /** One space's history, in the order of minting, which is one of causality. */
  private static final class History {
    final List<EncodedChange> changes = new ArrayList<>();
    final Map<ReplicaId, TreeMap<Long, VersionVector>> pasts = new HashMap<>();
    final Map<VersionVector, Digest> digests = new HashMap<>();
    VersionVector acknowledged = VersionVector.EMPTY;
  }

  private final Map<String, History> histories = new HashMap<>();

  private History history(String space) {
    return histories.computeIfAbsent(space, name -> new History());
  }

  void minted(String space, EncodedChange change, SpaceState after) {
    History history = history(space);
    ReplicaId replica = change.change().replica();
    history.changes.add(change);
    history
        .pasts
        .computeIfAbsent(replica, r -> new TreeMap<>())
        .put(change.last(), after.head(replica).past().toVector());
  }

  void acknowledged(String space, EncodedChange change) {
    History history = history(space);
    history.acknowledged = history.acknowledged.with(change.change().replica(), change.last());
  }

  /** Counts of minted changes, over all spaces. */
  int minted() {
    return histories.values().stream().mapToInt(history -> history.changes.size()).sum();
  }

  /** A frontier must stand at change boundaries and hold everything its changes depend on. */
  void checkCausal(String who, String space, VersionVector frontier) {
    History history = history(space);
    for (int i = 0; i < frontier.size(); i++) {
      TreeMap<Long, VersionVector> pasts = history.pasts.get(frontier.replicaAt(i));
      VersionVector past = pasts == null ? null : pasts.get(frontier.counterAt(i));
      if (past == null) {
        throw new Violation(who + " shows '" + space + "' inside a change: " + frontier);
      }
      if (!frontier.covers(past)) {
        throw new Violation(
            who + " shows '" + space + "' at " + frontier + " without all of " + past);
      }
    }
  }

  /** The content must be what the changes up to the frontier make, and nothing else. */
  void checkContent(String who, String space, VersionVector frontier, Digest digest) {
    Digest expected =
        history(space).digests.computeIfAbsent(frontier, key -> expected(space, frontier));
    if (!digest.equals(expected)) {
      throw new Violation(who + " shows another content of '" + space + "' at " + frontier);
    }
  }

  private Digest expected(String space, VersionVector frontier) {
    SpaceState state = SpaceState.EMPTY;
    for (EncodedChange change : history(space).changes) {
      if (frontier.covers(change.change().replica(), change.last())) {
        state = state.apply(change);
      }
    }
    return state.digest();
  }

  /** What must hold of what a node shows in the end. */
  void checkAll(String who, String space, SpaceState state) {
    checkCausal(who, space, state.frontier());
    checkContent(who, space, state.frontier(), state.digest());
    checkNothingLost(who, space, state.frontier());
  }

  void checkNothingLost(String who, String space, VersionVector frontier) {
    VersionVector acknowledged = history(space).acknowledged;
    if (!frontier.covers(acknowledged)) {
      throw new Violation(
          who
              + " lacks acknowledged changes of '"
              + space
              + "': it is at "
              + frontier
              + ", acknowledged is "
              + acknowledged);
    }
  }
}
