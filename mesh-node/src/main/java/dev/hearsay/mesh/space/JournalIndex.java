package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.ArrayList;
import java.util.List;

/**
 * What the events of a journal hold one by one, to serve repair from when changes have left the
 * {@link ChangeTail}: the frontier below which they do not, and where to begin to read. Made by
 * reading the journal once from its start, and then what is new. Not thread-safe.
 */
public final class JournalIndex {
  /** Events between two places. */
  private static final int STEP = 32;

  /** An event, and the frontier that all before it lead to, as far as the journal can tell. */
  private record Place(long sequence, VersionVector before) {}

  private final List<Place> places = new ArrayList<>();
  private VersionVector floor = VersionVector.EMPTY;
  private VersionVector reached = VersionVector.EMPTY;
  private long first;
  private long last;
  private long sincePlace;

  /** The sequence number of the last event that was added; 0 for none. */
  public long last() {
    return last;
  }

  /** The first; 0 for none. */
  public long first() {
    return first;
  }

  /** Adds the next event. */
  public void add(long sequence, SpaceEvent event) {
    if (first == 0) {
      first = sequence;
    }
    if (places.isEmpty() || ++sincePlace >= STEP) {
      places.add(new Place(sequence, reached));
      sincePlace = 0;
    }
    last = sequence;
    boolean replaced = false;
    for (SpaceEvent.Part part : event.parts()) {
      if (part instanceof SpaceEvent.Replaced instead) {
        reached = instead.whole().frontier();
        replaced = true;
      } else if (part instanceof SpaceEvent.Applied applied) {
        Change change = applied.change().change();
        if (change.first() > reached.counter(change.replica()) + 1) {
          // What came before it is not here: the journal was cut, or a state brought it.
          floor = floor.join(VersionVector.EMPTY.with(change.replica(), change.first() - 1));
        }
        reached = reached.join(VersionVector.EMPTY.with(change.replica(), applied.change().last()));
      }
    }
    if (replaced) {
      // What stands before it may be of a branch that was left: it is served to nobody.
      places.clear();
      first = 0;
      floor = reached;
    }
  }

  /**
   * Where to begin to read for one at that frontier.
   *
   * @param durable the frontier of the state that the journal makes
   * @return the sequence number of an event; 0 if the journal does not hold all that it lacks
   */
  public long startFor(VersionVector frontier, VersionVector durable) {
    if (first == 0 || !frontier.covers(floor)) {
      return 0;
    }
    for (int i = 0; i < durable.size(); i++) {
      ReplicaId replica = durable.replicaAt(i);
      long counter = durable.counterAt(i);
      if (!reached.covers(replica, counter) && !frontier.covers(replica, counter)) {
        return 0;
      }
    }
    long start = first;
    for (Place place : places) {
      if (!frontier.covers(place.before())) {
        break;
      }
      start = place.sequence();
    }
    return start;
  }
}
