package dev.hearsay.sim.shell;

import dev.hearsay.crdt.value.Value;
import dev.hearsay.mesh.FieldInfo;
import dev.hearsay.mesh.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a field holds, line by line, whatever class its values were written with. */
final class FieldPrinter {

  private final Snapshot snapshot;

  FieldPrinter(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  List<String> lines(FieldInfo field) {
    String name = field.name();
    return switch (field.type()) {
      case "OrSet" ->
          snapshot.orSet(name, Value.class).values().stream()
              .map(FieldPrinter::text)
              .sorted()
              .toList();
      case "PnCounter" -> List.of(snapshot.pnCounter(name).exactValue().toString());
      case "LwwRegister" -> beside(snapshot.lwwRegister(name, Value.class).siblings());
      case "MvRegister" -> beside(snapshot.mvRegister(name, Value.class).values());
      case "ConfidenceRegister" ->
          snapshot.confidenceRegister(name, Value.class).claims().stream()
              .map(claim -> text(claim.value()) + " (confidence " + claim.confidence() + ")")
              .toList();
      case "Flag" -> List.of("on");
      case "OrMap" -> {
        Map<String, Value> sorted = new TreeMap<>(snapshot.orMap(name, Value.class).entries());
        yield sorted.entrySet().stream().map(e -> e.getKey() + " = " + text(e.getValue())).toList();
      }
      case "AppendLog" ->
          snapshot.appendLog(name, Value.class).entries().stream().map(FieldPrinter::text).toList();
      default -> List.of("(a " + field.type() + " of size " + field.size() + ")");
    };
  }

  private static List<String> beside(List<Value> siblings) {
    List<String> lines = new ArrayList<>();
    for (Value value : siblings) {
      lines.add(lines.isEmpty() ? text(value) : "beside it, written concurrently: " + text(value));
    }
    return lines;
  }

  /** A value as a person writes it. */
  static String text(Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    } else if (value instanceof Value.Int number) {
      return String.valueOf(number.value());
    } else if (value instanceof Value.BigInt number) {
      return number.value().toString();
    } else if (value instanceof Value.Real number) {
      return String.valueOf(number.value());
    } else if (value instanceof Value.Bool bool) {
      return String.valueOf(bool.value());
    } else if (value instanceof Value.Sequence sequence) {
      return sequence.values().stream()
          .map(FieldPrinter::text)
          .collect(Collectors.joining(", ", "[", "]"));
    } else if (value instanceof Value.Mapping mapping) {
      return mapping.entries().entrySet().stream()
          .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (value instanceof Value.Bytes bytes) {
      return bytes.toByteArray().length + " bytes";
    }
    return "null";
  }
}
