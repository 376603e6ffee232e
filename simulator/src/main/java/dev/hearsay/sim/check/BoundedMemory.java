package dev.hearsay.sim.check;

import java.util.HashMap;
import java.util.Map;

/** What a node keeps for its peers beside the states of its spaces stays within a bound. */
public final class BoundedMemory extends Checker {
  private final long bytesMax;
  private final Map<String, Long> reported = new HashMap<>();

  /**
   * With that bound.
   *
   * @param bytesMax of a node
   */
  public BoundedMemory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public String name() {
    return "bounded-memory";
  }

  @Override
  public boolean goesByNames() {
    return false;
  }

  @Override
  public String description() {
    return "what a node keeps in memory for others is bounded";
  }

  @Override
  public void held(long nanos, String node, long bytes) {
    checked();
    if (bytes > bytesMax && reported.putIfAbsent(node, bytes) == null) {
      report(nanos, node, "holds " + bytes + " bytes for others, more than " + bytesMax);
    }
  }
}
