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
 * Registers, maps and flags show the writes that no other write had seen: the latest of them by
 * (time, replica), of claims the most confident, and side by side all of them.
 */
public final class RegisterReads extends ReadChecker<RegisterReads.Book> {
  private static final Set<String> TYPES =
      Set.of("LwwRegister", "MvRegister", "ConfidenceRegister", "Flag", "OrMap");

  static final class Book {
    final Map<Value, KeyWrites> keys = new HashMap<>();
    final KeyWrites wipes = new KeyWrites();

    List<Value> visible(@Nullable Value key, Reached frontier) {
      KeyWrites writes = keys.get(key == null ? Value.Null.NULL : key);
      return writes == null
          ? List.of()
          : writes.visible(frontier, wipes).stream().map(KeyWrites.Put::value).toList();
    }
  }

  @Override
  public String name() {
    return "registers";
  }

  @Override
  public String description() {
    return "registers, maps and flags show the latest write, and all that were concurrent";
  }

  @Override
  boolean judges(String type) {
    return TYPES.contains(type);
  }

  @Override
  Book newField() {
    return new Book();
  }

  @Override
  boolean write(Book book, Operation operation, Write write) {
    Value put;
    switch (operation.kind()) {
      case "removeRange" -> {
        book.keys.forEach(
            (key, writes) -> {
              if (isWithin(operation.value(), key)) {
                writes.add(write, null);
              }
            });
        return true;
      }
      case "set", "put" -> put = operation.value();
      case "enable" -> put = Value.of(true);
      case "remove", "disable" -> put = null;
      default -> {
        return false;
      }
    }
    Value key = operation.key() == null ? Value.Null.NULL : operation.key();
    book.keys.computeIfAbsent(key, k -> new KeyWrites()).add(write, put);
    return true;
  }

  @Override
  boolean wipe(Book book, Write write) {
    book.wipes.add(write, null);
    return true;
  }

  @Override
  @Nullable String judge(Book book, Operation read, Reached frontier) {
    return switch (read.type()) {
      case "OrMap" -> judgeMap(book, read, frontier);
      case "Flag" ->
          same(read.value(), Value.of(!book.visible(null, frontier).isEmpty()), "the flag");
      case "ConfidenceRegister" -> judgeClaims(book, read, frontier);
      default -> judgeKey(book, null, read, frontier);
    };
  }

  private static @Nullable String judgeKey(
      Book book, @Nullable Value key, Operation read, Reached frontier) {
    List<Value> visible = book.visible(key, frontier);
    Value due =
        switch (read.kind()) {
          case "siblings" -> Value.of(visible);
          case "contains" -> Value.of(!visible.isEmpty());
          default -> visible.isEmpty() ? Value.Null.NULL : visible.get(0);
        };
    return same(read.value(), due, key == null ? "it" : "the value of " + key);
  }

  private static @Nullable String same(Value found, Value due, String what) {
    return found.equals(due) ? null : what + " is " + found + ", not " + due;
  }

  private static @Nullable String judgeMap(Book book, Operation read, Reached frontier) {
    if (read.key() != null) {
      return judgeKey(book, read.key(), read, frontier);
    }
    Map<Value, Value> due = new HashMap<>();
    for (Value key : book.keys.keySet()) {
      List<Value> visible = book.visible(key, frontier);
      if (!visible.isEmpty()) {
        due.put(key, visible.get(0));
      }
    }
    if (read.value() instanceof Value.Int) {
      return same(read.value(), Value.of(due.size()), "its size");
    } else if (read.value() instanceof Value.Sequence keys) {
      return due.keySet().equals(new HashSet<>(keys.values()))
          ? null
          : "it has the keys " + keys.values() + ", not " + due.keySet();
    }
    Map<String, Value> found = ((Value.Mapping) read.value()).entries();
    if (found.size() != due.size()) {
      return "it has " + found.size() + " keys, not " + due.size();
    }
    for (Map.Entry<String, Value> entry : found.entrySet()) {
      Value should = due.get(Value.of(entry.getKey()));
      if (!entry.getValue().equals(should)) {
        return "the value of " + entry.getKey() + " is " + entry.getValue() + ", not " + should;
      }
    }
    return null;
  }

  /** Claims are [confidence, value]; of equal confidence the latest comes first. */
  private static @Nullable String judgeClaims(Book book, Operation read, Reached frontier) {
    List<Value> claims =
        book.visible(null, frontier).stream()
            .sorted((a, b) -> Double.compare(confidence(b), confidence(a)))
            .toList();
    Value due =
        read.kind().equals("claims")
            ? Value.of(claims)
            : claims.isEmpty() ? Value.Null.NULL : ((Value.Sequence) claims.get(0)).values().get(1);
    return same(read.value(), due, "it");
  }

  private static double confidence(Value claim) {
    return ((Value.Real) ((Value.Sequence) claim).values().get(0)).value();
  }
}
