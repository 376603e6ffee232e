package dev.hearsay.sim.sessions;

import dev.hearsay.mesh.AppendLog;
import dev.hearsay.mesh.FieldInfo;
import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Snapshot;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** How a session lives in a space: the writing of one message, and the reading of everything. */
public final class SessionSpace {

  private SessionSpace() {}

  /**
   * Writes one message into all of the space's fields: to be called inside one atomic change.
   *
   * @return the indexes of the messages that were there before: what the writer had seen
   */
  public static List<Integer> write(Fields fields, int index, Message message, String writer) {
    AppendLog<MessageEntry> log = log(fields);
    List<Integer> seen = indexes(log.entries());
    log.append(MessageEntry.of(index, message, writer, seen));

    String role = message.role().label();
    fields.pnCounter(SessionFields.MESSAGE_COUNT).increment();
    fields.pnCounter(SessionFields.countOf(message.role())).increment();
    fields.orSet(SessionFields.PARTICIPANTS, String.class).add(role);
    fields
        .lwwRegister(SessionFields.lastOf(message.role()), String.class)
        .set(SessionFields.last(index, message));
    fields
        .lwwRegister(SessionFields.STATUS, String.class)
        .set(SessionFields.status(index, message.role()));
    for (ToolCall call : message.toolCalls()) {
      fields.pnCounter(SessionFields.TOOL_CALLS).increment();
      fields.pnCounter(SessionFields.OPEN_CALLS).increment();
      fields.orSet(SessionFields.TOOLS, String.class).add(call.name());
      fields.orSet(SessionFields.UNANSWERED, String.class).add(call.id());
      fields.orMap(SessionFields.CALLS, String.class).put(call.id(), call.name());
    }
    if (message.role() == Role.TOOL) {
      fields.pnCounter(SessionFields.OPEN_CALLS).decrement();
      fields.orSet(SessionFields.UNANSWERED, String.class).remove(message.toolCallId());
    }
    return seen;
  }

  /** The indexes of the messages that are there, in the log's order. */
  public static List<Integer> indexes(Fields fields) {
    return indexes(log(fields).entries());
  }

  /** Everything in the space, field by field as it stands there. */
  public static SpaceContent read(Snapshot snapshot) {
    SortedMap<String, Long> counters = new TreeMap<>();
    SortedMap<String, SortedSet<String>> sets = new TreeMap<>();
    SortedMap<String, String> registers = new TreeMap<>();
    for (FieldInfo field : snapshot.fields()) {
      String name = field.name();
      switch (field.type()) {
        case "PnCounter" -> counters.put(name, snapshot.pnCounter(name).value());
        case "OrSet" -> sets.put(name, new TreeSet<>(snapshot.orSet(name, String.class).values()));
        case "LwwRegister" ->
            snapshot
                .lwwRegister(name, String.class)
                .get()
                .ifPresent(value -> registers.put(name, value));
        default -> {
          // The log and the map are read by name below.
        }
      }
    }
    return new SpaceContent(
        log(snapshot).entries(),
        counters,
        sets,
        registers,
        snapshot.lwwRegister(SessionFields.STATUS, String.class).siblings().stream()
            .sorted()
            .toList(),
        new TreeMap<>(snapshot.orMap(SessionFields.CALLS, String.class).entries()));
  }

  static AppendLog<MessageEntry> log(Fields fields) {
    return fields.appendLog(SessionFields.MESSAGES, MessageEntry.class);
  }

  private static List<Integer> indexes(List<MessageEntry> entries) {
    return entries.stream().map(MessageEntry::index).toList();
  }
}
