package dev.hearsay.sim.world;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.Draft;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.FieldDraft;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * As if all that a change puts bore one dot: who drops a part of it drops all. What {@link
 * PlantedFault#ONE_DOT_FOR_A_CHANGE} has nodes do.
 */
final class OneDot {
  /** By replica, the first dot of each change with its last. */
  private final Map<ReplicaId, NavigableMap<Long, Long>> changes = new HashMap<>();

  void minted(EncodedChange change) {
    changes
        .computeIfAbsent(change.change().replica(), replica -> new TreeMap<>())
        .put(change.change().first(), change.last());
  }

  /** Has the transaction drop whatever was put together with what it drops. */
  static void spread(World world, SpaceState before, Draft draft) {
    Set<Dot> dropped = new HashSet<>();
    for (FieldKey field : before.fieldKeys()) {
      if (field.type() != FieldType.PN_COUNTER) {
        Set<Dot> here = dots(before, field);
        here.removeAll(dots(draft.field(field)));
        here.forEach(dot -> dropped.addAll(world.oneDot().together(dot)));
      }
    }
    for (FieldKey field : dropped.isEmpty() ? List.<FieldKey>of() : before.fieldKeys()) {
      if (field.type() != FieldType.PN_COUNTER) {
        FieldDraft open = draft.field(field);
        List<Key> keys = new ArrayList<>();
        open.forEach((key, atoms) -> keys.add(key));
        for (Key key : keys) {
          if (open.atoms(key).stream().anyMatch(atom -> dropped.contains(atom.dot()))) {
            open.drop(key);
          }
        }
      }
    }
  }

  private static Set<Dot> dots(SpaceState state, FieldKey field) {
    Set<Dot> dots = new HashSet<>();
    state.field(field).forEach((key, atoms) -> add(atoms, dots));
    return dots;
  }

  private static Set<Dot> dots(FieldDraft field) {
    Set<Dot> dots = new HashSet<>();
    field.forEach((key, atoms) -> add(atoms, dots));
    return dots;
  }

  private static void add(List<Atom> atoms, Set<Dot> dots) {
    atoms.forEach(atom -> dots.add(atom.dot()));
  }

  /** The dots of the change that has this one. */
  private Set<Dot> together(Dot dot) {
    Map.Entry<Long, Long> change =
        changes.getOrDefault(dot.replica(), new TreeMap<>()).floorEntry(dot.counter());
    Set<Dot> dots = new HashSet<>();
    for (long i = change == null ? 1 : change.getKey();
        change != null && i <= change.getValue();
        i++) {
      dots.add(new Dot(dot.replica(), i));
    }
    return dots;
  }
}
