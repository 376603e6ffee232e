package dev.hearsay.sim.check;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.sim.history.Operation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What clients were told is there in the end, by what they wrote and read alone: every final read
 * of a set or a log shows what was acknowledged and nobody removed, and nothing that nobody wrote;
 * of a log, nothing more often than it was appended; and a counter is the sum of what was
 * acknowledged, but for what may or may not have been. No name of a change, no frontier and no
 * digest is believed: so it judges where a replica has two branches, and all others stay out.
 *
 * <p>Not asked for is what no disk may hold any more: one that was damaged, where nobody had read
 * it anywhere else. Increments leave no such trace; those that a node acknowledged before its disk
 * was damaged may be there or not.
 */
public final class AcknowledgedEffects extends Checker {
  private record Field(String space, String name) {}

  /** An element of a set, or an entry of a log. */
  private static final class Item {
    int written;
    boolean acknowledged;
    boolean removed;

    /** Nodes on whose disks it is, as far as clients can tell. */
    final TreeSet<String> disks = new TreeSet<>();
  }

  /** Increments of one kind: what they may add at most, and take at most. */
  private static final class Sum {
    BigInteger added = BigInteger.ZERO;
    BigInteger taken = BigInteger.ZERO;

    void add(BigInteger amount) {
      added = added.add(amount.max(BigInteger.ZERO));
      taken = taken.add(amount.min(BigInteger.ZERO));
    }

    void add(Sum other) {
      added = added.add(other.added);
      taken = taken.add(other.taken);
    }

    BigInteger total() {
      return added.add(taken);
    }
  }

  private static final class Book {
    final Map<Value, Item> items = new HashMap<>();
    final Map<String, Sum> acknowledged = new TreeMap<>();
    final Sum perhaps = new Sum();

    /** Something went of which it is not known what it was. */
    boolean emptied;
  }

  private final Map<Field, Book> books = new HashMap<>();
  private final List<Field> emptied = new ArrayList<>();
  private boolean settled;

  @Override
  public String name() {
    return "acknowledged-effects";
  }

  @Override
  public String description() {
    return "what was acknowledged shows in the end, by what clients write and read alone";
  }

  @Override
  public boolean goesByNames() {
    return false;
  }

  @Override
  public void settled(long nanos) {
    settled = true;
  }

  @Override
  public void diskDamaged(long nanos, String node) {
    for (Book book : books.values()) {
      book.items.values().forEach(item -> item.disks.remove(node));
      Sum lost = book.acknowledged.remove(node);
      if (lost != null) {
        book.perhaps.add(lost);
      }
    }
  }

  @Override
  public void left(long nanos, String node) {
    diskDamaged(nanos, node);
  }

  @Override
  public void ended(List<Operation> operations) {
    for (Operation operation : operations) {
      Operation.Call call = operation.call();
      if (call.write() && call.result() != Operation.Result.FAIL) {
        write(operation, book(operation), call.result() == Operation.Result.OK);
      } else if (!call.write()
          && call.result() == Operation.Result.OK
          && operation.kind().equals("read")) {
        read(operation, book(operation));
      }
    }
  }

  private Book book(Operation operation) {
    return books.computeIfAbsent(
        new Field(operation.call().space(), operation.field()), field -> new Book());
  }

  private void write(Operation operation, Book book, boolean acknowledged) {
    String node = operation.call().node();
    if (operation.type().equals("FieldMap") || operation.kind().equals("deletePrefix")) {
      emptied.add(new Field(operation.call().space(), operation.field()));
      return;
    }
    switch (operation.kind()) {
      case "add", "append" -> {
        Item item = book.items.computeIfAbsent(operation.value(), value -> new Item());
        item.written++;
        if (acknowledged) {
          item.acknowledged = true;
          item.disks.add(node);
        }
      }
      case "increment" -> {
        BigInteger amount = number(operation.value());
        (acknowledged ? book.acknowledged.computeIfAbsent(node, name -> new Sum()) : book.perhaps)
            .add(amount);
      }
      case "remove" -> {
        if (operation.type().equals("OrSet")) {
          book.items.computeIfAbsent(operation.value(), value -> new Item()).removed = true;
        } else {
          book.emptied = true;
        }
      }
      case "clear", "removeRange", "keepLast", "trimBefore", "reset", "delete" ->
          book.emptied = true;
      default -> {}
    }
  }

  private static BigInteger number(Value value) {
    return value instanceof Value.Int small
        ? BigInteger.valueOf(small.value())
        : ((Value.BigInt) value).value();
  }

  private void read(Operation read, Book book) {
    switch (read.type()) {
      case "OrSet", "AppendLog" -> {
        Map<Value, Integer> found = new HashMap<>();
        for (Value value : ((Value.Sequence) read.value()).values()) {
          found.merge(value, 1, Integer::sum);
          Item item = book.items.get(value);
          if (item != null) {
            item.disks.add(read.call().node());
          }
        }
        if (settled) {
          judge(read, book, found);
        }
      }
      case "PnCounter" -> {
        if (settled && !isEmptied(read, book)) {
          judge(read, book, number(read.value()));
        }
      }
      default -> {}
    }
  }

  private boolean isEmptied(Operation read, Book book) {
    return book.emptied
        || emptied.stream()
            .anyMatch(
                field ->
                    field.space().equals(read.call().space())
                        && read.field().startsWith(field.name()));
  }

  private void judge(Operation read, Book book, Map<Value, Integer> found) {
    checked();
    found.forEach(
        (value, times) -> {
          Item item = book.items.get(value);
          if (item == null || item.written == 0) {
            report(read, value + " comes from nowhere: nobody wrote it");
          } else if (times > item.written) {
            report(read, value + " is there " + times + " times");
          }
        });
    if (!isEmptied(read, book)) {
      book.items.forEach(
          (value, item) -> {
            if (item.acknowledged
                && !item.removed
                && !item.disks.isEmpty()
                && !found.containsKey(value)) {
              report(read, value + " is lost: it was acknowledged, and " + item.disks + " had it");
            }
          });
    }
  }

  private void judge(Operation read, Book book, BigInteger found) {
    checked();
    Sum sure = new Sum();
    book.acknowledged.values().forEach(sure::add);
    BigInteger least = sure.total().add(book.perhaps.taken);
    BigInteger most = sure.total().add(book.perhaps.added);
    if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
      report(read, "it is " + found + ", not from " + least + " to " + most);
    }
  }

  private void report(Operation read, String what) {
    Operation.Call call = read.call();
    report(
        call.endNanos(),
        call.node(),
        "'" + read.field() + "' of '" + call.space() + "', read in the end: " + what);
  }
}
