package dev.hearsay.sim.check;

import dev.hearsay.crdt.Digest;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whenever two nodes were at the same frontier, they had the same content; and in the end it is
 * what all the changes make when they are applied one by one. That all nodes hold it then is what
 * {@link EqualBytes} says.
 */
public final class Convergence extends Checker {
  /** Frontiers of a space whose digests are remembered; those of long ago are forgotten. */
  private static final int DIGESTS_MAX = 1 << 14;

  private record Seen(String node, Digest digest) {}

  private record Place(String node, String space) {}

  private static final class Recent extends LinkedHashMap<FrontierSum, Seen> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<FrontierSum, Seen> eldest) {
      return size() > DIGESTS_MAX;
    }
  }

  private final Map<String, Recent> digests = new HashMap<>();
  private final Map<Place, FrontierSum> sums = new HashMap<>();
  private final Map<String, List<EncodedChange>> changes = new HashMap<>();
  private final Set<String> replayed = new HashSet<>();

  @Override
  public String name() {
    return "convergence";
  }

  @Override
  public String description() {
    return "nodes at one frontier hold the same, and it is what all changes make";
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    changes.computeIfAbsent(space, name -> new ArrayList<>()).add(change);
  }

  @Override
  public void applied(
      long nanos, String node, String space, EncodedChange change, SpaceState after) {
    ReplicaId replica = change.change().replica();
    long last = change.last();
    Place place = new Place(node, space);
    FrontierSum before = sums.get(place);
    // Where the frontier is not one step on, it is summed up anew.
    boolean step = before != null && after.frontier().counter(replica) == last;
    compare(
        nanos,
        place,
        step
            ? before.with(replica, change.change().first() - 1, last)
            : FrontierSum.of(after.frontier()),
        after);
  }

  @Override
  public void shown(long nanos, String node, String space, SpaceState state) {
    compare(nanos, new Place(node, space), FrontierSum.of(state.frontier()), state);
  }

  private void compare(long nanos, Place place, FrontierSum sum, SpaceState state) {
    checked();
    sums.put(place, sum);
    Seen now = new Seen(place.node(), state.digest());
    Seen before = digests.computeIfAbsent(place.space(), s -> new Recent()).putIfAbsent(sum, now);
    if (before != null && !before.digest().equals(now.digest())) {
      report(
          nanos,
          place.node(),
          "holds another content of '"
              + place.space()
              + "' at "
              + state.frontier()
              + " than "
              + before.node()
              + " had");
    }
  }

  @Override
  public void holds(long nanos, String node, String space, @Nullable SpaceState state) {
    if (state != null && replayed.add(space)) {
      checked();
      replay(nanos, node, space, state);
    }
  }

  private void replay(long nanos, String node, String space, SpaceState state) {
    SpaceState replayed = SpaceState.EMPTY;
    try {
      for (EncodedChange change : changes.getOrDefault(space, List.of())) {
        if (state.frontier().covers(change.change().replica(), change.last())) {
          replayed = replayed.apply(change);
        }
      }
    } catch (RejectedException e) {
      report(nanos, node, "'" + space + "' has a history that cannot be: " + e.getMessage());
      return;
    }
    if (!replayed.digest().equals(state.digest())) {
      report(
          nanos,
          node,
          "holds another content of '" + space + "' than its changes make, at " + state.frontier());
    }
  }
}
