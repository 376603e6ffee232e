package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Placement;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The spaces here: their durable frontiers and digests, and the sums of it all. Spaces that are
 * placed alike share a tree of sums, and what may be compared with a peer is the sum of the trees
 * of placements that allow it: a space that moves costs one tree its three additions, whatever
 * peers there are. Spaces that may not be held here are in no tree. Not thread-safe.
 */
final class SpaceBook {
  /** Most names of unknown spaces that are remembered. */
  private static final int MENTIONED_MAX = 100_000;

  private final TreeMap<String, Message.Row> rows = new TreeMap<>();
  private final Map<String, Set<HostPort>> mentioned = new HashMap<>();
  private final Set<String> moved = new LinkedHashSet<>();
  private final Set<String> stirred = new LinkedHashSet<>();
  private final Map<String, VersionVector> told = new HashMap<>();
  private final Map<Integer, Set<String>> byBucket = new HashMap<>();
  private final Placements placements;

  /** By placement, the sums of the spaces that may be held here. */
  private final Map<Placement, Alike> alike = new LinkedHashMap<>();

  /** By space, where its row is summed up. */
  private final Map<String, Alike> filed = new HashMap<>();

  /** Spaces of one placement. */
  private static final class Alike {
    final Placement placement;
    final BucketTree sums = new BucketTree();
    final Set<String> names = new TreeSet<>();

    Alike(Placement placement) {
      this.placement = placement;
    }
  }

  SpaceBook(Placements placements) {
    this.placements = placements;
  }

  /** Whether it is here and may be. */
  boolean isOpen(String space) {
    return filed.containsKey(space);
  }

  /** Whether it is here, also if it may not be any more. */
  boolean isHere(String space) {
    return rows.containsKey(space);
  }

  /** Those that are here and may not be any more. */
  List<Message.Row> leaving() {
    if (rows.size() == filed.size()) {
      return List.of();
    }
    return rows.values().stream()
        .filter(row -> placements.of(row.space()) != null && !filed.containsKey(row.space()))
        .toList();
  }

  Message.@Nullable Row row(String space) {
    return rows.get(space);
  }

  void forEach(BiConsumer<String, Message.Row> action) {
    rows.forEach(action);
  }

  private List<Alike> shared(Peer peer) {
    List<Alike> shared = new ArrayList<>();
    for (Alike group : alike.values()) {
      if (Placements.compares(group.placement, peer)) {
        shared.add(group);
      }
    }
    return shared;
  }

  /** Those that the peer may hold as well. */
  List<Message.Row> rows(Peer peer) {
    List<Message.Row> shared = new ArrayList<>();
    for (Alike group : shared(peer)) {
      group.names.forEach(space -> shared.add(requireRow(space)));
    }
    return shared;
  }

  /** The durable frontier; empty if the space is not open. */
  VersionVector frontier(String space) {
    Message.Row row = rows.get(space);
    return row == null ? VersionVector.EMPTY : row.frontier();
  }

  /** How many spaces the peer may hold as well. */
  int size(Peer peer) {
    return shared(peer).stream().mapToInt(group -> group.names.size()).sum();
  }

  /** The rows of one bucket, by name, as far as the peer may hold the spaces. */
  List<Message.Row> rowsIn(Peer peer, int bucket) {
    List<Message.Row> found = new ArrayList<>();
    for (String space : byBucket.getOrDefault(bucket, Set.of())) {
      Alike group = filed.get(space);
      if (group != null && Placements.compares(group.placement, peer)) {
        found.add(requireRow(space));
      }
    }
    return found;
  }

  private Message.Row requireRow(String space) {
    return Objects.requireNonNull(rows.get(space), space);
  }

  /** Sum over the spaces that both may hold; equal on both sides if all of these are. */
  Digest total(Peer peer) {
    Digest total = Digest.ZERO;
    for (Alike group : shared(peer)) {
      total = total.plus(group.sums.total());
    }
    return total;
  }

  /** The sum of each group of buckets. */
  List<Digest> groupSums(Peer peer) {
    Digest[] sums = zeros();
    shared(peer).forEach(group -> group.sums.addGroups(sums));
    return List.of(sums);
  }

