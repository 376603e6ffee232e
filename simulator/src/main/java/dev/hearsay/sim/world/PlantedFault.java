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
  NONE("", "sets"),
  SHOWS_WHAT_IS_HELD_BACK("readers see changes before what they depend on", "transactions"),
  SHOWS_HALF_A_CHANGE("readers see the first field of a change before the others", "transactions"),
  SHOWS_AN_OLDER_STATE("readers see a state from before the newest one", "sets"),
  ACKNOWLEDGES_BEFORE_THE_FSYNC(
      "a write is acknowledged before it is forced to the disk",
      "sets",
      FaultKind.CRASH,
      FaultKind.BLACKOUT,
      FaultKind.SLOW_DISK),
  JOURNALS_NOTHING("the journal says that it wrote, and did not", "sets"),
  CUTS_AT_THE_NEWEST_SNAPSHOT(
      "the journal is cut at the newest snapshot, not at the oldest kept", "sets"),
  FORGETS_DROPS("what a change of a peer drops is left out", "sets"),
  FORGETS_RECEIVED_CHANGES("a change is told as received and is not applied", "sets"),
  REUSES_DOTS("a node starts again under the incarnation that it had", "sets"),
  SERVES_BELOW_THE_FLOOR("changes are served one by one where some are not held any more", "sets"),
  LOSES_A_FRAGMENT("of a large message the second packet is lost", "large-values"),
  LOSES_A_PIECE("a piece of a transfer is passed over", "large-values"),
  ADVERTISES_BEFORE_THE_COMMIT(
      "a transfer's frontier is told before its commit record", "large-values"),
  JOINS_WITHOUT_THE_COMMIT(
      "after a restart a transfer is joined that was not committed",
      "large-values",
      FaultKind.CUT,
      FaultKind.CRASH,
      FaultKind.BLACKOUT,
      FaultKind.LOST_DISK),
  NEVER_STOPS_TALKING("a node asks on and on although nothing is missing", "sets"),
  COUNTS_WHO_IS_THERE("a quorum is counted over the nodes in reach", "quorums"),
  VOTES_BEFORE_THE_FSYNC("a voter acknowledges what its journal does not hold yet", "quorums"),
  READS_WITHOUT_ASKING("a quorum read answers with what the node has", "quorums"),
  WRITES_A_RETRY_TWICE("the operation id of a retry is not looked up", "retries");

  private final String what;
  private final String workload;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private final List<FaultKind> kinds;

  PlantedFault(String what, String workload, FaultKind... kinds) {
    this.what = what;
    this.workload = workload;
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

  /** What must go wrong beside it for it to show soon; empty for everything. */
  List<FaultKind> kinds() {
    return kinds;
  }
}
