package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState.Admission;
import dev.hearsay.crdt.VersionVector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the laws are about: a store of fields under one causal context.
 *
 * @param <S> its states
 * @param <C> its changes
 * @param <D> its diffs
 */
interface Algebra<S, C, D> {
  /** Under which {@link #content} lists the names that are in use under more than one type. */
  String CONFLICTS = "conflicts";

  S empty();

  /**
   * The change that the transaction makes, without what is refused of it; null if it does nothing.
   */
  @Nullable C mint(S state, ReplicaId replica, HybridTime time, List<Op> ops);

  Admission admission(S state, C change);

  S apply(S state, C change);

  D diff(S state, VersionVector base);

  S join(S state, D diff);

  default S joinStates(S state, S other) {
    return join(state, diff(other, VersionVector.EMPTY));
  }

  VersionVector frontier(S state);

  HybridTime latest(S state);

  /** Equal for equal states. */
  String digest(S state);

  /** What the fields read as: see {@link FullHistory#content}. */
  Map<String, Object> content(S state);

  /** Every atom in words, by its field, key and dot. */
  Map<AtomName, String> atoms(S state);

  /** Where an atom is and what names it. */
  record AtomName(String field, String key, Dot dot) {}
}
