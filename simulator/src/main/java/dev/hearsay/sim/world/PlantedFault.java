package dev.hearsay.sim.world;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that virtual nodes can be made to do wrong, so that the simulator can be seen to find
 * it. Only tests and the command that writes the table of them turn one on.
 */
public enum PlantedFault {
  NONE("", "sets", List.of()),
  SHOWS_WHAT_IS_HELD_BACK(
      "what a change depends on is not looked at", "sets", List.of("causal-order")),
  SHOWS_HALF_A_CHANGE(
      "readers see the first field of a change before the others",
      "transactions",
      List.of("atomic-changes", "conserved-sum", "exact-counters", "logs", "registers", "sets")),
  SHOWS_AN_OLDER_STATE(
      "readers see a state from before the newest one", "sets", List.of("session-guarantees")),
  ACKNOWLEDGES_BEFORE_THE_FSYNC(
      "a write is acknowledged before it is forced to the disk",
      "sets",
      List.of("acknowledged-changes", "monotonic-frontiers"),
      FaultKind.CRASH,
      FaultKind.BLACKOUT,
      FaultKind.SLOW_DISK),
  JOURNALS_NOTHING(
      "the journal says that it wrote, and did not",
      "sets",
      List.of("acknowledged-changes", "monotonic-frontiers")),
  CUTS_AT_THE_NEWEST_SNAPSHOT(
      "the journal is cut at the newest snapshot, not at the oldest kept",
      "sets",
      List.of("acknowledged-changes", "monotonic-frontiers"),
      FaultKind.CORRUPT),
  FORGETS_DROPS("what a change of a peer drops is left out", "sets", List.of("convergence")),
  FORGETS_DROPS_IN_THE_JOIN(
      "what a peer has dropped stays where its state is joined",
      "sets",
      List.of("convergence", "sets", "digests"),
      FaultKind.CUT,
      FaultKind.CRASH),
  RANGES_BY_THE_RECEIVERS_FRONTIER(
      "a range is dropped with all that its receiver has in it",
      "ranges",
      List.of("convergence", "sets", "registers", "logs")),
  FORGETS_RECEIVED_CHANGES(
      "a change is told as received and is not applied", "sets", List.of("durable before sent")),
  REUSES_DOTS(
      "a node starts again under the incarnation that it had", "sets", List.of("unique-dots")),
  FORGETS_A_RETIRED_REPLICA(
      "a node that starts again forgets the entry of a replica that writes no more",
      "sets",
      List.of("acknowledged-changes", "monotonic-frontiers", "sets"),
      FaultKind.CRASH,
      FaultKind.ROLLING),
  SERVES_BELOW_THE_FLOOR(
      "changes are served one by one where some are not held any more",
      "sets",
      List.of("liveness")),
  LOSES_A_FRAGMENT(
      "of a large message the second packet is lost", "large-values", List.of("liveness")),
  LOSES_A_PIECE("a piece of a transfer is passed over", "large-values", List.of("convergence")),
  ADVERTISES_BEFORE_THE_COMMIT(
      "a transfer's frontier is told before its commit record",
      "large-values",
      List.of("durable before sent")),
  JOINS_WITHOUT_THE_COMMIT(
      "after a restart a transfer is joined that was not committed",
      "large-values",
      List.of("convergence", "digests"),
      FaultKind.CUT,
      FaultKind.CRASH,
      FaultKind.BLACKOUT,
      FaultKind.LOST_DISK),
  THROWS_A_BRANCH_AWAY(
      "a branch of a replica is thrown away, and not written anew",
      "sets",
      List.of("acknowledged-effects"),
      FaultKind.CUT,
      FaultKind.CLONE),
  NEVER_STOPS_TALKING(
      "a node asks on and on although nothing is missing", "sets", List.of("quiescence")),
  COUNTS_WHO_IS_THERE(
      "a quorum is counted over the nodes in reach", "quorums", List.of("quorum-guarantees")),
  VOTES_BEFORE_THE_FSYNC(
      "a voter acknowledges what its journal does not hold yet",
      "quorums",
      List.of("quorum-guarantees")),
  READS_WITHOUT_ASKING(
      "a quorum read answers with what the node has", "quorums", List.of("quorum-guarantees")),
  WRITES_A_RETRY_TWICE(
      "the operation id of a retry is not looked up", "retries", List.of("one-effect")),
  ONE_DOT_FOR_A_CHANGE(
      "all that a change puts bears one dot: who drops a part drops all",
      "hand-over",
      List.of("logs", "sets", "session-guarantees", "atomic-changes")),
  KEEPS_EVERY_CHANGE(
      "every change is held one by one for ever", "large-values", List.of("bounded-memory"));

  private final String what;
  private final String workload;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private final List<String> finders;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private final List<FaultKind> kinds;

  PlantedFault(String what, String workload, List<String> finders, FaultKind... kinds) {
    this.what = what;
    this.workload = workload;
    this.finders = finders;
    this.kinds = List.of(kinds);
  }

  /** As the command spells it: {@code reuses-dots}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one that is spelt like this. */
  public static Optional<PlantedFault> find(String label) {
    return Arrays.stream(values()).filter(fault -> fault.label().equals(label)).findFirst();
  }

  /** How all of them are spelt. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(PlantedFault::label).toList();
  }

  /** What is wrong, in one line. */
  String what() {
    return what;
  }

  /** The load under which it shows. */
  String workload() {
    return workload;
  }

  /** The checkers that are there to find it: one of these does. */
  List<String> finders() {
    return finders;
  }

  /** What must go wrong beside it for it to show soon; empty for everything. */
  List<FaultKind> kinds() {
    return kinds;
  }
}
