package dev.hearsay.crdt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything a change depended on: a version vector of which a space keeps one for each of its
 * replicas. Most of these are all but equal, because a start of a node makes a replica that has
 * seen what the last one had, and so they share what they have in common: a persistent tree by the
 * bits of the replica (Bagwell 2001), eight ways, with up to {@value #LEAF_MAX} entries in a leaf.
 * Without that, the pasts of a space would grow with the square of such starts. Immutable.
 */
public final class Past {
  private static final int LEAF_MAX = 32;
  private static final int WAYS = 8;
  private static final long[] NONE = new long[0];
  private static final Leaf EMPTY_LEAF = new Leaf(NONE, NONE);

  /** Of nothing. */
  public static final Past EMPTY = new Past(EMPTY_LEAF);

  /** Called with an entry. */
  public interface Visitor {
    void visit(ReplicaId replica, long counter);
  }

  private abstract static class Node {
    final int size;

    Node(int size) {
      this.size = size;
    }
  }

  /** Ascending as unsigned numbers, as replicas are. */
  private static final class Leaf extends Node {
    final long[] ids;
    final long[] counters;

    Leaf(long[] ids, long[] counters) {
      super(ids.length);
      this.ids = ids;
      this.counters = counters;
    }
  }

  private static final class Inner extends Node {
    final Node[] children;

    Inner(Node[] children) {
      super(sum(children));
      this.children = children;
    }

    private static int sum(Node[] children) {
      int sum = 0;
      for (Node child : children) {
        sum += child.size;
      }
      return sum;
    }
  }

  private final Node root;

  private Past(Node root) {
    this.root = root;
  }

  /** The same entries, which share nothing yet. */
  public static Past of(VersionVector vector) {
    long[] ids = new long[vector.size()];
    long[] counters = new long[vector.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = vector.replicaAt(i).value();
      counters[i] = vector.counterAt(i);
    }
    return ids.length == 0 ? EMPTY : new Past(build(ids, counters, 0, ids.length, 0));
  }

  /** How many replicas have an entry. */
  public int size() {
    return root.size;
  }

  /** The highest counter of the replica; 0 if it has none. */
  public long counter(ReplicaId replica) {
    long id = replica.value();
    Node node = root;
    for (int depth = 0; node instanceof Inner inner; depth++) {
      node = inner.children[way(id, depth)];
    }
    Leaf leaf = (Leaf) node;
    int index = indexOf(leaf.ids, id);
    return index >= 0 ? leaf.counters[index] : 0;
  }

  public boolean covers(ReplicaId replica, long counter) {
    return counter(replica) >= counter;
  }

  public boolean covers(Dot dot) {
    return covers(dot.replica(), dot.counter());
  }

  /** This with the replica's counter raised to at least {@code counter}. */
  public Past with(ReplicaId replica, long counter) {
    return covers(replica, counter)
        ? this
        : edited(new long[] {replica.value()}, new long[] {counter});
  }

  /** The least that covers both. */
  public Past join(VersionVector other) {
    if (other.isEmpty()) {
      return this;
    }
    long[] ids = new long[other.size()];
    long[] counters = new long[other.size()];
    int size = 0;
    for (int i = 0; i < ids.length; i++) {
      if (!covers(other.replicaAt(i), other.counterAt(i))) {
        ids[size] = other.replicaAt(i).value();
        counters[size++] = other.counterAt(i);
      }
    }
    return size == 0 ? this : edited(Arrays.copyOf(ids, size), Arrays.copyOf(counters, size));
  }

  /**
   * With other counters for some replicas.
   *
   * @param ids ascending as unsigned numbers
   * @param counters of each; 0 takes the entry away
   */
  public Past edited(long[] ids, long[] counters) {
    return ids.length == 0 ? this : new Past(edit(root, ids, counters, 0, ids.length, 0));
  }

  /** The same entries, in the nodes of the other where the two are equal. */
  public Past sharing(Past other) {
    Node shared = share(root, other.root);
    return shared == root ? this : new Past(shared);
  }

  /** Calls with the entries here that are another there, and with 0 for those that are not here. */
  public void forEachDifference(Past other, Visitor visitor) {
    differences(root, other.root, visitor);
  }

  /** Of a frontier, the entries that are beyond this, without those of one replica. */
  public VersionVector beyond(VersionVector frontier, ReplicaId except) {
    long[] ids = new long[frontier.size()];
    long[] counters = new long[frontier.size()];
    int size = 0;
    for (int i = 0; i < ids.length; i++) {
      ReplicaId replica = frontier.replicaAt(i);
      if (!replica.equals(except) && !covers(replica, frontier.counterAt(i))) {
        ids[size] = replica.value();
        counters[size++] = frontier.counterAt(i);
      }
    }
    return VersionVector.ofAscending(Arrays.copyOf(ids, size), Arrays.copyOf(counters, size));
  }

  public VersionVector toVector() {
    Leaf all = flat(root);
    return VersionVector.ofAscending(all.ids, all.counters);
  }

  private static int way(long id, int depth) {
    return (int) (id >>> (61 - 3 * depth)) & (WAYS - 1);
  }

  /** −1 − where it would be if it is not there. */
  private static int indexOf(long[] ids, long id) {
    int from = 0;
    int to = ids.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      int order = Long.compareUnsigned(ids[middle], id);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return -1 - from;
  }

  private static Node build(long[] ids, long[] counters, int from, int to, int depth) {
    if (from == to) {
      return EMPTY_LEAF;
    }
    if (to - from <= LEAF_MAX) {
      return new Leaf(Arrays.copyOfRange(ids, from, to), Arrays.copyOfRange(counters, from, to));
    }
    Node[] children = new Node[WAYS];
    int next = from;
    for (int way = 0; way < WAYS; way++) {
      int begin = next;
      while (next < to && way(ids[next], depth) == way) {
        next++;
      }
      children[way] = build(ids, counters, begin, next, depth + 1);
    }
    return new Inner(children);
  }

  private static Node edit(Node node, long[] ids, long[] counters, int from, int to, int depth) {
    if (from == to) {
      return node;
    }
    if (node instanceof Leaf leaf) {
      return edit(leaf, ids, counters, from, to, depth);
    }
    Node[] children = ((Inner) node).children.clone();
    int next = from;
    for (int way = 0; way < WAYS; way++) {
      int begin = next;
      while (next < to && way(ids[next], depth) == way) {
        next++;
      }
      children[way] = edit(children[way], ids, counters, begin, next, depth + 1);
    }
    return new Inner(children);
  }

  private static Node edit(Leaf leaf, long[] ids, long[] counters, int from, int to, int depth) {
    long[] mergedIds = new long[leaf.size + to - from];
    long[] merged = new long[mergedIds.length];
    int size = 0;
    int mine = 0;
    int next = from;
    while (mine < leaf.size || next < to) {
      int order =
          mine == leaf.size ? 1 : next == to ? -1 : Long.compareUnsigned(leaf.ids[mine], ids[next]);
      long counter = order < 0 ? leaf.counters[mine] : counters[next];
      mergedIds[size] = order < 0 ? leaf.ids[mine] : ids[next];
      merged[size] = counter;
      size += counter == 0 ? 0 : 1;
      mine += order <= 0 ? 1 : 0;
      next += order >= 0 ? 1 : 0;
    }
    if (size == leaf.size && Arrays.equals(mergedIds, 0, size, leaf.ids, 0, size)) {
      return new Leaf(leaf.ids, Arrays.copyOf(merged, size));
    }
    return build(mergedIds, merged, 0, size, depth);
  }

  private static Node share(Node node, Node other) {
    if (node == other || node.size == 0) {
      return node;
    }
    if (node instanceof Leaf mine && other instanceof Leaf theirs) {
      boolean equal =
          Arrays.equals(mine.ids, theirs.ids) && Arrays.equals(mine.counters, theirs.counters);
      return equal ? theirs : mine;
    }
    if (!(node instanceof Inner mine && other instanceof Inner theirs)) {
      return node;
    }
    Node[] children = new Node[WAYS];
    boolean all = true;
    boolean none = true;
    for (int way = 0; way < WAYS; way++) {
      children[way] = share(mine.children[way], theirs.children[way]);
      all &= children[way] == theirs.children[way];
      none &= children[way] == mine.children[way];
    }
    return all ? theirs : none ? mine : new Inner(children);
  }

  private static void differences(Node node, Node other, Visitor visitor) {
    if (node == other) {
      return;
    }
    if (node instanceof Inner mine && other instanceof Inner theirs) {
      for (int way = 0; way < WAYS; way++) {
        differences(mine.children[way], theirs.children[way], visitor);
      }
      return;
    }
    Leaf mine = flat(node);
    Leaf theirs = flat(other);
    int i = 0;
    int j = 0;
    while (i < mine.size || j < theirs.size) {
      int order =
          i == mine.size
              ? 1
              : j == theirs.size ? -1 : Long.compareUnsigned(mine.ids[i], theirs.ids[j]);
      if (order > 0) {
        visitor.visit(new ReplicaId(theirs.ids[j]), 0);
      } else if (order < 0 || mine.counters[i] != theirs.counters[j]) {
        visitor.visit(new ReplicaId(mine.ids[i]), mine.counters[i]);
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
  }

  /** All entries below the node. */
  private static Leaf flat(Node node) {
    if (node instanceof Leaf leaf) {
      return leaf;
    }
    Leaf all = new Leaf(new long[node.size], new long[node.size]);
    fill(node, all, 0);
    return all;
  }

  private static int fill(Node node, Leaf into, int from) {
    int at = from;
    if (node instanceof Inner inner) {
      for (Node child : inner.children) {
        at = fill(child, into, at);
      }
      return at;
    }
    Leaf leaf = (Leaf) node;
    System.arraycopy(leaf.ids, 0, into.ids, at, leaf.size);
    System.arraycopy(leaf.counters, 0, into.counters, at, leaf.size);
    return at + leaf.size;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Past that) || that.size() != size()) {
      return false;
    }
    boolean[] differs = new boolean[1];
    forEachDifference(that, (replica, counter) -> differs[0] = true);
    return !differs[0];
  }

  @Override
  public int hashCode() {
    return toVector().hashCode();
  }

  @Override
  public String toString() {
    return toVector().toString();
  }
}
