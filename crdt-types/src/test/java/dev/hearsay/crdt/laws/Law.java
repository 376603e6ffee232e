package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.SpaceState.Admission;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.laws.Algebra.AtomName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The laws of a store, each a judgement over what happened in a history. */
enum Law {
  /** Every state holds what the full history says, neither more nor less. */
  HOLDS_WHAT_THE_HISTORY_SAYS {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      for (Playback.Seen<S> seen : played.seen) {
        Map<String, Object> expected = played.truth.content(seen.known());
        Map<String, Object> actual = played.store.content(seen.state());
        require(
            expected.equals(actual),
            "node " + seen.node() + " holds " + actual + "\n  but should hold " + expected);
      }
    }
  },

  /** An atom that a state has seen and dropped is in no later state of that node. */
  REMOVED_NEVER_COMES_BACK {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      for (Playback.Move<S> move : played.moves) {
        VersionVector covered = played.store.frontier(move.before());
        Set<AtomName> held = played.store.atoms(move.before()).keySet();
        for (AtomName atom : played.store.atoms(move.after()).keySet()) {
          require(
              !covered.covers(atom.dot()) || held.contains(atom), atom + " was gone and is back");
        }
      }
    }
  },

  /** Frontiers only grow. */
  FRONTIERS_GROW {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      for (Playback.Move<S> move : played.moves) {
        require(
            played.store.frontier(move.after()).covers(played.store.frontier(move.before())),
            "a frontier shrank");
      }
    }
  },

  /** Applying a change gives what joining the state it was minted to gives. */
  APPLYING_IS_JOINING {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      for (Playback.Applied<S, C> applied : played.applied) {
        S joined = played.store.joinStates(applied.before(), applied.minted().after());
        requireSame(played.store, applied.after(), joined, "applied and joined");
      }
    }
  },

  /** A change never applies before what it depends on, and never twice. */
  CHANGES_APPLY_IN_CAUSAL_ORDER {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      for (Playback.Applied<S, C> applied : played.applied) {
        VersionVector before = played.store.frontier(applied.before());
        require(
            before.covers(played.store.frontier(applied.minted().before())),
            "applied before its dependencies: " + applied.minted().change());
        require(
            !before.covers(played.store.frontier(applied.minted().after())),
            "applied twice: " + applied.minted().change());
      }
    }
  },

  /** All changes in any causal order, with duplicates, give one state. */
  ANY_CAUSAL_ORDER_GIVES_ONE_STATE {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      Random random = new Random(played.history.toString().hashCode());
      S first = replayed(played, random);
      requireSame(played.store, first, replayed(played, random), "two causal orders");
      requireContent(played, first);
    }

    private <S, C, D> S replayed(Playback<S, C, D> played, Random random) {
      Algebra<S, C, D> store = played.store;
      List<Playback.Minted<S, C>> waiting = new ArrayList<>(played.minted);
      waiting.addAll(played.minted);
      Collections.shuffle(waiting, random);
      S state = store.empty();
      boolean moved = true;
      while (moved) {
        moved = false;
        for (Playback.Minted<S, C> minted : List.copyOf(waiting)) {
          Admission admission = store.admission(state, minted.change());
          if (admission == Admission.APPLICABLE) {
            state = store.apply(state, minted.change());
            moved = true;
          }
          if (admission != Admission.WAITING) {
            waiting.remove(minted);
          }
        }
      }
      require(waiting.isEmpty(), "changes that never became applicable: " + waiting);
      return state;
    }

    private <S, C, D> void requireContent(Playback<S, C, D> played, S state) {
      java.util.BitSet all = new java.util.BitSet();
      all.set(0, played.truth.changes());
      Map<String, Object> expected = played.truth.content(all);
      Map<String, Object> actual = played.store.content(state);
      require(
          expected.equals(actual),
          "replayed, it holds " + actual + "\n  but should hold " + expected);
    }
  },

  /** After everyone has heard from everyone, all hold the same. */
  NODES_CONVERGE {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      Playback.Seen<S> first = played.settled.get(0);
      for (Playback.Seen<S> other : played.settled) {
        requireSame(played.store, first.state(), other.state(), "nodes that have settled");
        require(first.known().equals(other.known()), "nodes that have settled know the same");
      }
    }
  },

  JOIN_IS_COMMUTATIVE {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      Algebra<S, C, D> store = played.store;
      for (List<S> sample : samples(played)) {
        S a = sample.get(0);
        S b = sample.get(1);
        requireSame(store, store.joinStates(a, b), store.joinStates(b, a), "a⊔b and b⊔a");
      }
    }
  },

  JOIN_IS_ASSOCIATIVE {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      Algebra<S, C, D> store = played.store;
      for (List<S> sample : samples(played)) {
        S a = sample.get(0);
        S b = sample.get(1);
        S c = sample.get(2);
        requireSame(
            store,
            store.joinStates(store.joinStates(a, b), c),
            store.joinStates(a, store.joinStates(b, c)),
            "(a⊔b)⊔c and a⊔(b⊔c)");
      }
    }
  },

  JOIN_IS_IDEMPOTENT {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      Algebra<S, C, D> store = played.store;
      for (List<S> sample : samples(played)) {
        S a = sample.get(0);
        S joined = store.joinStates(a, sample.get(1));
        requireSame(store, store.joinStates(a, a), a, "a⊔a and a");
        requireSame(store, store.joinStates(joined, a), joined, "(a⊔b)⊔a and a⊔b");
      }
    }
  },

  /** A diff, taken at an old frontier and joined later, gives what the sender's state gives. */
  A_DIFF_COMPLETES_ANY_REPLICA {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      for (Playback.Joined<S, D> joined : played.joined) {
        requireSame(
            played.store,
            joined.after(),
            played.store.joinStates(joined.before(), joined.sender()),
            "joined by diff and by state");
        requireSame(
            played.store,
            joined.after(),
            played.store.join(joined.after(), joined.diff()),
            "joined by diff once and twice");
      }
    }
  },

  /** A write is later than all its writer had seen, however that had come. */
  WRITES_ARE_LATER_THAN_THEIR_PAST {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      String wrong = played.truth.firstThatIsNotLaterThanItsPast();
      require(wrong == null, wrong + "");
    }
  },

  /** Digests are equal exactly if frontier and atoms are. */
  DIGEST_TELLS_STATES_APART {
    @Override
    <S, C, D> void check(Playback<S, C, D> played) {
      Algebra<S, C, D> store = played.store;
      Map<Object, String> digests = new HashMap<>();
      for (Playback.Seen<S> seen : played.seen) {
        Object state = List.of(store.frontier(seen.state()), store.atoms(seen.state()));
        String digest = store.digest(seen.state());
        String other = digests.putIfAbsent(state, digest);
        require(other == null || other.equals(digest), "one state, two digests: " + state);
      }
      require(
          new HashSet<>(digests.values()).size() == digests.size(), "one digest, several states");
    }
  };

  private static final int SAMPLES = 4;

  /**
   * @throws AssertionError if the law is broken
   */
  abstract <S, C, D> void check(Playback<S, C, D> played);

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  static <S, C, D> void requireSame(Algebra<S, C, D> store, S a, S b, String what) {
    require(
        store.frontier(a).equals(store.frontier(b)),
        what + " differ in frontier: " + store.frontier(a) + " and " + store.frontier(b));
    require(
        store.atoms(a).equals(store.atoms(b)),
        what + " differ: " + store.atoms(a) + "\n  and " + store.atoms(b));
    require(store.digest(a).equals(store.digest(b)), what + " differ in digest");
  }

  /** Triples of states of one history, the same for the same history. */
  private static <S, C, D> List<List<S>> samples(Playback<S, C, D> played) {
    Random random = new Random(played.history.toString().hashCode());
    List<List<S>> samples = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      List<S> triple = new ArrayList<>();
      for (int j = 0; j < 3; j++) {
        triple.add(played.seen.get(random.nextInt(played.seen.size())).state());
      }
      samples.add(triple);
    }
    return samples;
  }
}
