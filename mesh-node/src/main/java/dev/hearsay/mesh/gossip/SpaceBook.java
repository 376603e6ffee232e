package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The spaces held here: their durable frontiers and digests, and the sum of it all. */
final class SpaceBook {
  /** Most names of unknown spaces that are remembered. */
  private static final int MENTIONED_MAX = 100_000;

  private final TreeMap<String, Message.Row> rows = new TreeMap<>();
  private final Map<String, Set<HostPort>> mentioned = new HashMap<>();
  private final Set<String> moved = new LinkedHashSet<>();
  private final Map<String, VersionVector> told = new HashMap<>();
  private final Map<Integer, Set<String>> byBucket = new HashMap<>();
  private final BucketTree sums = new BucketTree();

  boolean isOpen(String space) {
    return rows.containsKey(space);
  }

  Message.@Nullable Row row(String space) {
    return rows.get(space);
  }

  List<Message.Row> rows() {
    return List.copyOf(rows.values());
  }

  /** The durable frontier; empty if the space is not open. */
  VersionVector frontier(String space) {
    Message.Row row = rows.get(space);
    return row == null ? VersionVector.EMPTY : row.frontier();
  }

  void forEach(BiConsumer<String, Message.Row> action) {
    rows.forEach(action);
  }

  int size() {
    return rows.size();
  }

  /** The rows of one bucket, by name. */
  List<Message.Row> rowsIn(int bucket) {
    List<Message.Row> found = new ArrayList<>();
    byBucket.getOrDefault(bucket, Set.of()).forEach(space -> found.add(requireRow(space)));
    return found;
  }

  private Message.Row requireRow(String space) {
    return Objects.requireNonNull(rows.get(space), space);
  }

  /** Sum over the spaces; equal on two nodes if all their spaces are. */
  Digest total() {
    return sums.total();
  }

  /** What the sum is made of. */
  BucketTree sums() {
    return sums;
  }

  /** Returns the peers that have spoken of the space before it was open here. */
  Set<HostPort> opened(String space, VersionVector frontier, Digest digest) {
    published(space, frontier, digest);
    Set<HostPort> by = mentioned.remove(space);
    return by == null ? Set.of() : by;
  }

  void published(String space, VersionVector frontier, Digest digest) {
    Message.Row row = new Message.Row(space, frontier, digest);
    Message.Row before = rows.put(space, row);
    int bucket = BucketTree.bucketOf(space);
    if (before == null) {
      byBucket.computeIfAbsent(bucket, number -> new TreeSet<>()).add(space);
    }
    sums.replace(bucket, before == null ? Digest.ZERO : weight(before), weight(row));
    moved.add(space);
  }

  /** The space is not here any more. */
  void closed(String space) {
    Message.Row row = rows.remove(space);
    if (row != null) {
      int bucket = BucketTree.bucketOf(space);
      byBucket.getOrDefault(bucket, new TreeSet<>()).remove(space);
      sums.replace(bucket, weight(row), Digest.ZERO);
      moved.remove(space);
      told.remove(space);
    }
  }

  /** The space holds another state than before, whose frontier may be lower. */
  void replaced(String space, VersionVector frontier, Digest digest) {
    told.remove(space);
    published(space, frontier, digest);
  }

  /** The name spreads the digest, so that two spaces with swapped contents do not cancel out. */
  private static Digest weight(Message.Row row) {
    long high = row.digest().high();
    long low = row.digest().low();
    long name = row.space().hashCode() * 0x9E3779B97F4A7C15L;
    return new Digest(BucketTree.mix(high ^ name), BucketTree.mix(low + name));
  }

  /** A peer has spoken of a space that is not open here. */
  void mention(String space, HostPort by) {
    if (mentioned.size() < MENTIONED_MAX || mentioned.containsKey(space)) {
      mentioned.computeIfAbsent(space, name -> new LinkedHashSet<>()).add(by);
    }
  }

  /**
   * Rows that fit one message, of spaces that moved since they were last taken; of each frontier
   * only what moved.
   */
  List<Message.FrontierRow> takeMoved(RowLimits limits) {
    List<Message.FrontierRow> taken = new ArrayList<>();
    long bytes = 0;
    Iterator<String> each = moved.iterator();
    while (each.hasNext() && limits.hasRoom(taken.size(), bytes)) {
      String space = each.next();
      each.remove();
      VersionVector frontier = frontier(space);
      VersionVector before = told.put(space, frontier);
      VersionVector advances = before == null ? frontier : advances(frontier, before);
      if (!advances.isEmpty()) {
        taken.add(new Message.FrontierRow(space, advances));
        bytes += RowLimits.bytes(space, advances);
      }
    }
    return taken;
  }

  private static VersionVector advances(VersionVector frontier, VersionVector before) {
    VersionVector advances = VersionVector.EMPTY;
    for (int i = 0; i < frontier.size(); i++) {
      if (!before.covers(frontier.replicaAt(i), frontier.counterAt(i))) {
        advances = advances.with(frontier.replicaAt(i), frontier.counterAt(i));
      }
    }
    return advances;
  }

  /** Dots that those frontiers lack of ours, and that ours lack of those. */
  long[] lag(Map<String, VersionVector> theirs) {
    long behind = 0;
    long ahead = 0;
    for (Message.Row row : rows.values()) {
      VersionVector frontier = theirs.getOrDefault(row.space(), VersionVector.EMPTY);
      behind += row.frontier().missingFrom(frontier);
      ahead += frontier.missingFrom(row.frontier());
    }
    return new long[] {behind, ahead};
  }
}
