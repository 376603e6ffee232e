package dev.hearsay.sim.world;

import dev.hearsay.mesh.gossip.Acknowledgements;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can go wrong in a {@link World}. */
public enum FaultKind {
  CUT("the nodes are cut off from all others, both ways"),
  ONE_WAY("the first node's packets do not reach the others that are named"),
  FLAP("the first node's links come and go, every AMOUNT seconds"),
  SWIZZLE("the nodes' links are cut one by one, and restored in another order"),
  LOSS("every link loses AMOUNT of its packets"),
  DUPLICATE("AMOUNT of all packets come twice"),
  REORDER("packets overtake each other by up to AMOUNT milliseconds"),
  SLOW("the links of the nodes take AMOUNT milliseconds more"),
  NARROW("the nodes send AMOUNT kilobytes a second at most"),
  CRASH("the processes of the nodes are killed"),
  TORN("the processes are killed in the middle of a write to the disk"),
  BLACKOUT("all processes are killed at once"),
  ROLLING("every node is restarted, one after the other"),
  PAUSE("the nodes do nothing for a while, as in a long collection of garbage"),
  FULL("the disks of the nodes are full"),
  SLOW_DISK("a forced write takes AMOUNT milliseconds more"),
  CORRUPT("a node is killed, a bit of its journal or of a snapshot turned; an operator repairs it"),
  LOST_DISK("a node is killed and begins again with an empty disk"),
  OLD_DISK("a node is killed and begins again with its disk as it was a while before"),
  CLONE("a node goes on from an image of its machine, as if nothing had been since"),
  CLOCK("the wall clocks of the nodes jump by AMOUNT seconds, and back at the end"),
  JOIN("a new node joins"),
  TWIN("a new node joins on a copy of the disk of the node, which does not vote"),
  LEAVE("the node leaves for good, once others have what it has and vote in its place"),
  REPLACE("a new node joins, and the node leaves for good"),
  VOTERS("the nodes become the voters of all spaces"),
  REPLACE_VOTERS("the nodes, most of the voters, are lost for good, and replaced by force"),
  MOVE("restricted spaces move to the nodes; with AMOUNT 1, to all with a role of the first");

  /**
   * Nobody may have heard a lost voter for so long before others are put in its place; and the
   * operator of a virtual mesh has seen that a little later.
   */
  public static final long SILENT_NANOS = (Acknowledgements.WAIT_MILLIS_MAX + 1_000) * 1_000_000L;

  private final String what;

  FaultKind(String what) {
    this.what = what;
  }

  /** What it does, in one line. */
  public String what() {
    return what;
  }

  /** As options and files spell it: {@code lost-disk}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The one that is spelt like this. */
  public static Optional<FaultKind> find(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label().equals(label)).findFirst();
  }

  /** How all of them are spelt. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(FaultKind::label).toList();
  }

  /** Whether it happens to nodes that are named. */
  boolean needsNodes() {
    return mayNameNodes() && this != LEAVE && this != REPLACE;
  }

  /** Whether nodes may be named; who leaves is chosen where none is. */
  boolean mayNameNodes() {
    return switch (this) {
      case LOSS, DUPLICATE, REORDER, BLACKOUT, ROLLING, JOIN -> false;
      default -> true;
    };
  }

  /** Whether it is something only for as long as it lasts. */
  boolean needsTime() {
    return switch (this) {
      case CUT, ONE_WAY, FLAP, SWIZZLE, LOSS, DUPLICATE, REORDER, SLOW, NARROW -> true;
      case PAUSE, FULL, SLOW_DISK, OLD_DISK, CLONE -> true;
      default -> false;
    };
  }

  /** Whether it happens to one node at a time. */
  boolean isOfOne() {
    return switch (this) {
      case FLAP, CORRUPT, LOST_DISK, OLD_DISK, CLONE, TWIN, LEAVE, REPLACE -> true;
      default -> false;
    };
  }

  /** Whether it can last, rather than be done once for good. */
  public boolean lasts() {
    return switch (this) {
      case JOIN, TWIN, LEAVE, REPLACE, VOTERS, REPLACE_VOTERS, MOVE -> false;
      default -> true;
    };
  }

  /** Whether it comes about wherever its nodes are there: a disk may hold nothing to be damaged. */
  public boolean isSure() {
    return lasts() && this != CORRUPT;
  }

  /** Whether it is nothing without an amount. */
  boolean needsAmount() {
    return switch (this) {
      case FLAP, LOSS, DUPLICATE, REORDER, SLOW, NARROW, SLOW_DISK, CLOCK -> true;
      default -> false;
    };
  }

  /** Whether there is one node more after it. */
  public boolean adds() {
    return this == JOIN || this == TWIN || this == REPLACE;
  }

  /** Whether what a node made durable may be gone after it. */
  boolean damagesDisks() {
    return this == CORRUPT || this == LOST_DISK || this == OLD_DISK || this == CLONE;
  }
}
