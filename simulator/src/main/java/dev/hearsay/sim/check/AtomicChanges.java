package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change is seen wholly or not at all. Two ways to see a half: a frontier that stands within a
 * change; and, without believing any frontier, a client that reads two fields at once and finds in
 * one what a transaction put there, and in the other nothing of what the same transaction put there
 * and nobody has touched since.
 */
public final class AtomicChanges extends Checker {
  private static final Set<String> PUTS = Set.of("add", "append", "put");
  private static final Set<String> SINGLE_DROPS = Set.of("remove");

  private record Field(String space, String name) {}

  /** Something that one transaction alone has put. */
  private record Mark(Field field, Value value) {}

  /** What was put under a mark, as long as nobody else touched it; null once somebody has. */
  private final Map<Mark, @Nullable Long> owners = new HashMap<>();

  private final Map<Long, List<Mark>> marks = new HashMap<>();
  private final Set<Field> wiped = new HashSet<>();
  private boolean wipedByPrefix;
  private final ChangeBook book = new ChangeBook();

  @Override
  public String name() {
    return "atomic-changes";
  }

  @Override
  public String description() {
    return "a change over several fields is seen wholly or not at all";
  }

  @Override
  public void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    book.minted(space, change, past);
  }

  @Override
  public void shown(long nanos, String node, String space, SpaceState state) {
    checkFrontier(nanos, node, space, state.frontier());
  }

  @Override
  public void applied(
      long nanos, String node, String space, EncodedChange change, SpaceState after) {
    checked();
    if (after.frontier().counter(change.change().replica()) != change.last()) {
      report(nanos, node, "'" + space + "' stands within the change " + change.change().name());
    }
  }

  private void checkFrontier(long nanos, String node, String space, VersionVector frontier) {
    checked();
    for (int i = 0; i < frontier.size(); i++) {
      long counter = frontier.counterAt(i);
      ChangeBook.Known known = book.at(space, frontier.replicaAt(i), counter);
      if (known == null || known.last() != counter) {
        report(
            nanos,
            node,
            "'" + space + "' stands within a change, at " + frontier.replicaAt(i) + ":" + counter);
      }
    }
  }

  @Override
  public void minted(List<Operation> operations) {
    Map<Mark, Operation> put = new LinkedHashMap<>();
    for (Operation operation : operations) {
      Field field = new Field(operation.call().space(), operation.field());
      if (PUTS.contains(operation.kind())) {
        put.put(markOf(field, operation), operation);
      } else if (SINGLE_DROPS.contains(operation.kind()) && !operation.type().equals("FieldMap")) {
        owners.put(markOf(field, operation), null);
        put.remove(markOf(field, operation));
      } else if (wipesByPrefix(operation)) {
        wipedByPrefix = true;
      } else if (wipes(operation)) {
        wiped.add(field);
      }
    }
    List<Mark> own = new ArrayList<>();
    for (Mark mark : put.keySet()) {
      if (owners.containsKey(mark)) {
        owners.put(mark, null);
      } else {
        long transaction = put.get(mark).call().transaction();
        owners.put(mark, transaction);
        own.add(mark);
      }
    }
    boolean several = own.stream().map(Mark::field).distinct().count() > 1;
    if (several) {
      marks.put(operations.get(0).call().transaction(), own);
    }
  }

  private static boolean wipes(Operation operation) {
    return switch (operation.kind()) {
      case "clear", "removeRange", "keepLast", "trimBefore", "delete" -> true;
      default -> false;
    };
  }

  /** Which fields it empties cannot be said by one name. */
  private static boolean wipesByPrefix(Operation operation) {
    return operation.kind().equals("deletePrefix") || operation.type().equals("FieldMap");
  }

  private static Mark markOf(Field field, Operation operation) {
    Value key = operation.key();
    return new Mark(field, key == null ? operation.value() : key);
  }

  @Override
  public void ended(List<Operation> operations) {
    Map<Field, Set<Value>> seen = new HashMap<>();
    for (Operation operation : operations) {
      if (operation.call().result() == Operation.Result.OK
          && !operation.call().write()
          && operation.kind().equals("read")) {
        Set<Value> values = valuesOf(operation);
        if (values != null) {
          seen.put(new Field(operation.call().space(), operation.field()), values);
        }
      }
    }
    if (seen.size() > 1 && !wipedByPrefix) {
      compare(operations.get(0).call(), seen);
    }
  }

  private static @Nullable Set<Value> valuesOf(Operation read) {
    Set<Value> values = new HashSet<>();
    if (read.value() instanceof Value.Sequence sequence) {
      values.addAll(sequence.values());
    } else if (read.value() instanceof Value.Mapping mapping && read.type().equals("OrMap")) {
      mapping.entries().keySet().forEach(key -> values.add(Value.of(key)));
    } else {
      return null;
    }
    return values;
  }

  private void compare(Operation.Call read, Map<Field, Set<Value>> seen) {
    checked();
    Set<Long> done = new HashSet<>();
    seen.forEach(
        (field, values) -> {
          for (Value value : values) {
            Long owner = owners.get(new Mark(field, value));
            if (owner != null && done.add(owner)) {
              compare(read, seen, owner);
            }
          }
        });
  }

  private void compare(Operation.Call read, Map<Field, Set<Value>> seen, long transaction) {
    for (Mark mark : marks.getOrDefault(transaction, List.of())) {
      Set<Value> values = seen.get(mark.field());
      if (values != null
          && !wiped.contains(mark.field())
          && owners.get(mark) != null
          && !values.contains(mark.value())) {
        report(
            read.endNanos(),
            read.node(),
            read.session()
                + " saw a part of transaction "
                + transaction
                + ", but not "
                + mark.value()
                + " in '"
                + mark.field().name()
                + "'");
        return;
      }
    }
  }
}
