package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * For each origin, the links over which its changes are passed on at once (Leitão et al. 2007, with
 * an eager set per origin, and per placement, instead of one for all). Bounded: the origin that was
 * not heard of for the longest time is forgotten, and starts anew. Not thread-safe.
 */
final class Trees {
  /** Most origins. */
  static final int ORIGINS_MAX = 10_000;

  /**
   * Changes that go the same way: of one origin, in spaces that may be on the same nodes.
   *
   * @param scope where these spaces live
   */
  private record Key(ReplicaId origin, Placement scope) {}

  /** The links of one origin, for spaces that are placed alike. */
  static final class Tree {
    /** Where the spaces live. */
    final Placement scope;

    /** Peers to whom changes of the origin are pushed. */
    final Set<HostPort> eager;

    /** Whether the origin is this node. */
    final boolean own;

    /** Whether it was planted while its writer was expected to send to all. */
    final boolean direct;

    /** Who last brought something new of the origin. */
    @Nullable HostPort parent;

    /** Peers that were told to stop, and when. */
    final Map<HostPort, Long> prunedMillis = new HashMap<>();

    Tree(Placement scope, Set<HostPort> eager, boolean own, boolean direct) {
      this.scope = scope;
      this.eager = new HashSet<>(eager);
      this.own = own;
      this.direct = direct;
    }
  }

  private final Map<Key, Tree> trees;

  Trees(Traffic traffic) {
    trees =
        new BoundedMap<>(
            ORIGINS_MAX, /* accessOrder= */ true, () -> traffic.forgot(Bound.TREES, 1));
  }

  @Nullable Tree get(Placement scope, ReplicaId origin) {
    return trees.get(new Key(origin, scope));
  }

  /** A new one in the place of what there was. */
  Tree plant(Placement scope, ReplicaId origin, Set<HostPort> eager, boolean own, boolean direct) {
    Tree tree = new Tree(scope, eager, own, direct);
    trees.put(new Key(origin, scope), tree);
    return tree;
  }

  void forEach(Consumer<Tree> action) {
    trees.values().forEach(action);
  }
}
