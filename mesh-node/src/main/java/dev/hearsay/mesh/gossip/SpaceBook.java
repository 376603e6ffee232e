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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The spaces here: their durable frontiers and digests, and the sums of it all. Spaces that are
 * placed alike share a tree of sums, and what may be compared with a peer is the sum of the trees
 * of placements that allow it: a space that moves costs one tree its three additions, whatever
 * peers there are. Spaces that may not be held here are in no tree. Not thread-safe.
 */
final class SpaceBook {
  private static final int RECENT = 16;

  /** Most names of unknown spaces that are remembered. */
  static final int MENTIONED_MAX = 100_000;

  /** A space that is here: where it stands, what of that was last told, where it is summed up. */
  private static final class Held {
    Message.Row row;
    VersionVector told = VersionVector.EMPTY;

    /** Null if it may not be here, nobody knows yet, or it is about to be removed. */
    @Nullable Alike alike;

    /** About to be removed from here: nothing is said for it. */
    boolean going;

    Held(Message.Row row) {
      this.row = row;
    }
  }

  /** Spaces of one placement that may be held here. */
  private static final class Alike {
    final Placement placement;
    final BucketTree sums = new BucketTree();
    int count;

    Alike(Placement placement) {
      this.placement = placement;
    }
  }

  /** By bucket and name; there may be hundreds of thousands, so that one tree has to do. */
  private final Map<Integer, TreeMap<String, Held>> buckets = new HashMap<>();

  /** Those that were asked for last, by bucket. */
  private final @Nullable Held[] recent = new Held[RECENT];

  private final Map<String, Set<HostPort>> mentioned = new HashMap<>();
  private final Set<String> moved = new LinkedHashSet<>();
  private final Set<String> stirred = new LinkedHashSet<>();
  private final Placements placements;

  /** By placement. */
  private final Map<Placement, Alike> alike = new LinkedHashMap<>();

  /** Spaces that are in no tree. */
  private final Set<String> unfiled = new LinkedHashSet<>();

  private final Traffic traffic;

  SpaceBook(Placements placements, Traffic traffic) {
    this.placements = placements;
    this.traffic = traffic;
  }

  private @Nullable Held held(String space) {
    int number = BucketTree.bucketOf(space);
    Held last = recent[number % RECENT];
    if (last != null && last.row.space().equals(space)) {
      return last;
    }
    TreeMap<String, Held> bucket = buckets.get(number);
    Held held = bucket == null ? null : bucket.get(space);
    if (held != null) {
      recent[number % RECENT] = held;
    }
    return held;
  }

  private void forEachHeld(Consumer<Held> action) {
    buckets.values().forEach(bucket -> bucket.values().forEach(action));
  }

  /** Whether it is here, may be, and is not about to be removed: only then it is vouched for. */
  boolean isOpen(String space) {
    Held held = held(space);
    return held != null && held.alike != null;
  }

  /** Whether it is here, also if it may not be any more. */
  boolean isHere(String space) {
    return held(space) != null;
  }

  /** Null unless it is here, may not be any more, and is not about to be removed. */
  Message.@Nullable Row leaving(String space) {
    Held held = held(space);
    if (held == null || held.alike != null || held.going || placements.of(space) == null) {
      return null;
    }
    return held.row;
  }

  /** The next of those, each in its turn; null if the one whose turn it is is none of them. */
  Message.@Nullable Row nextLeaving() {
    Iterator<String> each = unfiled.iterator();
    if (!each.hasNext()) {
      return null;
    }
    String space = each.next();
    each.remove();
    unfiled.add(space);
    return leaving(space);
  }

  /** How many turns it takes to come round. */
  int unfiled() {
    return unfiled.size();
  }

  Message.@Nullable Row row(String space) {
    Held held = held(space);
    return held == null ? null : held.row;
  }

