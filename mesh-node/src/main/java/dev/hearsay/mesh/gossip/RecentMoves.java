package dev.hearsay.mesh.gossip;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.wire.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which frontiers moved of late, in rounds, for peers that are told in turns. What a frontier is
 * said to be is always what it is now: it may be lower than when it moved. Not thread-safe.
 */
final class RecentMoves {
  /** Rounds that are kept. */
  private final int roundsMax;

  /**
   * What one round told.
   *
   * @param number how many rounds there were, with this one
   * @param rows what moved, as it was then
   * @param before what had been told of it until then
   */
  private record Round(
      long number, List<Message.FrontierRow> rows, Map<String, VersionVector> before) {}

  private final SpaceBook spaces;
  private final RowLimits limits;
  private final Deque<Round> rounds = new ArrayDeque<>();
  private long number;

  RecentMoves(SpaceBook spaces, RowLimits limits, int roundsMax) {
    this.spaces = spaces;
    this.limits = limits;
    this.roundsMax = roundsMax;
  }

  /** How many rounds there were. */
  long number() {
    return number;
  }

  /** Begins a round with what moved since the last. */
  void next() {
    number++;
    Map<String, VersionVector> before = new LinkedHashMap<>();
    List<Message.FrontierRow> rows = spaces.takeMoved(limits, before);
    if (!rows.isEmpty()) {
      rounds.addLast(new Round(number, rows, before));
    }
    while (!rounds.isEmpty() && rounds.peekFirst().number() <= number - roundsMax) {
      rounds.removeFirst();
    }
  }

  /** What moved after that round, in parts that fit a message each. */
  List<List<Message.FrontierRow>> after(long round) {
    if (rounds.isEmpty() || rounds.peekLast().number() <= round) {
      return List.of();
    }
    if (round == number - 1) {
      return List.of(rounds.getLast().rows());
    }
    Map<String, VersionVector> told = new LinkedHashMap<>();
    for (Round each : rounds) {
      if (each.number() > round) {
        // What was told of a space that holds another state since then counts for nothing.
        each.before()
            .forEach(
                (space, before) ->
                    told.merge(space, before, (first, then) -> then.isEmpty() ? then : first));
      }
    }
    List<Message.FrontierRow> rows = new ArrayList<>();
    told.forEach(
        (space, before) -> {
          VersionVector advances = spaces.openFrontier(space).beyond(before);
          if (!advances.isEmpty()) {
            rows.add(new Message.FrontierRow(space, advances));
          }
        });
    return limits.parts(rows, row -> RowLimits.bytes(row.space(), row.frontier()));
  }
}