  /** The sum of each bucket of a group. */
  List<Digest> bucketSums(Peer peer, int group) {
    Digest[] sums = zeros();
    shared(peer).forEach(each -> each.sums.addBuckets(group, sums));
    return List.of(sums);
  }

  private static Digest[] zeros() {
    Digest[] sums = new Digest[Message.GROUPS];
    Arrays.fill(sums, Digest.ZERO);
    return sums;
  }

  /** The peers that have spoken of the space before it was open here; they are forgotten. */
  Set<HostPort> takeMentions(String space) {
    Set<HostPort> by = mentioned.remove(space);
    return by == null ? Set.of() : by;
  }

  void published(String space, VersionVector frontier, Digest digest) {
    Message.Row row = new Message.Row(space, frontier, digest);
    Message.Row before = rows.put(space, row);
    int bucket = BucketTree.bucketOf(space);
    if (before == null) {
      byBucket.computeIfAbsent(bucket, number -> new TreeSet<>()).add(space);
      file(row);
    } else {
      Alike group = filed.get(space);
      if (group != null) {
        group.sums.replace(bucket, weight(before), weight(row));
      }
    }
    moved.add(space);
    stirred.add(space);
  }

  /** Somebody has more of the space than was known. */
  void stir(String space) {
    stirred.add(space);
  }

  /** Whatever is known of any space may have changed. */
  void stirAll() {
    stirred.addAll(rows.keySet());
  }

  /** Spaces in which somebody has more than when they were last taken. */
  List<String> takeStirred(int most) {
    List<String> taken = new ArrayList<>();
    Iterator<String> each = stirred.iterator();
    while (each.hasNext() && taken.size() < most) {
      taken.add(each.next());
      each.remove();
    }
    return taken;
  }

  /** The placement of the space has become known, or has changed. */
  void placed(String space) {
    Message.Row row = rows.get(space);
    if (row != null) {
      unfile(row);
      file(row);
      // Who may hold it now was perhaps not told before.
      told.remove(space);
      moved.add(space);
      stirred.add(space);
    }
  }

  /** The space is not here any more. */
  void closed(String space) {
    Message.Row row = rows.get(space);
    if (row != null) {
      unfile(row);
      rows.remove(space);
      told.remove(space);
      moved.remove(space);
      int bucket = BucketTree.bucketOf(space);
      Set<String> inBucket = byBucket.getOrDefault(bucket, new TreeSet<>());
      inBucket.remove(space);
      if (inBucket.isEmpty()) {
        byBucket.remove(bucket);
      }
    }
  }

  private void file(Message.Row row) {
    Placement placement = placements.of(row.space());
    if (placement != null && placements.mayHold(row.space())) {
      Alike group = alike.computeIfAbsent(placement, Alike::new);
      group.sums.replace(BucketTree.bucketOf(row.space()), Digest.ZERO, weight(row));
      group.names.add(row.space());
      filed.put(row.space(), group);
    }
  }

  private void unfile(Message.Row row) {
    Alike group = filed.remove(row.space());
    if (group != null) {
      group.sums.replace(BucketTree.bucketOf(row.space()), weight(row), Digest.ZERO);
      group.names.remove(row.space());
      if (group.names.isEmpty()) {
        alike.remove(group.placement);
      }
    }
  }

  /** The space holds another state than before, whose frontier may be lower. */
  void replaced(String space, VersionVector frontier, Digest digest) {
    told.remove(space);
    published(space, frontier, digest);
  }

  /** The name spreads the digest, so that two spaces with swapped contents do not cancel out. */
  static Digest weight(Message.Row row) {
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
      if (!isOpen(space)) {
        continue;
      }
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

  /** Dots that the peer lacks of ours, and that we lack of its, in spaces that both may hold. */
  long[] lag(Peer peer) {
    long behind = 0;
    long ahead = 0;
    for (Message.Row row : rows(peer)) {
      VersionVector frontier = peer.frontiers.getOrDefault(row.space(), VersionVector.EMPTY);
      behind += row.frontier().missingFrom(frontier);
      ahead += frontier.missingFrom(row.frontier());
    }
    return new long[] {behind, ahead};
  }
}
