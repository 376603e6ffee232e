package dev.hearsay.sim.check;

import java.util.HashSet;
import java.util.Set;

/**
 * Of everything that a node keeps for others beside the states of its spaces, it keeps no more than
 * the bound of that thing.
 */
public final class BoundedMemory extends Checker {
  private record Excess(String node, String what) {}

  private final Set<Excess> reported = new HashSet<>();

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
  public void held(long nanos, String node, String what, long amount, long most) {
    checked();
    if (amount > most && reported.add(new Excess(node, what))) {
      report(nanos, node, "keeps " + amount + " " + what + ", more than " + most);
    }
  }
}
