package dev.hearsay.sim.world;

import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import java.util.ArrayList;
import java.util.List;

/** Changes that are taken to depend on something else than they do, for {@link PlantedFaults}. */
final class PlantedPasts {
  private PlantedPasts() {}

  /** Those that would wait depend on nothing. */
  static List<EncodedChange> withoutWaiting(SpaceState head, List<EncodedChange> changes) {
    SpaceState state = head;
    List<EncodedChange> taken = new ArrayList<>();
    for (EncodedChange change : changes) {
      EncodedChange as = change;
      if (state.admission(change) == SpaceState.Admission.WAITING) {
        EncodedChange early = stripped(change.change());
        as = state.admission(early) == SpaceState.Admission.APPLICABLE ? early : change;
      }
      if (state.admission(as) == SpaceState.Admission.APPLICABLE) {
        state = state.apply(as);
      }
      taken.add(as);
    }
    return taken;
  }

  /** Without what it depends on, and without what it could not drop then. */
  private static EncodedChange stripped(Change change) {
    List<FieldDelta> fields = new ArrayList<>();
    for (FieldDelta field : change.fields()) {
      List<Entry> entries = new ArrayList<>();
      for (Entry entry : field.entries()) {
        if (entry.puts()) {
          entries.add(new Entry(entry.key(), entry.payload(), List.of()));
        }
      }
      fields.add(new FieldDelta(field.field(), field.ranges(), entries));
    }
    return ChangeFormat.encode(PlantedFaults.with(change, VersionVector.EMPTY, fields));
  }

  /** Those that drop ranges or prefixes depend on all that is here. */
  static List<EncodedChange> asSeenHere(SpaceState head, List<EncodedChange> changes) {
    SpaceState state = head;
    List<EncodedChange> taken = new ArrayList<>();
    for (EncodedChange change : changes) {
      EncodedChange as = change;
      if (state.admission(change) == SpaceState.Admission.APPLICABLE) {
        as = onlyDrops(change.change()) ? seenIn(state, change.change()) : change;
        state = state.apply(as);
      }
      taken.add(as);
    }
    return taken;
  }

  private static boolean onlyDrops(Change change) {
    boolean drops = !change.prefixes().isEmpty();
    for (FieldDelta field : change.fields()) {
      drops |= !field.ranges().isEmpty();
      if (field.entries().stream().anyMatch(Entry::puts)) {
        return false;
      }
    }
    return drops;
  }

  private static EncodedChange seenIn(SpaceState state, Change change) {
    VersionVector advances = change.advances();
    VersionVector here = state.frontier();
    VersionVector before = state.head(change.replica()).past().toVector();
    for (int i = 0; i < here.size(); i++) {
      ReplicaId replica = here.replicaAt(i);
      if (!replica.equals(change.replica()) && here.counterAt(i) > before.counter(replica)) {
        advances = advances.with(replica, here.counterAt(i));
      }
    }
    return ChangeFormat.encode(
        new Change(
            change.replica(),
            change.first(),
            advances,
            HybridTime.max(change.time(), state.latest().next()),
            change.author(),
            change.previousHash(),
            change.prefixes(),
            change.fields()));
  }
}