  void forEach(BiConsumer<String, Message.Row> action) {
    forEachHeld(held -> action.accept(held.row.space(), held.row));
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

  private static boolean isShared(Held held, Peer peer) {
    Alike group = held.alike;
    return group != null && Placements.compares(group.placement, peer);
  }

  /** Those that the peer may hold as well. */
  List<Message.Row> rows(Peer peer) {
    List<Message.Row> shared = new ArrayList<>();
    forEachHeld(
        held -> {
          if (isShared(held, peer)) {
            shared.add(held.row);
          }
        });
    return shared;
  }

  /** The durable frontier of a space that is open; else empty. */
  VersionVector openFrontier(String space) {
    Held held = held(space);
    return held == null || held.alike == null ? VersionVector.EMPTY : held.row.frontier();
  }

  /** The durable frontier; empty if the space is not open. */
  VersionVector frontier(String space) {
    Held held = held(space);
    return held == null ? VersionVector.EMPTY : held.row.frontier();
  }

  /** How many spaces the peer may hold as well. */
  int size(Peer peer) {
    return shared(peer).stream().mapToInt(group -> group.count).sum();
  }

  /** The rows of one bucket, by name, as far as the peer may hold the spaces. */
  List<Message.Row> rowsIn(Peer peer, int bucket) {
    List<Message.Row> found = new ArrayList<>();
    TreeMap<String, Held> inBucket = buckets.get(bucket);
    if (inBucket != null) {
      for (Held held : inBucket.values()) {
        if (isShared(held, peer)) {
          found.add(held.row);
        }
      }
    }
    return found;
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
    int bucket = BucketTree.bucketOf(space);
    Held held = held(space);
    // The same name for all rows of it, of which others hold on to some.
    String name = held == null ? space : held.row.space();
    Message.Row row = new Message.Row(name, frontier, digest);
    if (held == null) {
      held = new Held(row);
      buckets.computeIfAbsent(bucket, number -> new TreeMap<>()).put(name, held);
      file(held);
    } else {
      Alike group = held.alike;
      if (group != null) {
        group.sums.replace(bucket, weight(held.row), weight(row));
      }
      held.row = row;
    }
    moved.add(name);
    stirred.add(name);
  }

  /** Somebody has more of the space than was known. */
  void stir(String space) {
    stirred.add(space);
  }

  /** Whatever is known of any space may have changed. */
  void stirAll() {
    forEachHeld(held -> stirred.add(held.row.space()));
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
    Held held = held(space);
    if (held != null) {
      fileAnew(held);
    }
  }

  /** The space is about to be removed; false if it is not here, or is already. */
  boolean goes(String space) {
    Held held = held(space);
    if (held == null || held.going) {
      return false;
    }
    held.going = true;
    fileAnew(held);
    return true;
  }

  /** It is not removed after all. */
  void stays(String space) {
    Held held = held(space);
    if (held != null && held.going) {
      held.going = false;
      fileAnew(held);
    }
  }

  private void fileAnew(Held held) {
    unfile(held);
    file(held);
    // Who may hold it now was perhaps not told before.
    held.told = VersionVector.EMPTY;
    moved.add(held.row.space());
    stirred.add(held.row.space());
  }

  /** The space is not here any more. */
  void closed(String space) {
    Held held = held(space);
    if (held != null) {
      unfile(held);
      unfiled.remove(space);
      moved.remove(space);
      int bucket = BucketTree.bucketOf(space);
      TreeMap<String, Held> inBucket = Objects.requireNonNull(buckets.get(bucket), space);
      inBucket.remove(space);
      recent[bucket % RECENT] = null;
      if (inBucket.isEmpty()) {
        buckets.remove(bucket);
      }
    }
  }

  private void file(Held held) {
    String space = held.row.space();
    Placement placement = placements.of(space);
    if (placement != null && !held.going && placements.mayHold(space)) {
      Alike group = alike.computeIfAbsent(placement, Alike::new);
      group.sums.replace(BucketTree.bucketOf(space), Digest.ZERO, weight(held.row));
      group.count++;
      held.alike = group;
      unfiled.remove(space);
    } else {
      unfiled.add(space);
    }
  }

  private void unfile(Held held) {
    Alike group = held.alike;
    if (group != null) {
      group.sums.replace(BucketTree.bucketOf(held.row.space()), weight(held.row), Digest.ZERO);
      group.count--;
      held.alike = null;
      if (group.count == 0) {
        alike.remove(group.placement);
      }
    }
  }

  /** The space holds another state than before, whose frontier may be lower. */
  void replaced(String space, VersionVector frontier, Digest digest) {
    Held held = held(space);
    if (held != null) {
      held.told = VersionVector.EMPTY;
    }
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
    } else {
      traffic.forgot(Bound.MENTIONS, 1);
    }
  }

  /**
   * Rows that fit one message, of spaces that moved since they were last taken; of each frontier
   * only what moved.
   *
   * @param before gets what was taken of each of them until then; empty if it starts anew
   */
  List<Message.FrontierRow> takeMoved(RowLimits limits, Map<String, VersionVector> before) {
    List<Message.FrontierRow> taken = new ArrayList<>();
    long bytes = 0;
    Iterator<String> each = moved.iterator();
    while (each.hasNext() && limits.hasRoom(taken.size(), bytes)) {
      String space = each.next();
      each.remove();
      Held held = held(space);
      if (held == null || held.alike == null) {
        continue;
      }
      VersionVector advances = held.row.frontier().beyond(held.told);
      VersionVector until = held.told;
      held.told = held.row.frontier();
      if (!advances.isEmpty()) {
        before.put(space, until);
        taken.add(new Message.FrontierRow(space, advances));
        bytes += RowLimits.bytes(space, advances);
      }
    }
    return taken;
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
