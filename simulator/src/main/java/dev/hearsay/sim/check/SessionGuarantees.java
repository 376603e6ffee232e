package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Frontier;
import dev.hearsay.sim.history.Operation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Read your writes, monotonic reads, writes follow reads and monotonic writes (Terry et al. 1994),
 * for every session, on one node and where it goes on at another with the token of its frontier;
 * and whoever waited for a token sees all that is in it. Without believing any frontier, a session
 * finds in sets and logs what it has put there and nobody has removed. A session that works at a
 * node whose disk was damaged begins anew.
 */
public final class SessionGuarantees extends Checker {
  private record Strand(String session, String space) {}

  /** Own values of a session that are looked for in each field; older ones are not any more. */
  private static final int OWN_MAX = 64;

  private record Field(String space, String name) {}

  private static final class Known {
    final Map<Field, Deque<Value>> own = new HashMap<>();
    String node = "";
    VersionVector read = VersionVector.EMPTY;
    VersionVector written = VersionVector.EMPTY;
  }

  private final Map<Strand, Known> sessions = new HashMap<>();
  private final Map<Field, Set<Value>> removed = new HashMap<>();
  private final Set<Field> wiped = new HashSet<>();
  private boolean wipedByPrefix;
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
    operations.forEach(this::noteRemoval);
    Operation.Call call = operations.get(0).call();
    Known known = known(call);
    if (!pastOfLatest.covers(known.read)) {
      report(call, "wrote " + call.change() + " not after what it had read", known.read);
    } else if (!pastOfLatest.covers(known.written)) {
      report(call, "wrote " + call.change() + " not after what it had written", known.written);
    }
  }

  private void noteRemoval(Operation operation) {
    if (operation.kind().equals("deletePrefix") || operation.type().equals("FieldMap")) {
      wipedByPrefix = true;
      return;
    }
    Field field = new Field(operation.call().space(), operation.field());
    switch (operation.kind()) {
      case "add", "append", "increment", "put", "set", "enable", "disable", "reset" -> {}
      case "read", "contains", "size", "siblings", "claims", "get", "keys", "last" -> {}
      case "remove" -> {
        if (operation.type().equals("OrSet")) {
          removed.computeIfAbsent(field, f -> new HashSet<>()).add(operation.value());
        } else {
          wiped.add(field);
        }
      }
      default -> wiped.add(field);
    }
  }

  private void report(Operation.Call call, String what, VersionVector due) {
    report(
        call.endNanos(),
        call.node(),
        "session "
            + call.session()
            + " "
            + what
            + ": "
            + Vectors.missing(pastOfLatest, due)
            + " in '"
            + call.space()
            + "'");
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
      operations.forEach(operation -> noteOwn(known, operation));
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
    operations.forEach(operation -> lookForOwn(known, operation));
  }

  private static void noteOwn(Known known, Operation operation) {
    if (operation.kind().equals("add") || operation.kind().equals("append")) {
      Field field = new Field(operation.call().space(), operation.field());
      Deque<Value> own = known.own.computeIfAbsent(field, f -> new ArrayDeque<>());
      own.add(operation.value());
      if (own.size() > OWN_MAX) {
        own.remove();
      }
    }
  }

  private void lookForOwn(Known known, Operation read) {
    Field field = new Field(read.call().space(), read.field());
    Deque<Value> own = known.own.get(field);
    if (own == null
        || wipedByPrefix
        || wiped.contains(field)
        || !read.kind().equals("read")
        || !(read.value() instanceof Value.Sequence values)) {
      return;
    }
    checked();
    Set<Value> found = new HashSet<>(values.values());
    Set<Value> gone = removed.getOrDefault(field, Set.of());
    for (Value value : own) {
      if (!found.contains(value) && !gone.contains(value)) {
        report(
            read.call().endNanos(),
            read.call().node(),
            "session "
                + read.call().session()
                + " does not find "
                + value
                + " in '"
                + read.field()
                + "', which it had put there and nobody removed");
        return;
      }
    }
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
  public void purged(long nanos, String node, String space) {
    sessions
        .entrySet()
        .removeIf(each -> each.getKey().space().equals(space) && each.getValue().node.equals(node));
  }

  @Override
  public void left(long nanos, String node) {
    diskDamaged(nanos, node);
  }
}
