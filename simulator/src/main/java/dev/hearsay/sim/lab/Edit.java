package dev.hearsay.sim.lab;

import dev.hearsay.crdt.value.JsonCodec;
import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.Fields;
import dev.hearsay.sim.history.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a transaction does, as {@linkplain Operation histories} have it, on its way to the
 * process that does it.
 *
 * @param kind what is done
 * @param type of the field; empty where a name is deleted
 * @param key as JSON; null where there is none
 * @param value as JSON
 */
public record Edit(String kind, String field, String type, @Nullable String key, String value) {
  private static final Set<String> READS =
      Set.of("read", "contains", "size", "siblings", "claims", "get", "keys", "last");

  /** The edit that an operation of a transaction is; empty if it only looked. */
  public static Optional<Edit> of(Operation operation) {
    Value key = operation.key();
    return READS.contains(operation.kind())
        ? Optional.empty()
        : Optional.of(
            new Edit(
                operation.kind(),
                operation.field(),
                operation.type(),
                key == null ? null : JsonCodec.toJson(key),
                JsonCodec.toJson(operation.value())));
  }

  /** Does it. */
  void apply(Fields fields) {
    Value what = JsonCodec.fromJson(value);
    switch (type) {
      case "OrSet" -> set(fields, what);
      case "PnCounter" -> counter(fields, what);
      case "LwwRegister" -> {
        var register = fields.lwwRegister(field, Value.class);
        if (isOneOf("set", "clear")) {
          register.set(what);
        } else {
          register.clear();
        }
      }
      case "MvRegister" -> {
        var register = fields.mvRegister(field, Value.class);
        if (isOneOf("set", "clear")) {
          register.set(what);
        } else {
          register.clear();
        }
      }
      case "ConfidenceRegister" -> claim(fields, what);
      case "OrMap" -> map(fields, what);
      case "AppendLog" -> log(fields, what);
      case "Flag" -> {
        if (isOneOf("enable", "disable")) {
          fields.flag(field).enable();
        } else {
          fields.flag(field).disable();
        }
      }
      case "" -> {
        if (isOneOf("delete", "deletePrefix")) {
          fields.delete(field);
        } else {
          fields.deletePrefix(field);
        }
      }
      default -> throw unknown();
    }
  }

  /** Whether it is the first of the two; it must be one of them. */
  private boolean isOneOf(String first, String second) {
    if (!kind.equals(first) && !kind.equals(second)) {
      throw unknown();
    }
    return kind.equals(first);
  }

  private IllegalArgumentException unknown() {
    return new IllegalArgumentException("cannot '" + kind + "' a field of type '" + type + "'");
  }

  private void set(Fields fields, Value what) {
    var set = fields.orSet(field, Value.class);
    switch (kind) {
      case "add" -> set.add(what);
      case "remove" -> set.remove(what);
      case "clear" -> set.clear();
      case "removeRange" -> {
        List<Value> ends = ((Value.Sequence) what).values();
        set.removeRange(end(ends.get(0)), end(ends.get(1)));
      }
      default -> throw unknown();
    }
  }

  private static @Nullable Value end(Value end) {
    return end instanceof Value.Null ? null : end;
  }

  private static @Nullable String textEnd(Value end) {
    return end instanceof Value.Text text ? text.value() : null;
  }

  private void counter(Fields fields, Value what) {
    if (isOneOf("increment", "reset")) {
      fields.pnCounter(field).increment(((Value.Int) what).value());
    } else {
      fields.pnCounter(field).reset();
    }
  }

  private void claim(Fields fields, Value what) {
    var register = fields.confidenceRegister(field, Value.class);
    if (isOneOf("set", "clear")) {
      List<Value> claim = ((Value.Sequence) what).values();
      register.set(claim.get(1), ((Value.Real) claim.get(0)).value());
    } else {
      register.clear();
    }
  }

  private void map(Fields fields, Value what) {
    var map = fields.orMap(field, Value.class);
    switch (kind) {
      case "put" -> map.put(keyText(), what);
      case "remove" -> map.remove(keyText());
      case "clear" -> map.clear();
      case "removeRange" -> {
        List<Value> ends = ((Value.Sequence) what).values();
        map.removeRange(textEnd(ends.get(0)), textEnd(ends.get(1)));
      }
      default -> throw unknown();
    }
  }

  private String keyText() {
    if (key == null) {
      throw unknown();
    }
    return ((Value.Text) JsonCodec.fromJson(key)).value();
  }

  private void log(Fields fields, Value what) {
    var log = fields.appendLog(field, Value.class);
    switch (kind) {
      case "append" -> log.append(what);
      case "remove" -> log.remove(((Value.Text) what).value());
      case "keepLast" -> log.keepLast(Math.toIntExact(((Value.Int) what).value()));
      case "trimBefore" -> log.trimBefore(Instant.parse(((Value.Text) what).value()));
      default -> throw unknown();
    }
  }
}
