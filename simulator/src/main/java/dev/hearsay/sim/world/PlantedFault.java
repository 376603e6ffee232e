package dev.hearsay.sim.world;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Something that virtual nodes can be made to do wrong, so that the simulator can be seen to find
 * it. Only tests and the command that writes the table of them turn one on.
 */
public enum PlantedFault {
  NONE("", "sets", List.of()),
  SHOWS_WHAT_IS_HELD_BACK(
      "what a change depends on is not looked at",
      "sets",
      List.of("causal-order"),
      FaultKind.LOSS,
      FaultKind.REORDER),
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
      "a node starts again under the incarnation that it had",
      "sets",
      List.of("unique-dots"),
      FaultKind.SLOW_DISK,
      FaultKind.CRASH),
  FORGETS_A_RETIRED_REPLICA(
      "a node that starts again forgets the entry of a replica that writes no more",
      "sets",
      List.of("acknowledged-changes", "monotonic-frontiers", "sets"),
      FaultKind.CRASH,
      FaultKind.ROLLING),
  NAMES_WHAT_IT_LACKS(
      "a closed vector is named of which the node has not all",
      "sets",
      List.of("durable before sent"),
      FaultKind.CRASH,
      FaultKind.ROLLING,
      FaultKind.LOST_DISK),
  DROPS_A_CLOSED_ENTRY(
      "a closed vector is opened without one of its entries",
      "sets",
      List.of("liveness", "quiescence"),
      FaultKind.CUT,
      FaultKind.CRASH,
      FaultKind.ROLLING),
  TAKES_CLOSED_REPLICAS_FOR_SILENT(
      "what a replica writes after it was closed is passed over",
      "sets",
      List.of("liveness", "quiescence", "digests"),
      FaultKind.CUT,
      FaultKind.LOSS,
      FaultKind.FULL),
  SERVES_BELOW_THE_FLOOR(
      "changes are served one by one where some are not held any more",
      "sets",
      List.of("liveness")),
  LOSES_A_FRAGMENT(
      "of a large message the second packet is lost", "large-values", List.of("liveness")),
  LOSES_A_PIECE(
      "a piece of a transfer is passed over", "large-values", List.of("convergence", "liveness")),
  ADVERTISES_BEFORE_THE_COMMIT(
      "a transfer's frontier is told before its commit record",
      "large-values",
      List.of("durable before sent", "digests")),
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
      List.of("acknowledged-effects", "liveness"),
      FaultKind.CUT,
      FaultKind.CLONE),
  NEVER_STOPS_TALKING(
      "a node asks on and on although nothing is missing", "sets", List.of("quiescence")),
  COUNTS_WHO_IS_THERE(
      "a quorum is counted over the nodes in reach",
      "quorums",
      List.of("quorum-guarantees"),
      FaultKind.CUT,
      FaultKind.ONE_WAY,
      FaultKind.SWIZZLE),
  VOTES_BEFORE_THE_FSYNC(
      "a voter acknowledges what its journal does not hold yet",
      "quorums",
      List.of("durable before sent"),
      FaultKind.CRASH,
      FaultKind.BLACKOUT,
      FaultKind.SLOW_DISK),
  READS_WITHOUT_ASKING(
      "a quorum read answers with what the node has", "quorums", List.of("quorum-guarantees")),
  REPLACES_WITHOUT_ASKING(
      "voters are replaced by force before the others have said what they have",
      "quorums",
      List.of("quorum-guarantees"),
      FaultKind.REPLACE_VOTERS),
  WRITES_A_RETRY_TWICE(
      "the operation id of a retry is not looked up", "retries", List.of("one-effect")),
  ONE_DOT_FOR_A_CHANGE(
      "all that a change puts bears one dot: who drops a part drops all",
      "hand-over",
      List.of("logs", "sets", "session-guarantees", "atomic-changes")),
  PURGES_BEFORE_OTHERS_HAVE_IT(
      "a space that moves is removed before another node has it",
      "moving",
      List.of("acknowledged-changes", "convergence"),
      FaultKind.MOVE,
      FaultKind.CUT,
      FaultKind.SLOW),
  LEAVES_UNDRAINED(
      "a node that is drained leaves before another has what it had",
      "sets",
      List.of("acknowledged-changes"),
      FaultKind.CUT,
      FaultKind.SLOW,
      FaultKind.JOIN,
      FaultKind.LEAVE),
  TELLS_DIGESTS_TO_OUTSIDERS(
      "what is summed up for a node has spaces in it that it may not hold",
      "moving",
      List.of("placement"),
      FaultKind.MOVE),
  TELLS_FRONTIERS_TO_OUTSIDERS(
      "what a space has is told to nodes that may not hold it",
      "moving",
      List.of("placement"),
      FaultKind.MOVE),
  IGNORES_WHO_WAS_AWAY(
      "a voter answers nobody any more who was out of its reach",
      "quorums",
      List.of("liveness"),
      FaultKind.CUT,
      FaultKind.SLOW),
  REFUSES_AFTER_A_FULL_DISK(
      "a node whose disk was full once refuses writes for ever",
      "sets",
      List.of("liveness"),
      FaultKind.FULL),
  REFUSES_AFTER_A_CLOCK_JUMP(
      "a node whose clock was off once refuses writes for ever",
      "sets",
      List.of("liveness"),
      FaultKind.CLOCK),
  FORGETS_WHO_WAITS(
      "who waits for a frontier is not told when it is there", "hand-over", List.of("liveness")),
  SUMS_UP_WRONGLY(
      "what a node compares by is not the sum of what it has", "sets", List.of("digests")),
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

  /** What is set in the runs that are to find it, by the names of {@link SimSettings#KNOBS}. */
  Map<String, Double> knobs() {
    return what.contains("closed") ? Map.of("close", 2.0) : Map.of();
  }

  /** What must go wrong beside it for it to show soon; empty for everything. */
  List<FaultKind> kinds() {
    return kinds;
  }
}
