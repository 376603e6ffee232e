package dev.hearsay.sim.check;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.HybridTime;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A log shows every entry that was appended, once, in one order: by time, then by replica, and
 * entries of one transaction as they were appended; but for those that were dropped by one who had
 * seen them. Judged as long as nothing is removed by its id.
 */
public final class LogReads extends ReadChecker<LogReads.Book> {
  /**
   * An append; null stands for several of the same value, whose order is not followed.
   *
   * @param drops the changes that dropped it
   */
  record Entry(Write write, long number, List<Dot> drops) {
    boolean isVisible(Reached frontier) {
      return frontier.covers(write.name()) && !isDropped(frontier);
    }

    boolean isDropped(Reached frontier) {
      for (Dot drop : drops) {
        if (frontier.covers(drop)) {
          return true;
        }
      }
      return false;
    }

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
    boolean anyDropped;
    boolean anyTwice;

    /** How many entries there should be. */
    long size(Reached frontier) {
      return anyDropped ? visible(frontier).size() : tally.at(frontier);
    }

    /** The entries that there should be, in order. */
    List<Entry> visible(Reached frontier) {
      List<Entry> visible = new ArrayList<>();
      for (Entry entry : entries.values()) {
        if (entry != null && entry.isVisible(frontier)) {
          visible.add(entry);
        }
      }
      visible.sort((a, b) -> a == b ? 0 : a.isBefore(b) ? -1 : 1);
      return visible;
    }

    void drop(List<Entry> gone, Write write) {
      gone.forEach(entry -> entry.drops().add(write.name()));
      anyDropped |= !gone.isEmpty();
    }
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
    switch (operation.kind()) {
      case "append" -> {
        append(book, operation.value(), write);
        return !(book.anyTwice && book.anyDropped);
      }
      case "keepLast" -> {
        List<Entry> seen = book.visible(new Reached(write.past()));
        long kept = ((Value.Int) operation.value()).value();
        book.drop(seen.subList(0, (int) Math.max(0, seen.size() - kept)), write);
        return !book.anyTwice;
      }
      case "trimBefore" -> {
        String time = ((Value.Text) operation.value()).value();
        HybridTime bound = HybridTime.ofMillis(Instant.parse(time).toEpochMilli());
        List<Entry> seen = book.visible(new Reached(write.past()));
        seen.removeIf(entry -> entry.write().time().compareTo(bound) >= 0);
        book.drop(seen, write);
        return !book.anyTwice;
      }
      default -> {
        return false;
      }
    }
  }

  private static void append(Book book, Value value, Write write) {
    boolean again = book.entries.containsKey(value);
    book.anyTwice |= again;
    book.entries.put(value, again ? null : new Entry(write, book.appended++, new ArrayList<>()));
    book.tally.add(write.name(), 1);
  }

  @Override
  boolean wipe(Book book, Write write) {
    book.drop(book.visible(new Reached(write.past())), write);
    return !book.anyTwice;
  }

  @Override
  @Nullable String judge(Book book, Operation read, Reached frontier) {
    long due = book.size(frontier);
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
      } else if (entry.isDropped(frontier)) {
        return value + " is resurrected: it was dropped by one who had seen it";
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
