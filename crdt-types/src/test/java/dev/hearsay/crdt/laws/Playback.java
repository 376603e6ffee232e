package dev.hearsay.crdt.laws;

import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.SpaceState.Admission;
import dev.hearsay.crdt.VersionVector;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Plays a history on a store and keeps what came to pass, for the laws to judge.
 *
 * @param <S> the store's states
 * @param <C> its changes
 * @param <D> its diffs
 */
final class Playback<S, C, D> {
  private static final long CLOCK_MILLIS = 1_000;
  private static final int LIVES_MAX = 1_000;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** A change, what it was minted on, and what that became. */
  record Minted<S, C>(int number, C change, S before, S after) {}

  /** A state that a node was in, and the changes it knew. */
  record Seen<S>(int node, S state, BitSet known) {}

  /** A change that was applied on another node. */
  record Applied<S, C>(S before, Minted<S, C> minted, S after) {}

  /** A diff that was joined; {@code sender} is the state it was taken from. */
  record Joined<S, D>(S before, D diff, S sender, S after) {}

  /** A node's state gave way to the next, without a loss. */
  record Move<S>(S before, S after) {}

  final Algebra<S, C, D> store;
  final History history;
  final FullHistory truth = new FullHistory();
  final List<Minted<S, C>> minted = new ArrayList<>();
  final List<Seen<S>> seen = new ArrayList<>();
  final List<Applied<S, C>> applied = new ArrayList<>();
  final List<Joined<S, D>> joined = new ArrayList<>();
  final List<Move<S>> moves = new ArrayList<>();
  final List<Seen<S>> settled = new ArrayList<>();

  private final boolean replicasReused;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Answer> inFlight = new ArrayList<>();

  private final class Node {
    final int index;
    int incarnation;
    ReplicaId replica;
    S state = store.empty();
    BitSet known = new BitSet();
    List<Minted<S, C>> log = new ArrayList<>();
    List<Minted<S, C>> heldBack = new ArrayList<>();
    Disk disk = new Disk(state, known, log);

    Node(int index) {
      this.index = index;
      this.replica = replicaOf(index, 0);
    }
  }

  private final class Disk {
    final S state;
    final BitSet known;
    final List<Minted<S, C>> log;

    Disk(S state, BitSet known, List<Minted<S, C>> log) {
      this.state = state;
      this.known = (BitSet) known.clone();
      this.log = List.copyOf(log);
    }
  }

  private final class Answer {
    final int asker;
    final int incarnation;
    final D diff;
    final S sender;
    final BitSet known;

    Answer(Node asker, Node sender) {
      this.asker = asker.index;
      this.incarnation = asker.incarnation;
      this.diff = store.diff(sender.state, store.frontier(asker.state));
      this.sender = sender.state;
      this.known = (BitSet) sender.known.clone();
    }
  }

  private Playback(Algebra<S, C, D> store, History history, boolean replicasReused) {
    this.store = store;
    this.history = history;
    this.replicasReused = replicasReused;
    for (int i = 0; i < history.nodes(); i++) {
      nodes.add(new Node(i));
    }
  }

  static <S, C, D> Playback<S, C, D> of(Algebra<S, C, D> store, History history) {
    return of(store, history, false);
  }

  /**
   * Plays with a fault that lies outside of the store.
   *
   * @param replicasReused a node that starts anew goes on under its old replica
   */
  static <S, C, D> Playback<S, C, D> of(
      Algebra<S, C, D> store, History history, boolean replicasReused) {
    Playback<S, C, D> playback = new Playback<>(store, history, replicasReused);
    playback.seeAll();
    history.steps().forEach(playback::play);
    playback.settle();
    return playback;
  }

  private void play(Step step) {
    if (step instanceof Step.Write write) {
      write(node(write.node()), write.ops());
    } else if (step instanceof Step.Deliver deliver) {
      deliver(deliver);
    } else if (step instanceof Step.Ask ask) {
      inFlight.add(new Answer(node(ask.to()), other(ask.to(), ask.from())));
    } else if (step instanceof Step.Land land && !inFlight.isEmpty()) {
      land(inFlight.remove(land.answer() % inFlight.size()));
    } else if (step instanceof Step.Lose lose && !inFlight.isEmpty()) {
      inFlight.remove(lose.answer() % inFlight.size());
    } else if (step instanceof Step.Restart restart) {
      startAnew(node(restart.node()));
    } else if (step instanceof Step.Backup backup) {
      Node node = node(backup.node());
      node.disk = new Disk(node.state, node.known, node.log);
    } else if (step instanceof Step.Restore restore) {
      Node node = node(restore.node());
      node.state = node.disk.state;
      node.known = (BitSet) node.disk.known.clone();
      node.log = new ArrayList<>(node.disk.log);
      startAnew(node);
    }
  }

