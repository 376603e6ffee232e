package dev.hearsay.sim.check;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.DiffFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * In the end all nodes hold the same, byte for byte. Believes no name and no digest, and so judges
 * also where a replica has two branches.
 */
public final class EqualBytes extends Checker {
  private record Held(String node, VersionVector frontier, ByteBuffer bytes) {}

  private final Map<String, Held> held = new TreeMap<>();

  @Override
  public String name() {
    return "equal-bytes";
  }

  @Override
  public String description() {
    return "all nodes end with the same bytes";
  }

  @Override
  public boolean goesByNames() {
    return false;
  }

  @Override
  public void holds(long nanos, String node, String space, @Nullable SpaceState state) {
    checked();
    if (state == null) {
      report(nanos, node, "cannot show '" + space + "' in the end");
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(DiffFormat.encode(state));
    Held first = held.putIfAbsent(space, new Held(node, state.frontier(), bytes));
    if (first != null && !first.bytes().equals(bytes)) {
      boolean sameFrontier = first.frontier().equals(state.frontier());
      report(
          nanos,
          node,
          "holds another '"
              + space
              + "' than "
              + first.node()
              + " in the end: "
              + (sameFrontier
                  ? "at the same frontier"
                  : "it is at " + state.frontier() + ", and not " + first.frontier()));
    }
  }
}
