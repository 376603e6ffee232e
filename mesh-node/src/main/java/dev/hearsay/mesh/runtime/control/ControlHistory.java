package dev.hearsay.mesh.runtime.control;

import dev.hearsay.mesh.HostPort;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which control systems are known to be gone, because their node has announced a later one or has
 * said goodbye. Bounded; what falls out of it is removed with the unreachable in time.
 */
final class ControlHistory {
  private static final int ENTRIES_MAX = 4 * Limits.PEERS_MAX;

  private record Owner(String nodeId, HostPort data) {}

  private record Announcement(
      long incarnation,
      long generation,
      long epoch,
      HostPort data,
      @Nullable ControlAddress control,
      boolean direct) {

    boolean isAfter(Announcement other) {
      return generation != other.generation ? generation > other.generation : epoch > other.epoch;
    }
  }

  private final Map<ControlAddress, Owner> owners = new Bounded<>();
  private final Map<String, Announcement> latest = new Bounded<>();

  /** Processes whose node was heard as another process since; with the node's id. */
  private final Map<Long, String> ended = new Bounded<>();

  /** Processes that were heard, or whose address was tried; with the node's id. */
  private final Map<Long, String> met = new Bounded<>();

  /** The node itself said so: it stands, unless the same process has said something later. */
  void heard(Hello hello) {
    own(hello.control(), hello.nodeId(), hello.data());
    met.put(hello.incarnation(), hello.nodeId());
    Announcement heard =
        new Announcement(
            hello.incarnation(),
            hello.generation(),
            hello.epoch(),
            hello.data(),
            hello.kind() == Hello.Kind.GOODBYE ? null : hello.control(),
            true);
    Announcement last = latest.get(hello.nodeId());
    if (last == null || last.incarnation() != heard.incarnation() || !last.isAfter(heard)) {
      latest.put(hello.nodeId(), heard);
    }
    if (last != null && last.incarnation() != heard.incarnation()) {
      ended.put(last.incarnation(), hello.nodeId());
    }
    ended.remove(heard.incarnation());
  }

  /** Hearsay about the node: stands if it is newer, and not of a process that has a successor. */
  void read(NodeRow row) {
    own(row.control(), row.nodeId(), row.data());
    if (!ended.containsKey(row.incarnation())) {
      Announcement read =
          new Announcement(
              row.incarnation(), row.generation(), row.epoch(), row.data(), row.control(), false);
      latest.merge(row.nodeId(), read, (old, next) -> next.isAfter(old) ? next : old);
    }
  }

  /** The address of that process is tried. */
  void meet(NodeRow row) {
    met.put(row.incarnation(), row.nodeId());
  }

  /** Whether that process was heard, or its address tried. */
  boolean hasMet(NodeRow row) {
    return met.containsKey(row.incarnation());
  }

  /**
   * Whether a control system has ended. It must be unreachable as well, unless its node itself
   * announced a later one at the same data address: a copy of the node would have another, and
   * hearsay may be of an earlier process whose clock was ahead.
   */
  boolean isGone(ControlAddress control, boolean reachable) {
    Owner owner = owners.get(control);
    Announcement last = owner == null ? null : latest.get(owner.nodeId());
    if (owner == null || last == null || control.equals(last.control())) {
      return false;
    }
    return !reachable || (last.direct() && owner.data().equals(last.data()));
  }

  /**
   * Whether no node is known to run this control system. Every member writes its row when it joins:
   * where the row is missing, the node has long written another.
   */
  boolean isOrphan(ControlAddress control) {
    return latest.values().stream().noneMatch(last -> control.equals(last.control()));
  }

  private void own(@Nullable ControlAddress control, String nodeId, HostPort data) {
    if (control != null) {
      owners.put(control, new Owner(nodeId, data));
    }
  }

  /** Forgets its eldest entries. */
  private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > ENTRIES_MAX;
    }
  }
}
