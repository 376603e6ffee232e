package dev.hearsay.sim.bench.types;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.hearsay.crdt.Change;
import dev.hearsay.crdt.Dot;
import dev.hearsay.crdt.Entry;
import dev.hearsay.crdt.FieldDelta;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change as a library without a format of its own would hand it to a serializer: every operation
 * with its dot, the whole version vector it depends on.
 *
 * @param dependencies the version vector, an entry a replica
 */
record PlainChange(
    PlainId replica,
    List<PlainDot> dependencies,
    long time,
    String author,
    PlainId previous,
    List<Operation> operations) {

  /** A random 64-bit number: a string of hexadecimal digits in JSON, a number elsewhere. */
  record PlainId(@JsonValue long value) {
    @JsonCreator
    PlainId {}
  }

  /** Names an atom, or ends a version vector's entry. */
  record PlainDot(PlainId replica, long counter) {}

  /**
   * One put or drop.
   *
   * @param key of maps and counters
   * @param value the element, the entry, or what is put; a map, text, integer, real or boolean
   * @param drops what it replaces
   */
  record Operation(
      PlainDot dot,
      FieldType type,
      String field,
      @Nullable String key,
      @Nullable Object value,
      @Nullable List<PlainDot> drops) {}

  static PlainChange of(Change change, VersionVector frontier) {
    List<PlainDot> dependencies = new ArrayList<>();
    for (int i = 0; i < frontier.size(); i++) {
      dependencies.add(
          new PlainDot(new PlainId(frontier.replicaAt(i).value()), frontier.counterAt(i)));
    }
    List<Operation> operations = new ArrayList<>();
    long counter = change.first();
    for (FieldDelta field : change.fields()) {
      for (Entry entry : field.entries()) {
        operations.add(operation(change, counter++, field, entry));
      }
    }
    return new PlainChange(
        new PlainId(change.replica().value()),
        dependencies,
        change.time().packed(),
        change.author(),
        new PlainId(change.previousHash()),
        operations);
  }

  private static Operation operation(Change change, long counter, FieldDelta field, Entry entry) {
    FieldType type = field.field().type();
    Key key = entry.key();
    Value payload = entry.payload();
    List<PlainDot> drops = new ArrayList<>();
    for (Dot dot : entry.drops()) {
      drops.add(new PlainDot(new PlainId(dot.replica().value()), dot.counter()));
    }
    return new Operation(
        new PlainDot(new PlainId(change.replica().value()), counter),
        type,
        field.field().name(),
        type == FieldType.OR_MAP ? ((Value.Text) key).value() : null,
        type == FieldType.OR_SET ? plain((Value) key) : payload == null ? null : plain(payload),
        drops.isEmpty() ? null : drops);
  }

  private static Object plain(Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    } else if (value instanceof Value.Int integer) {
      return integer.value();
    } else if (value instanceof Value.Real real) {
      return real.value();
    } else if (value instanceof Value.Bool truth) {
      return truth.value();
    } else if (value instanceof Value.Mapping mapping) {
      Map<String, Object> map = new LinkedHashMap<>();
      mapping.entries().forEach((name, part) -> map.put(name, plain(part)));
      return map;
    }
    throw new IllegalArgumentException("no plain form of " + value);
  }
}
