package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a replica at {@code base} lacks of a frozen state, and which dots at or below the base still
 * live in it. With an empty base it is the state itself. Immutable.
 *
 * @param base what the receiver said it had
 * @param heads of every replica in the sender's state
 * @param latest the highest time in the sender's state
 * @param beyond the sender's atoms that the base does not cover
 * @param living the dots of the sender's atoms that the base covers
 * @param baseHashes of replicas whose head is beyond the base: the hash of their change at the
 *     base, as far as the sender knows it; by this a receiver tells another branch from a
 *     continuation of its own
 */
public record StateDiff(
    VersionVector base,
    SortedMap<ReplicaId, ReplicaHead> heads,
    HybridTime latest,
    List<FieldAtoms> beyond,
    DotSet living,
    SortedMap<ReplicaId, Long> baseHashes) {
  /** One whose sender knows no hash at the base. */
  public StateDiff(
      VersionVector base,
      SortedMap<ReplicaId, ReplicaHead> heads,
      HybridTime latest,
      List<FieldAtoms> beyond,
      DotSet living) {
    this(base, heads, latest, beyond, living, Collections.emptySortedMap());
  }

  /** Atoms of one field. */
  public record FieldAtoms(FieldKey field, List<KeyedAtom> atoms) {
    public FieldAtoms {
      atoms = List.copyOf(atoms);
    }
  }

  /** An atom with the key it is stored under. */
  public record KeyedAtom(Key key, Atom atom) {}

  public StateDiff {
    heads = Collections.unmodifiableSortedMap(new TreeMap<>(heads));
    beyond = List.copyOf(beyond);
    baseHashes = Collections.unmodifiableSortedMap(new TreeMap<>(baseHashes));
  }

  /** This one, with what its sender knows of the chains at the base. */
  public StateDiff withBaseHashes(SortedMap<ReplicaId, Long> hashes) {
    return new StateDiff(base, heads, latest, beyond, living, hashes);
  }

  /** Whether the replica goes on beyond a base that holds some of it. */
  public boolean continuesBase(ReplicaId replica) {
    ReplicaHead head = heads.get(replica);
    long from = base.counter(replica);
    return head != null && from > 0 && head.counter() > from;
  }

  /** The sender's frontier. */
  public VersionVector frontier() {
    Map<ReplicaId, Long> counters = new HashMap<>();
    heads.forEach((replica, head) -> counters.put(replica, head.counter()));
    return VersionVector.of(counters);
  }

  /** The dots of the atoms beyond the base. */
  public DotSet shippedDots() {
    DotSet.Builder dots = new DotSet.Builder();
    for (FieldAtoms field : beyond) {
      for (KeyedAtom keyed : field.atoms()) {
        dots.add(keyed.atom().replica(), keyed.atom().counter());
      }
    }
    return dots.build();
  }
}
