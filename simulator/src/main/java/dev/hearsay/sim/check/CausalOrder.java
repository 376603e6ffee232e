package dev.hearsay.sim.check;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;

/**
 * At every node, at every instant: no change is visible before everything it depends on, each
 * replica's changes come one after the other and once, and a change is later than all that its
 * author had seen. What a node has applied is counted here, whatever it says of itself.
 */
public final class CausalOrder extends Checker {
  private record Place(String node, String space) {}

  private final ChangeBook book = new ChangeBook();
  private final Map<Place, VersionVector> applied = new HashMap<>();

  @Override
  public String name() {
    return "causal-order";
  }

  @Override
  public String description() {
    return "no change is visible before what it depends on, at any node, at any instant";
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    Change minted = change.change();
    checked();
    // Later than what its author's last change had seen it is if it is later than that change.
    ChangeBook.Known last = book.at(space, minted.replica(), minted.first() - 1);
    VersionVector judged = last == null ? VersionVector.EMPTY : last.past();
    for (int i = 0; i < past.size(); i++) {
      if (isIn(judged, past, i)) {
        continue;
      }
      ChangeBook.Known seen = book.at(space, past.replicaAt(i), past.counterAt(i));
      if (seen != null && seen.time().compareTo(minted.time()) >= 0) {
        report(
            nanos,
            node,
            "change "
                + minted.name()
                + " of '"
                + space
                + "' is not later than "
                + past.replicaAt(i)
                + ":"
                + seen.last()
                + ", which its author had seen");
        break;
      }
    }
    book.minted(space, change, past);
  }

  /** Whether the entry is in the other vector too; replicas are few, or were the same before. */
  private static boolean isIn(VersionVector judged, VersionVector past, int entry) {
    ReplicaId replica = past.replicaAt(entry);
    long counter = past.counterAt(entry);
    boolean inPlace = entry < judged.size() && judged.replicaAt(entry).equals(replica);
    return (inPlace ? judged.counterAt(entry) : judged.counter(replica)) == counter;
  }

  @Override
  public void applied(
      long nanos, String node, String space, EncodedChange change, SpaceState after) {
    checked();
    Place place = new Place(node, space);
    VersionVector before = applied.getOrDefault(place, VersionVector.EMPTY);
    Change next = change.change();
    ReplicaId replica = next.replica();
    VersionVector now = before.with(replica, change.last());
    applied.put(place, now);
    if (next.first() != before.counter(replica) + 1) {
      report(
          nanos,
          node,
          "change "
              + next.name()
              + " of '"
              + space
              + "' begins at "
              + next.first()
              + ", and the node was at "
              + before.counter(replica)
              + " of its replica");
    }
    ChangeBook.Known known = book.ending(space, replica, change.last());
    VersionVector due = known == null ? next.advances() : known.past();
    if (!before.covers(due)) {
      report(
          nanos,
          node,
          "change "
              + next.name()
              + " of '"
              + space
              + "' is visible without "
              + Vectors.missing(before, due)
              + ", which it depends on");
    }
    if (!after.frontier().equals(now)) {
      report(
          nanos,
          node,
          "'" + space + "' says it is at " + after.frontier() + " and has applied " + now);
      applied.put(place, after.frontier());
    }
  }

  @Override
  public void shown(long nanos, String node, String space, SpaceState state) {
    checked();
    VersionVector frontier = state.frontier();
    applied.put(new Place(node, space), frontier);
    for (int i = 0; i < frontier.size(); i++) {
      ReplicaId replica = frontier.replicaAt(i);
      ChangeBook.Known known = book.at(space, replica, frontier.counterAt(i));
      if (known == null) {
        report(nanos, node, "'" + space + "' shows changes of " + replica + ", which made none");
      } else if (!frontier.covers(known.past())) {
        report(
            nanos,
            node,
            "'"
                + space
                + "' shows "
                + replica
                + ":"
                + known.last()
                + " without "
                + Vectors.missing(frontier, known.past())
                + ", which it depends on");
      }
    }
  }
}
