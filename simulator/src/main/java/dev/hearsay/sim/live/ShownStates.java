package dev.hearsay.sim.live;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.sim.check.Checker;
import dev.hearsay.sim.check.Observer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every state that a node process shows is what the changes in its frontier make, by frontier and
 * digest. Of what a process tells, two numbers, it makes states for those checkers that want them:
 * it applies to a copy of its own what the frontier covers.
 */
final class ShownStates extends Checker {
  /** A space at one node, as it should be. */
  private static final class Copy {
    SpaceState state = SpaceState.EMPTY;
    final List<EncodedChange> waiting = new ArrayList<>();

    /** Applies what the frontier covers, in the order of minting, which is a causal one. */
    void reach(VersionVector frontier) {
      for (Iterator<EncodedChange> each = waiting.iterator(); each.hasNext(); ) {
        EncodedChange change = each.next();
        if (frontier.covers(change.change().replica(), change.last())) {
          switch (state.admission(change)) {
            case APPLICABLE -> {
              state = state.apply(change);
              each.remove();
            }
            case DUPLICATE -> each.remove();
            case WAITING, FORKED -> {}
          }
        }
      }
    }
  }

  private final Map<String, List<EncodedChange>> changes = new HashMap<>();
  private final Map<String, Map<String, Copy>> copies = new TreeMap<>();

  @Override
  public String name() {
    return "shown-states";
  }

  @Override
  public String description() {
    return "every state that a process shows is what the changes in its frontier make";
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    changes.computeIfAbsent(space, name -> new ArrayList<>()).add(change);
    copies
        .values()
        .forEach(
            spaces -> {
              Copy copy = spaces.get(space);
              if (copy != null) {
                copy.waiting.add(change);
              }
            });
  }

  /** The process has begun: what it shows of the spaces begins anew. */
  void begins(String node, List<String> spaces) {
    Map<String, Copy> begun = new TreeMap<>();
    for (String space : spaces) {
      Copy copy = new Copy();
      copy.waiting.addAll(changes.getOrDefault(space, List.of()));
      begun.put(space, copy);
    }
    copies.put(node, begun);
  }

  /**
   * The node shows a state; other observers are told of it.
   *
   * @param digest as its snapshot has it
   */
  void shows(
      long nanos,
      String node,
      String space,
      VersionVector frontier,
      String digest,
      Iterable<? extends Observer> others) {
    checked();
    Copy copy = copies.getOrDefault(node, Map.of()).get(space);
    if (copy == null) {
      throw new IllegalStateException(node + " shows '" + space + "', which it has not opened");
    }
    copy.reach(frontier);
    if (!copy.state.frontier().equals(frontier)) {
      report(
          nanos,
          node,
          "'"
              + space
              + "' is at "
              + frontier
              + "; the changes there are lead to "
              + copy.state.frontier());
    } else if (!copy.state.digest().toString().equals(digest)) {
      report(
          nanos,
          node,
          "holds another content of '" + space + "' than its changes make, at " + frontier);
    } else {
      for (Observer other : others) {
        if (other != this) {
          other.shown(nanos, node, space, copy.state);
          other.durable(nanos, node, space, frontier);
        }
      }
    }
  }

  /** The node has left: what it showed last is nothing that others must show. */
  void left(String node) {
    copies.remove(node);
  }

  /** What the node has shown last, as far as is known here. */
  VersionVector frontier(String node, String space) {
    Copy copy = copies.getOrDefault(node, Map.of()).get(space);
    return copy == null ? VersionVector.EMPTY : copy.state.frontier();
  }

  /** Whether all nodes show the same of the space. */
  boolean agree(String space) {
    return copies.values().stream()
            .map(
                spaces -> {
                  Copy copy = spaces.get(space);
                  return copy == null ? VersionVector.EMPTY : copy.state.frontier();
                })
            .distinct()
            .count()
        <= 1;
  }

  /** What every node shows, for messages. */
  String frontiers(String space) {
    Map<String, String> shown = new TreeMap<>();
    copies.forEach(
        (node, spaces) -> {
          Copy copy = spaces.get(space);
          shown.put(node, copy == null ? "nothing" : copy.state.frontier().toString());
        });
    return "'" + space + "' is at " + shown;
  }
}