  private Node node(int number) {
    return nodes.get(number % nodes.size());
  }

  /** One of the others. */
  private Node other(int number, int choice) {
    return node(number % nodes.size() + 1 + choice % (nodes.size() - 1));
  }

  private void write(Node node, List<Op> ops) {
    HybridTime clock = HybridTime.ofMillis(CLOCK_MILLIS + history.clocks().get(node.index));
    HybridTime time = HybridTime.max(clock, store.latest(node.state).next());
    C change = store.mint(node.state, node.replica, time, ops);
    if (change == null) {
      return;
    }
    int number = truth.record(node.known, node.replica, time, ops);
    S before = node.state;
    node.state = store.apply(before, change);
    Minted<S, C> made = new Minted<>(number, change, before, node.state);
    minted.add(made);
    know(node, made, before);
  }

  private void deliver(Step.Deliver deliver) {
    List<Minted<S, C>> log = other(deliver.to(), deliver.from()).log;
    int start = Math.min(deliver.start(), log.size());
    List<Minted<S, C>> batch =
        new ArrayList<>(log.subList(start, Math.min(log.size(), start + deliver.count())));
    for (int i = batch.size() - 1; i >= 0; i -= 3) {
      batch.add(batch.get(i));
    }
    Collections.shuffle(batch, new Random(deliver.shuffle()));
    Node to = node(deliver.to());
    to.heldBack.addAll(batch);
    applyWhatFits(to);
  }

  /** Applies what has been waiting until nothing more fits. */
  private void applyWhatFits(Node node) {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Minted<S, C> change : List.copyOf(node.heldBack)) {
        Admission admission = store.admission(node.state, change.change());
        if (admission == Admission.FORKED) {
          throw new AssertionError("no history forks, but this change does: " + change.change());
        }
        if (admission != Admission.WAITING) {
          node.heldBack.remove(change);
        }
        if (admission == Admission.APPLICABLE) {
          S before = node.state;
          node.state = store.apply(before, change.change());
          applied.add(new Applied<>(before, change, node.state));
          know(node, change, before);
          moved = true;
        }
      }
    }
  }

  private void know(Node node, Minted<S, C> change, S before) {
    node.known.set(change.number());
    node.log.add(change);
    moves.add(new Move<>(before, node.state));
    see(node);
  }

  private void land(Answer answer) {
    Node node = nodes.get(answer.asker);
    if (node.incarnation != answer.incarnation) {
      return; // it asked in another life
    }
    S before = node.state;
    node.state = store.join(before, answer.diff);
    node.known.or(answer.known);
    joined.add(new Joined<>(before, answer.diff, answer.sender, node.state));
    moves.add(new Move<>(before, node.state));
    see(node);
    applyWhatFits(node);
  }

  private void startAnew(Node node) {
    node.incarnation++;
    node.heldBack.clear();
    if (!replicasReused) {
      node.replica = replicaOf(node.index, node.incarnation);
    }
    see(node);
  }

  /** Each hears from each, until nobody learns anything: what was held back may be ready late. */
  private void settle() {
    boolean learned = true;
    while (learned) {
      learned = false;
      for (Node to : nodes) {
        VersionVector before = store.frontier(to.state);
        for (Node from : nodes) {
          if (to != from) {
            land(new Answer(to, from));
          }
        }
        learned |= !store.frontier(to.state).equals(before);
      }
    }
    for (Node node : nodes) {
      settled.add(new Seen<>(node.index, node.state, (BitSet) node.known.clone()));
    }
  }

  private void seeAll() {
    nodes.forEach(this::see);
  }

  private void see(Node node) {
    seen.add(new Seen<>(node.index, node.state, (BitSet) node.known.clone()));
  }

  /** Spread over all 64 bits, so that their order is not that of the nodes. */
  private static ReplicaId replicaOf(int node, int incarnation) {
    return new ReplicaId((node * (long) LIVES_MAX + incarnation + 1) * SPREAD);
  }

  /** Whose replica it is, for the fault that takes them for one. */
  static int nodeOf(ReplicaId replica) {
    long inverse = BigInteger.valueOf(SPREAD).modInverse(BigInteger.ONE.shiftLeft(64)).longValue();
    return (int) ((replica.value() * inverse - 1) / LIVES_MAX);
  }
}
