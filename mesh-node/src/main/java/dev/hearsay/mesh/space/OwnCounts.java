package dev.hearsay.mesh.space;

import dev.hearsay.crdt.Atom;
import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.CounterKeys;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.FieldKey;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What this node's own replicas had counted where the changes that are held one by one begin: the
 * next count takes the place of the one before, which a branch that is moved has to put back. Not
 * thread-safe.
 */
final class OwnCounts {
  private final Map<ReplicaId, Map<FieldKey, Atom>> counts = new HashMap<>();
  private Predicate<ReplicaId> ours = replica -> false;

  void keep(Predicate<ReplicaId> replicas) {
    ours = replicas;
  }

  /** The state is where the changes begin. */
  void take(SpaceState state) {
    counts.clear();
    takeNew(state);
  }

  /** A state was joined; what is known of the time before it still holds. */
  void takeNew(SpaceState state) {
    for (FieldKey field : state.fieldKeys()) {
      if (field.type() == FieldType.PN_COUNTER) {
        state
            .field(field)
            .forEach(
                (key, atoms) -> {
                  if (!CounterKeys.isBase(key)) {
                    atoms.forEach(atom -> noteNew(field, atom));
                  }
                });
      }
    }
  }

  /** The change is no longer held. */
  void dropped(EncodedChange encoded) {
    Change change = encoded.change();
    if (!ours.test(change.replica())) {
      return;
    }
    long counter = change.first();
    for (FieldDelta delta : change.fields()) {
      for (Entry entry : delta.entries()) {
        Value payload = entry.payload();
        if (payload == null) {
          continue;
        }
        if (delta.field().type() == FieldType.PN_COUNTER && !CounterKeys.isBase(entry.key())) {
          note(
              delta.field(),
              Atom.of(change.replica(), counter, change.time(), change.author(), payload));
        }
        counter++;
      }
    }
  }

  private void noteNew(FieldKey field, Atom count) {
    if (of(count.replica(), field).isEmpty()) {
      note(field, count);
    }
  }

  private void note(FieldKey field, Atom count) {
    if (ours.test(count.replica())) {
      counts.computeIfAbsent(count.replica(), replica -> new HashMap<>()).put(field, count);
    }
  }

  Optional<Atom> of(ReplicaId replica, FieldKey field) {
    return Optional.ofNullable(counts.getOrDefault(replica, Map.of()).get(field));
  }
}
