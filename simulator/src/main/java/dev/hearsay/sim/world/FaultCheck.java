package dev.hearsay.sim.world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what of a schedule would come to nothing, whatever a mesh has come to by then: it is after
 * the end, or about nodes that have not joined.
 */
public final class FaultCheck {
  /** What can be done to one kind of mesh. */
  public interface Reason {
    /** Why a fault cannot be where there are so many nodes, to go on after it; null if it can. */
    @Nullable String why(Fault fault, int there);
  }

  private final int nodes;
  private final long nanos;
  private final String option;
  private final Reason reason;

  /**
   * Of a mesh.
   *
   * @param nodes that there are at first
   * @param nanos how long things go wrong
   * @param option that says so
   * @param reason what else cannot be
   */
  public FaultCheck(int nodes, long nanos, String option, Reason reason) {
    this.nodes = nodes;
    this.nanos = nanos;
    this.option = option;
    this.reason = reason;
  }

  /**
   * Refuses a schedule of which something would never happen.
   *
   * @throws IllegalArgumentException that says what, and why
   */
  public void check(Schedule schedule) {
    int there = nodes;
    for (Fault fault : schedule.faults()) {
      String why = why(fault, there);
      if (why != null) {
        throw new IllegalArgumentException("'" + fault + "'" + why);
      }
      there += fault.kind().adds() ? 1 : 0;
    }
  }

  /** The same without what would never happen, and without the names of nodes that never join. */
  public Schedule possible(Schedule schedule) {
    List<Fault> kept = new ArrayList<>();
    int there = nodes;
    for (Fault fault : schedule.faults()) {
      int now = there;
      List<Integer> left = fault.nodes().stream().filter(node -> node < now).toList();
      Fault one = new Fault(fault.atNanos(), fault.kind(), left, fault.forNanos(), fault.amount());
      if (left.isEmpty() == fault.nodes().isEmpty() && why(one, there) == null) {
        kept.add(one);
        there += fault.kind().adds() ? 1 : 0;
      }
    }
    return new Schedule(kept);
  }

  /**
   * Why a fault comes to nothing now; null if it does not, as far as that goes.
   *
   * @param left the nodes that it names and that have not left the mesh
   * @param members how many nodes there are now
   */
  public static @Nullable String nothing(Fault fault, List<Integer> left, int members) {
    List<Integer> named = fault.nodes();
    if (!named.isEmpty() && left.isEmpty()) {
      return "none of its nodes is there";
    }
    if (fault.kind() == FaultKind.CUT && left.size() == members) {
      return "no other node is there, and nothing is cut";
    }
    boolean isOneWay = fault.kind() == FaultKind.ONE_WAY && named.size() > 1;
    return isOneWay && (left.size() < 2 || !left.get(0).equals(named.get(0)))
        ? "no two ends of it are there"
        : null;
  }

  private @Nullable String why(Fault fault, int there) {
    String why = reason.why(fault, there);
    if (why != null) {
      return why;
    }
    if (fault.atNanos() >= nanos) {
      return " is after the end: faults have " + nanos / 1e9 + " s, see " + option;
    }
    for (int node : fault.nodes()) {
      if (node >= there) {
        return ": there is no node n" + node + " among " + there;
      }
    }
    boolean isAll = new HashSet<>(fault.nodes()).size() == there;
    return fault.kind() == FaultKind.CUT && isAll
        ? ": these are all nodes that there are, and nothing is cut"
        : null;
  }
}
