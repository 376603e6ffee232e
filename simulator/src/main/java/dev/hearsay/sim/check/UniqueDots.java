package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.ReplicaId;
import dev.hearsay.crdt.VersionVector;
import java.util.HashMap;
import java.util.Map;

/** No dot names two atoms: a replica's changes take dots without gaps, each once, at one node. */
public final class UniqueDots extends Checker {
  private record Writer(String space, ReplicaId replica) {}

  private record Used(String node, long last) {}

  private final Map<Writer, Used> writers = new HashMap<>();

  @Override
  public String name() {
    return "unique-dots";
  }

  @Override
  public String description() {
    return "no dot is used twice, and none is left out";
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    checked();
    Writer writer = new Writer(space, change.change().replica());
    Used before = writers.put(writer, new Used(node, change.last()));
    long last = before == null ? 0 : before.last();
    long first = change.change().first();
    String which = "change " + change.change().name() + " of '" + space + "'";
    if (first <= last) {
      report(nanos, node, which + " uses dots again: they were taken up to " + last);
    } else if (first > last + 1) {
      report(nanos, node, which + " leaves dots out: they were taken up to " + last);
    }
    if (before != null && !before.node().equals(node)) {
      report(nanos, node, which + " is of a replica that wrote at " + before.node());
    }
  }
}
