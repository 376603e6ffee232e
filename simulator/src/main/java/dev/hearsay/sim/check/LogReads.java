package dev.hearsay.sim.check;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A log shows every entry that was appended, once, in one order: by time, then by replica, and
 * entries of one transaction as they were appended. Judged as long as nothing is removed from it.
 */
public final class LogReads extends ReadChecker<LogReads.Book> {
  /** An append; null stands for several of the same value, whose order is not followed. */
  record Entry(Write write, long number) {
    /** In the order of logs. */
    boolean isBefore(Entry other) {
      int byTime = write.time().compareTo(other.write.time());
      if (byTime != 0) {
        return byTime < 0;
      }
      int byReplica = write.name().replica().compareTo(other.write.name().replica());
      return byReplica != 0 ? byReplica < 0 : number < other.number;
    }
  }

  static final class Book {
    final Map<Value, @Nullable Entry> entries = new HashMap<>();
    final Tally tally = new Tally();
    long appended;
  }

  @Override
  public String name() {
    return "logs";
  }

  @Override
  public String description() {
    return "logs show every entry once, in one order at all nodes";
  }

  @Override
  boolean judges(String type) {
    return type.equals("AppendLog");
  }

  @Override
  Book newField() {
    return new Book();
  }

  @Override
  boolean write(Book book, Operation operation, Write write) {
    if (!operation.kind().equals("append")) {
      return false;
    }
    Value value = operation.value();
    Entry entry = book.entries.containsKey(value) ? null : new Entry(write, book.appended++);
    book.entries.put(value, entry);
    book.tally.add(write.name(), 1);
    return true;
  }

  @Override
  boolean wipe(Book book, Write write) {
    return false;
  }

  @Override
  @Nullable String judge(Book book, Operation read, Reached frontier) {
    long due = book.tally.at(frontier);
    if (read.kind().equals("size")) {
      return read.value().equals(Value.of(due)) ? null : "size " + read.value() + ", not " + due;
    }
    List<Value> values = ((Value.Sequence) read.value()).values();
    Set<Value> once = new HashSet<>();
    Entry before = null;
    for (Value value : values) {
      if (!book.entries.containsKey(value)) {
        return value + " comes from nowhere";
      }
      Entry entry = book.entries.get(value);
      if (entry == null) {
        continue;
      }
      if (!once.add(value)) {
        return value + " is there more than once";
      } else if (!frontier.covers(entry.write().name())) {
        return value + " comes from nowhere: its change is not here";
      } else if (before != null && !before.isBefore(entry)) {
        return value + " stands in the wrong place";
      }
      before = entry;
    }
    long dueHere =
        read.kind().equals("last") && read.key() instanceof Value.Int count
            ? Math.min(due, count.value())
            : due;
    return values.size() == dueHere
        ? null
        : "it shows " + values.size() + " entries, not " + dueHere;
  }
}
