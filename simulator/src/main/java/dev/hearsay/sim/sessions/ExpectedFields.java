package dev.hearsay.sim.sessions;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the recording implies for the fields of a session's space, given which of its messages were
 * written and what each writer had seen.
 */
final class ExpectedFields {

  private final Session session;
  private final SortedSet<Integer> written;
  private final Map<Integer, Set<Integer>> seen;

  ExpectedFields(Session session, Set<Integer> written, Map<Integer, Set<Integer>> seen) {
    this.session = session;
    this.written = new TreeSet<>(written);
    this.seen = seen;
  }

  SortedMap<String, Long> counters() {
    SortedMap<String, Long> counters = new TreeMap<>();
    long calls = 0;
    long answers = 0;
    for (Role role : Role.values()) {
      counters.put(SessionFields.countOf(role), 0L);
    }
    for (int index : written) {
      Message message = message(index);
      calls += message.toolCalls().size();
      answers += message.role() == Role.TOOL ? 1 : 0;
      counters.merge(SessionFields.countOf(message.role()), 1L, Long::sum);
    }
    counters.put(SessionFields.MESSAGE_COUNT, (long) written.size());
    counters.put(SessionFields.TOOL_CALLS, calls);
    counters.put(SessionFields.OPEN_CALLS, calls - answers);
    return counters;
  }

  SortedMap<String, SortedSet<String>> sets() {
    SortedSet<String> tools = new TreeSet<>();
    SortedSet<String> participants = new TreeSet<>();
    SortedSet<String> unanswered = new TreeSet<>();
    for (int index : written) {
      Message message = message(index);
      participants.add(message.role().label());
      for (ToolCall call : message.toolCalls()) {
        tools.add(call.name());
        if (!answered(index, call.id())) {
          unanswered.add(call.id());
        }
      }
    }
    return new TreeMap<>(
        Map.of(
            SessionFields.TOOLS,
            tools,
            SessionFields.PARTICIPANTS,
            participants,
            SessionFields.UNANSWERED,
            unanswered));
  }

  /** Registers that one role alone writes, so that the recording fixes their value. */
  SortedMap<String, String> registers() {
    SortedMap<String, String> registers = new TreeMap<>();
    for (int index : written) {
      Message message = message(index);
      registers.put(SessionFields.lastOf(message.role()), SessionFields.last(index, message));
    }
    return registers;
  }

  /** One role writes this map, too: the last put of an id stays. */
  SortedMap<String, String> calls() {
    SortedMap<String, String> calls = new TreeMap<>();
    for (int index : written) {
      message(index).toolCalls().forEach(call -> calls.put(call.id(), call.name()));
    }
    return calls;
  }

  /** All writes of the status register that no later write had seen, as the register holds them. */
  List<String> statuses() {
    Set<Integer> superseded = new HashSet<>();
    written.stream().map(seen::get).filter(s -> s != null).forEach(superseded::addAll);
    return written.stream()
        .filter(index -> !superseded.contains(index))
        .map(index -> SessionFields.status(index, message(index).role()))
        .sorted()
        .toList();
  }

  private boolean answered(int callIndex, String callId) {
    Collection<Integer> answers =
        written.stream()
            .filter(
                index ->
                    message(index).role() == Role.TOOL
                        && message(index).toolCallId().equals(callId))
            .toList();
    return answers.stream().anyMatch(i -> seen.getOrDefault(i, Set.of()).contains(callIndex));
  }

  private Message message(int index) {
    return session.messages().get(index);
  }
}
