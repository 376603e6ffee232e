package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.gossip.Acknowledgements;
import java.util.Set;
import java.util.TreeSet;

/**
 * After the last write, fault and arrival of a change the mesh falls silent: what nodes still send
 * are signs of life and comparisons of equals, at their floor. Judged only where at least three
 * seconds of it were seen.
 */
public final class Quiescence extends Checker {
  private static final long NANOS_MIN = 3_000_000_000L;

  /** How a node that lost data asks the voters what it may have acknowledged. */
  private static final Set<String> RECOVERY = Set.of("AckAsk", "AckTell", "StandAsk", "StandTell");

  /**
   * So long after its disk was damaged it does: it is down for a while, and then waits until no
   * operation counts it any more. Where most of the voters are not there, they are asked for ever.
   */
  private static final long RECOVERED_NANOS =
      (Acknowledgements.WAIT_MILLIS_MAX + 20_000) * 1_000_000L;

  private final IdleFloor floor;

  /** That belong to the mesh now. */
  private int nodes;

  private long from;
  private long recoveredFrom;
  private long messages;
  private long bytes;
  private final Set<String> others = new TreeSet<>();

  /**
   * Of a mesh.
   *
   * @param floor of a node that knows all that ever belong to it
   * @param nodes that there are at first
   */
  public Quiescence(IdleFloor floor, int nodes) {
    this.floor = floor;
    this.nodes = nodes;
    restless(0);
  }

  @Override
  public String name() {
    return "quiescence";
  }

  @Override
  public boolean goesByNames() {
    return false;
  }

  @Override
  public String description() {
    return "traffic falls to the idle floor after the last write";
  }

  /** Whatever was silence before, it is broken. */
  private void restless(long nanos) {
    from = nanos + floor.settle().toNanos();
    messages = 0;
    bytes = 0;
    others.clear();
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    restless(nanos);
  }

  @Override
  public void applied(
      long nanos, String node, String space, EncodedChange change, SpaceState after) {
    restless(nanos);
  }

  @Override
  public void shown(long nanos, String node, String space, SpaceState state) {
    restless(nanos);
  }

  @Override
  public void crashed(long nanos, String node) {
    restless(nanos);
  }

  @Override
  public void restarted(long nanos, String node) {
    restless(nanos);
  }

  @Override
  public void diskDamaged(long nanos, String node) {
    recoveredFrom = nanos + RECOVERED_NANOS;
  }

  @Override
  public void votersMissing(long nanos) {
    recoveredFrom = Long.MAX_VALUE;
  }

  @Override
  public void joined(long nanos, String node) {
    nodes++;
    restless(nanos);
  }

  @Override
  public void left(long nanos, String node) {
    nodes--;
    restless(nanos);
  }

  @Override
  public void healed(long nanos) {
    restless(nanos);
  }

  /** The final reads begin, which may ask others. */
  @Override
  public void settled(long nanos) {
    restless(nanos);
  }

  @Override
  public void sent(long nanos, String from, String to, String kind, int bytes) {
    counted(nanos, from, kind, 1, bytes);
  }

  @Override
  public void counted(long sinceNanos, String node, String kind, long messages, long bytes) {
    if (sinceNanos >= from) {
      this.messages += messages;
      this.bytes += bytes;
      boolean recovers = sinceNanos < recoveredFrom && RECOVERY.contains(kind);
      if (!recovers && !floor.kinds().contains(kind)) {
        others.add(kind + " of " + node);
      }
    }
  }

  @Override
  public void finish(long nanos) {
    if (nanos - from < NANOS_MIN) {
      return;
    }
    checked();
    double nodeSeconds = (nanos - from) / 1e9 * nodes;
    if (!others.isEmpty()) {
      report(nanos, "", "nodes that are equal and idle still send " + others);
    }
    if (messages / nodeSeconds > floor.messagesPerNodeSecondMax()
        || bytes / nodeSeconds > floor.bytesPerNodeSecondMax()) {
      report(
          nanos,
          "",
          String.format(
              "idle nodes send %.1f messages and %.0f bytes a second each; the floor is %.1f and"
                  + " %.0f",
              messages / nodeSeconds,
              bytes / nodeSeconds,
              floor.messagesPerNodeSecondMax(),
              floor.bytesPerNodeSecondMax()));
    }
  }
}
