package dev.hearsay.sim.check;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
  private record Mark(Book book, Value value) {}

  /** A transaction that put something into several fields. */
  private static final class Owner {
    final long transaction;
    final List<Mark> marks = new ArrayList<>();

    /** The last read that found a part of it. */
    long seenBy;

    Owner(long transaction) {
      this.transaction = transaction;
    }
  }

  /** One field. */
  private static final class Book {
    final String name;

    /** What was put, as long as nobody else touched it; null once somebody has. */
    final Map<Value, @Nullable Owner> owners = new HashMap<>();

    boolean wiped;

    /** What the last read that looked at it found, and which that was. */
    Set<Value> found = Set.of();

    long seenBy;

    Book(String name) {
      this.name = name;
    }
  }

  private final Map<Field, Book> fields = new HashMap<>();
  private long reads;
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

  private Book book(Operation operation) {
    return fields.computeIfAbsent(
        new Field(operation.call().space(), operation.field()), field -> new Book(field.name()));
  }

  @Override
  public void minted(List<Operation> operations) {
    Set<Mark> put = new LinkedHashSet<>();
    for (Operation operation : operations) {
      if (PUTS.contains(operation.kind())) {
        put.add(markOf(operation));
      } else if (SINGLE_DROPS.contains(operation.kind()) && !operation.type().equals("FieldMap")) {
        Mark mark = markOf(operation);
        mark.book().owners.put(mark.value(), null);
        put.remove(mark);
      } else if (wipesByPrefix(operation)) {
        wipedByPrefix = true;
      } else if (wipes(operation)) {
        book(operation).wiped = true;
      }
    }
    if (!put.isEmpty()) {
      own(put, new Owner(operations.get(0).call().transaction()));
    }
  }

  private static void own(Set<Mark> put, Owner owner) {
    for (Mark mark : put) {
      boolean first = !mark.book().owners.containsKey(mark.value());
      mark.book().owners.put(mark.value(), first ? owner : null);
      if (first) {
        owner.marks.add(mark);
      }
    }
    if (owner.marks.stream().map(Mark::book).distinct().count() < 2) {
      owner.marks.clear();
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

  private Mark markOf(Operation operation) {
    Value key = operation.key();
    return new Mark(book(operation), key == null ? operation.value() : key);
  }

  @Override
  public void ended(List<Operation> operations) {
    if (wipedByPrefix) {
      return;
    }
    List<Book> seen = new ArrayList<>();
    reads++;
    for (Operation operation : operations) {
      if (operation.call().result() == Operation.Result.OK
          && !operation.call().write()
          && operation.kind().equals("read")) {
        Set<Value> values = valuesOf(operation);
        if (values != null) {
          Book book = book(operation);
          book.found = values;
          book.seenBy = reads;
          seen.add(book);
        }
      }
    }
    if (seen.size() > 1) {
      compare(operations.get(0).call(), seen);
    }
    seen.forEach(book -> book.found = Set.of());
  }

  private static @Nullable Set<Value> valuesOf(Operation read) {
    if (read.value() instanceof Value.Sequence sequence) {
      return new HashSet<>(sequence.values());
    } else if (read.value() instanceof Value.Mapping mapping && read.type().equals("OrMap")) {
      Set<Value> values = new HashSet<>();
      mapping.entries().keySet().forEach(key -> values.add(Value.of(key)));
      return values;
    }
    return null;
  }

  private void compare(Operation.Call read, List<Book> seen) {
    checked();
    for (Book book : seen) {
      for (Value value : book.found) {
        Owner owner = book.owners.get(value);
        if (owner != null && owner.seenBy != reads) {
          owner.seenBy = reads;
          compare(read, owner);
        }
      }
    }
  }

  private void compare(Operation.Call read, Owner owner) {
    for (Mark mark : owner.marks) {
      Book book = mark.book();
      if (book.seenBy == reads
          && !book.wiped
          && book.owners.get(mark.value()) != null
          && !book.found.contains(mark.value())) {
        report(
            read.endNanos(),
            read.node(),
            read.session()
                + " saw a part of transaction "
                + owner.transaction
                + ", but not "
                + mark.value()
                + " in '"
                + book.name
                + "'");
        return;
      }
    }
  }
}
