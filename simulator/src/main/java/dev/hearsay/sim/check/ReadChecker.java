package dev.hearsay.sim.check;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.KeyRange;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges what clients see in fields of some types: every read, at any node and any time, shows what
 * the writes that its frontier covers make, by the rules in docs/crdt-types.md and nothing of the
 * code that is judged. A write counts as soon as its change is minted, whatever its client was told
 * of it; of what was read inside a transaction the frontier is what its change depends on.
 *
 * <p>Only what was written through sessions is known. Fields that were changed in a way that is not
 * followed here (a transaction dropped a range of what it had put itself) are not judged any more.
 *
 * @param <F> what is remembered of a field
 */
abstract class ReadChecker<F> extends Checker {
  /** A change that wrote. */
  record Write(Dot name, VersionVector past, HybridTime time) {}

  private record Field(String space, String name) {}

  private final Map<Field, F> fields = new HashMap<>();
  private final Set<Field> unfollowed = new HashSet<>();
  private @Nullable Write latest;
  private Reached reached = new Reached(VersionVector.EMPTY);

  /** Whether it judges fields of that type. */
  abstract boolean judges(String type);

  abstract F newField();

  /** Takes a write into account; false if it is of a kind that is not followed. */
  abstract boolean write(F field, Operation operation, Write write);

  /** Takes into account that all that the write had seen in the field is dropped. */
  abstract boolean wipe(F field, Write write);

  /**
   * Compares what was read with what should be there; null if it is that, or else what is wrong.
   */
  abstract @Nullable String judge(F field, Operation read, Reached frontier);

  @Override
  public final void minted(
      long nanos, String node, String space, EncodedChange change, VersionVector past) {
    latest = new Write(change.change().name(), past, change.change().time());
  }

  @Override
  public final void minted(List<Operation> operations) {
    Write write = latest;
    if (write == null) {
      return;
    }
    Set<Field> written = new HashSet<>();
    for (Operation operation : operations) {
      Field name = new Field(operation.call().space(), operation.field());
      if (isRead(operation)) {
        if (!written.contains(name)) {
          judge(operation, write.past());
        }
      } else if (operation.type().isEmpty() || operation.type().equals("FieldMap")) {
        wipeByName(operation, name, written, write);
        written.add(name);
      } else if (judges(operation.type())) {
        boolean first = written.add(name);
        F field = fields.computeIfAbsent(name, n -> newField());
        // What a transaction drops of what it has put itself is not followed.
        boolean followed = first || !drops(operation);
        boolean wipes = operation.kind().equals("clear");
        if (!followed || !(wipes ? wipe(field, write) : write(field, operation, write))) {
          unfollowed.add(name);
        }
      }
    }
  }

  private static boolean drops(Operation operation) {
    return switch (operation.kind()) {
      case "clear", "removeRange", "keepLast", "trimBefore" -> true;
      default -> false;
    };
  }

  /** Drops all that the write had seen in the fields that it names, one or many. */
  private void wipeByName(Operation operation, Field name, Set<Field> written, Write write) {
    fields.forEach(
        (field, book) -> {
          if (field.space().equals(name.space())
              && names(operation, field.name())
              && (!written.add(field) || !wipe(book, write))) {
            unfollowed.add(field);
          }
        });
    written.add(name);
  }

  /** Whether the deletion is one of that field too. */
  private static boolean names(Operation operation, String field) {
    String name = operation.field();
    boolean isKey = operation.kind().equals("remove"); // of a FieldMap, with all maps within it
    return switch (operation.kind()) {
      case "delete", "remove" -> field.equals(name) || (isKey && field.startsWith(name + "/"));
      default -> field.startsWith(name);
    };
  }

  /** Whether a key is in a range as {@code removeRange} notes it: [from, to], null for an end. */
  static boolean isWithin(Value ends, Value key) {
    List<Value> both = ((Value.Sequence) ends).values();
    Value from = both.get(0);
    Value to = both.get(1);
    return (from.equals(Value.Null.NULL) || new KeyRange(from, null).contains(key))
        && (to.equals(Value.Null.NULL) || new KeyRange(null, to).contains(key));
  }

  private static boolean isRead(Operation operation) {
    return switch (operation.kind()) {
      case "read", "contains", "size", "siblings", "claims", "get", "keys", "last" -> true;
      default -> false;
    };
  }

  @Override
  public final void ended(List<Operation> operations) {
    for (Operation operation : operations) {
      Operation.Call call = operation.call();
      if (!call.write() && call.result() == Operation.Result.OK && call.frontier() != null) {
        judge(operation, call.frontier().versions());
      }
    }
  }

  private void judge(Operation read, VersionVector frontier) {
    if (!judges(read.type()) || !isFollowed(read)) {
      return;
    }
    checked();
    F field = fields.computeIfAbsent(new Field(read.call().space(), read.field()), n -> newField());
    // What is read together is read at one frontier.
    reached = reached.isOf(frontier) ? reached : new Reached(frontier);
    String wrong = judge(field, read, reached);
    if (wrong != null) {
      Operation.Call call = read.call();
      report(
          call.endNanos(),
          call.node(),
          "session "
              + call.session()
              + " read '"
              + read.field()
              + "' of '"
              + call.space()
              + "': "
              + wrong);
    }
  }

  private boolean isFollowed(Operation read) {
    return !unfollowed.contains(new Field(read.call().space(), read.field()));
  }
}
