package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.sim.history.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Read your writes, monotonic reads, writes follow reads and monotonic writes (Terry et al. 1994),
 * for every session, on one node and where it goes on at another with the token of its frontier;
 * and whoever waited for a token sees all that is in it. A session that works at a node whose disk
 * was damaged begins anew.
 */
public final class SessionGuarantees extends Checker {
  private record Strand(String session, String space) {}

  private static final class Known {
    String node = "";
    VersionVector read = VersionVector.EMPTY;
    VersionVector written = VersionVector.EMPTY;
  }

  private final Map<Strand, Known> sessions = new HashMap<>();
  private VersionVector pastOfLatest = VersionVector.EMPTY;

  @Override
  public String name() {
    return "session-guarantees";
  }

  @Override
  public String description() {
    return "sessions read their writes, never go back, and write after what they read";
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    pastOfLatest = past;
  }

  @Override
  public void minted(List<Operation> operations) {
    if (operations.isEmpty()) {
      return;
    }
    checked();
    Operation.Call call = operations.get(0).call();
    Known known = known(call);
    if (!pastOfLatest.covers(known.read)) {
      report(call, "wrote " + call.change() + " not after what it had read", known.read);
    } else if (!pastOfLatest.covers(known.written)) {
      report(call, "wrote " + call.change() + " not after what it had written", known.written);
    }
  }

  private void report(Operation.Call call, String what, VersionVector due) {
    report(
        call.endNanos(),
        call.node(),
        "session " + call.session() + " " + what + ": " + Vectors.missing(pastOfLatest, due)
            + " in '" + call.space() + "'");
  }

  @Override
  public void ended(List<Operation> operations) {
    if (operations.isEmpty() || operations.get(0).call().result() != Operation.Result.OK) {
      return;
    }
    Operation.Call call = operations.get(0).call();
    Frontier frontier = call.frontier();
    if (frontier == null) {
      return;
    }
    Known known = known(call);
    if (call.write()) {
      known.written = known.written.join(frontier.versions());
      return;
    }
    checked();
    VersionVector saw = frontier.versions();
    String missed = null;
    if (!saw.covers(known.written)) {
      missed = "its own write " + Vectors.missing(saw, known.written);
    } else if (!saw.covers(known.read)) {
      missed = "what it had read before, " + Vectors.missing(saw, known.read);
    } else if (call.after() != null && !saw.covers(call.after().versions())) {
      missed = "what it waited for, " + Vectors.missing(saw, call.after().versions());
    }
    if (missed != null) {
      report(
          call.endNanos(),
          call.node(),
          "session " + call.session() + " read '" + call.space() + "' without " + missed);
    }
    known.read = known.read.join(saw);
  }

  private Known known(Operation.Call call) {
    Known known =
        sessions.computeIfAbsent(new Strand(call.session(), call.space()), t -> new Known());
    known.node = call.node();
    return known;
  }

  @Override
  public void diskDamaged(long nanos, String node) {
    sessions.values().removeIf(known -> known.node.equals(node));
  }

  @Override
  public void left(long nanos, String node) {
    diskDamaged(nanos, node);
  }
}
