package dev.hearsay.sim.check;

import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set shows every element that was added and that no remove has seen, and no other: nothing is
 * lost, nothing that was removed comes back, nothing comes from nowhere. Elements that were added
 * once and removed at most once are counted together, so that a read costs what it shows.
 */
public final class SetReads extends ReadChecker<SetReads.Book> {
  static final class Element {
    final KeyWrites writes = new KeyWrites();
    int count;

    /** Added once and removed at most once, by one who had seen it: it is all in the tally. */
    boolean isCounted = true;

    ReadChecker.@Nullable Write added;
    ReadChecker.@Nullable Write removed;

    /** For which frontier it was last found out whether it shows, after how many writes. */
    @Nullable Reached shownAt;

    long shownAfter;
    boolean isShown;

    /** What the tally says of it. */
    int counted(Reached frontier) {
      int adds = added != null && frontier.covers(added.name()) ? 1 : 0;
      return adds - (removed != null && frontier.covers(removed.name()) ? 1 : 0);
    }
  }

  static final class Book {
    final Map<Value, Element> elements = new HashMap<>();
    final Set<Element> busy = new LinkedHashSet<>();
    final KeyWrites wipes = new KeyWrites();
    final Tally tally = new Tally();
    long writes;

    @SuppressWarnings("ReferenceEquality") // what is read together is read at one frontier
    boolean shows(Element element, Reached frontier) {
      if (element.isCounted && wipes.isEmpty()) {
        return element.counted(frontier) > 0;
      }
      if (element.shownAt != frontier || element.shownAfter != writes) {
        element.shownAt = frontier;
        element.shownAfter = writes;
        element.isShown = !element.writes.visible(frontier, wipes).isEmpty();
      }
      return element.isShown;
    }

    /** How many elements there should be. */
    long size(Reached frontier) {
      if (!wipes.isEmpty()) {
        return elements.values().stream().filter(element -> shows(element, frontier)).count();
      }
      long size = tally.at(frontier);
      for (Element element : busy) {
        size += (shows(element, frontier) ? 1 : 0) - element.counted(frontier);
      }
      return size;
    }
  }

  @Override
  public String name() {
    return "sets";
  }

  @Override
  public String description() {
    return "sets show what was added and not removed: nothing lost, nothing resurrected";
  }

  @Override
  boolean judges(String type) {
    return type.equals("OrSet");
  }

  @Override
  Book newField() {
    return new Book();
  }

  @Override
  boolean write(Book book, Operation operation, Write write) {
    if (operation.kind().equals("removeRange")) {
      removeRange(book, operation, write);
      return true;
    }
    boolean adds = operation.kind().equals("add");
    if (!adds && !operation.kind().equals("remove")) {
      return false;
    }
    book.writes++;
    Element element = book.elements.computeIfAbsent(operation.value(), value -> new Element());
    element.writes.add(write, adds ? operation.value() : null);
    element.count++;
    Dot name = write.name();
    if (element.count == 1 && adds) {
      element.added = write;
      book.tally.add(name, 1);
    } else if (element.count == 2
        && !adds
        && element.added != null
        && write.past().covers(element.added.name())) {
      element.removed = write;
      book.tally.add(name, -1);
    } else {
      element.isCounted = false;
      book.busy.add(element);
    }
    return true;
  }

  /** As if each element that is there to see were removed. */
  private void removeRange(Book book, Operation operation, Write write) {
    for (Map.Entry<Value, Element> each : book.elements.entrySet()) {
      Element element = each.getValue();
      boolean matters =
          !element.isCounted
              || (element.added != null
                  && write.past().covers(element.added.name())
                  && !(element.removed != null && write.past().covers(element.removed.name())));
      if (matters && isWithin(operation.value(), each.getKey())) {
        write(
            book,
            new Operation(
                operation.call(), "remove", operation.field(), "OrSet", null, each.getKey()),
            write);
      }
    }
  }

  @Override
  boolean wipe(Book book, Write write) {
    book.writes++;
    book.wipes.add(write, null);
    return true;
  }

  @Override
  @Nullable String judge(Book book, Operation read, Reached frontier) {
    switch (read.kind()) {
      case "contains" -> {
        boolean found = read.value().equals(Value.of(true));
        Element element = book.elements.get(read.key());
        boolean due = element != null && book.shows(element, frontier);
        return found == due ? null : wrong(book, read.key(), found, frontier);
      }
      case "size" -> {
        long due = book.size(frontier);
        return read.value().equals(Value.of(due)) ? null : "size " + read.value() + ", not " + due;
      }
      default -> {
        return judgeContent(book, ((Value.Sequence) read.value()), frontier);
      }
    }
  }

  private static @Nullable String judgeContent(Book book, Value.Sequence read, Reached frontier) {
    for (Value value : read.values()) {
      Element element = book.elements.get(value);
      if (element == null || !book.shows(element, frontier)) {
        return wrong(book, value, true, frontier);
      }
    }
    if (read.values().size() == book.size(frontier)) {
      return null;
    }
    Set<Value> found = new HashSet<>(read.values());
    for (Map.Entry<Value, Element> entry : book.elements.entrySet()) {
      if (!found.contains(entry.getKey()) && book.shows(entry.getValue(), frontier)) {
        return wrong(book, entry.getKey(), false, frontier);
      }
    }
    return "an element more than once";
  }

  private static String wrong(Book book, @Nullable Value value, boolean found, Reached frontier) {
    if (!found) {
      return value + " is lost: it was added, and nobody who saw it removed it";
    }
    Element element = book.elements.get(value);
    return element != null && element.writes.wasPut(frontier)
        ? value + " is resurrected: it was removed by one who had seen it"
        : value + " comes from nowhere: nobody whose change is here added it";
  }
}
