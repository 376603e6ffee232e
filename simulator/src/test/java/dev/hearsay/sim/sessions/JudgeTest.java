package dev.hearsay.sim.sessions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every fault is planted into a run that passes without it. */
class JudgeTest {

  private static final Recording SAMPLE = RecordingReader.sample();
  private static final Session FIRST = SAMPLE.sessions().get(0);

  private final Ledger ledger = new Ledger();
  private final SortedMap<String, NodeContent> nodes = new TreeMap<>();

  /** A run in which every writer had seen everything before it. */
  @BeforeEach
  void play() {
    SortedMap<String, SpaceContent> spaces = new TreeMap<>();
    for (Session session : SAMPLE.sessions()) {
      List<MessageEntry> log = new ArrayList<>();
      for (int index = 0; index < session.messages().size(); index++) {
        Message message = session.messages().get(index);
        String writer = "node-" + (message.role().seat() + 1);
        List<Integer> seen = log.stream().map(MessageEntry::index).toList();
        ledger.handedOver(session.name(), index, writer);
        ledger.acknowledged(session.name(), index);
        log.add(MessageEntry.of(index, message, writer, seen));
      }
      spaces.put(session.name(), contentOf(session, log));
    }
    for (String node : List.of("node-1", "node-2", "node-3")) {
      nodes.put(node, new NodeContent(spaces));
    }
  }

  @Test
  void aRunWithoutFaultsPasses() {
    Verdict verdict = judge();
    assertEquals(List.of(), verdict.findings());
    assertTrue(verdict.passed());
    assertTrue(verdict.converged());
    assertEquals(3, verdict.stateDigest().size());
    assertEquals(1, Set.copyOf(verdict.stateDigest().values()).size());
  }

  @Test
  void aDroppedChangeIsLost() {
    plantEverywhere(content -> withLog(content, log -> log.remove(5)));
    Verdict verdict = judge();
    assertEquals(1, verdict.lost());
    assertFinds(verdict, Finding.Kind.LOST, "message 5 was acknowledged");
  }

  @Test
  void aChangeMissingOnOneNodeIsLostAndANodeDiverged() {
    plant("node-2", content -> withLog(content, log -> log.remove(5)));
    Verdict verdict = judge();
    assertEquals(1, verdict.lost());
    assertFalse(verdict.converged());
    assertFinds(verdict, Finding.Kind.DIVERGED, "the messages or their order");
  }

  @Test
  void aMissingSpaceIsLost() {
    SortedMap<String, SpaceContent> spaces = new TreeMap<>(nodes.get("node-3").spaces());
    spaces.remove(FIRST.name());
    nodes.put("node-3", new NodeContent(spaces));
    assertEquals(FIRST.messages().size(), judge().lost());
  }

  @Test
  void aRepeatedChangeIsDuplicated() {
    plantEverywhere(content -> withLog(content, log -> log.add(log.get(5))));
    Verdict verdict = judge();
    assertEquals(1, verdict.duplicated());
    assertFinds(verdict, Finding.Kind.DUPLICATED, "message 5 is there 2 times");
  }

  @Test
  void alteredContentIsNamed() {
    plantEverywhere(
        content ->
            withLog(
                content,
                log -> {
                  MessageEntry entry = log.get(3);
                  log.set(
                      3,
                      new MessageEntry(
                          3,
                          entry.role(),
                          entry.writer(),
                          entry.content() + "!",
                          entry.toolCalls(),
                          entry.toolCallId(),
                          entry.toolName(),
                          entry.seen()));
                }));
    assertFinds(judge(), Finding.Kind.ALTERED, "message 3");
  }

  @Test
  void aReorderedLogBreaksCausality() {
    plantEverywhere(content -> withLog(content, log -> Collections.swap(log, 5, 6)));
    Verdict verdict = judge();
    assertEquals(nodes.size(), verdict.causalViolations());
    assertFinds(verdict, Finding.Kind.CAUSAL, "message 6 stands before 5");
  }

  @Test
  void anOrderThatDiffersBetweenNodesDiverges() {
    plant("node-1", content -> withLog(content, log -> Collections.swap(log, 5, 6)));
    assertFalse(judge().converged());
  }

  @Test
  void aWriterThatForgotItsOwnWriteBreaksCausality() {
    int forgetful = lastOf(Role.USER);
    plantEverywhere(
        content ->
            withLog(
                content,
                log -> {
                  MessageEntry entry = log.get(forgetful);
                  log.set(
                      forgetful,
                      MessageEntry.of(
                          forgetful,
                          FIRST.messages().get(forgetful),
                          entry.writer(),
                          entry.seen().subList(1, forgetful)));
                }));
    assertFinds(judge(), Finding.Kind.CAUSAL, "message " + forgetful + " was written without 0");
  }

  @Test
  void anUnknownMessageAndAnUnknownSpaceAreForeign() {
    plantEverywhere(
        content ->
            withLog(
                content,
                log -> log.add(MessageEntry.of(99, FIRST.messages().get(0), "node-1", List.of()))));
    SortedMap<String, SpaceContent> spaces = new TreeMap<>(nodes.get("node-1").spaces());
    spaces.put("nobody's", SpaceContent.EMPTY);
    nodes.put("node-1", new NodeContent(spaces));
    Verdict verdict = judge();
    assertFinds(verdict, Finding.Kind.FOREIGN, "message 99");
    assertFinds(verdict, Finding.Kind.FOREIGN, "no recorded session");
  }

  @Test
  void aCounterThatIsOffByOneIsNamed() {
    plantEverywhere(
        content -> {
          content.counters().merge(SessionFields.MESSAGE_COUNT, 1L, Long::sum);
          return content;
        });
    assertFinds(judge(), Finding.Kind.WRONG_FIELD, "'message-count' is 16, should be 15");
  }

  @Test
  void aMissingElementOfASetIsNamed() {
    plantEverywhere(
        content -> {
          content.sets().get(SessionFields.TOOLS).remove("book_room");
          return content;
        });
    assertFinds(judge(), Finding.Kind.WRONG_FIELD, "'tools' is [");
  }

  @Test
  void aRemovedElementThatCameBackIsNamed() {
    plantEverywhere(
        content -> {
          content.sets().put(SessionFields.UNANSWERED, new TreeSet<>(Set.of("call-001")));
          return content;
        });
    assertFinds(judge(), Finding.Kind.WRONG_FIELD, "'unanswered' is [call-001], should be []");
  }

  @Test
  void anOverwrittenRegisterIsNamed() {
    plantEverywhere(
        content -> {
          content.registers().put(SessionFields.lastOf(Role.USER), "0 an old one");
          return content;
        });
    assertFinds(judge(), Finding.Kind.WRONG_FIELD, "'last-user' is 0 an old one");
  }

  @Test
  void aSupersededStatusIsNamed() {
    plantEverywhere(
        content -> {
          content.registers().put(SessionFields.STATUS, "0 user");
          return content;
        });
    assertFinds(judge(), Finding.Kind.WRONG_FIELD, "'status' is 0 user");
  }

  @Test
  void aWrongEntryOfAMapIsNamed() {
    plantEverywhere(
        content -> {
          content.calls().put("call-001", "another tool");
          return content;
        });
    assertFinds(judge(), Finding.Kind.WRONG_FIELD, "'calls'");
  }

  @Test
  void whatWitnessesSawCounts() {
    Finding seen = new Finding(Finding.Kind.CAUSAL, "node-1", FIRST.name(), "was visible without");
    Verdict verdict = Judge.judge(SAMPLE, ledger, nodes, List.of(seen));
    assertEquals(1, verdict.causalViolations());
    assertFalse(verdict.passed());
  }

  @Test
  void witnessesSeeHalfAChangeAndAMessageWithoutItsPast() {
    List<MessageEntry> log = nodes.get("node-1").spaces().get(FIRST.name()).messages();
    Witness good = new Witness("node-1", FIRST.name());
    good.see(log.subList(0, 4), 4);
    assertEquals(List.of(), good.findings());

    Witness half = new Witness("node-1", FIRST.name());
    half.see(log.subList(0, 4), 3);
    assertEquals(Finding.Kind.HALF_VISIBLE, half.findings().get(0).kind());

    Witness gap = new Witness("node-1", FIRST.name());
    gap.see(List.of(log.get(0), log.get(1), log.get(3)), 3);
    assertEquals(Finding.Kind.CAUSAL, gap.findings().get(0).kind());
  }

  @Test
  void anAnswerThatHadNotSeenItsCallLeavesItUnanswered() {
    int call = firstWithCalls();
    Map<Integer, Set<Integer>> nothingSeen = Map.of(call, Set.of(), call + 1, Set.of());
    Map<Integer, Set<Integer>> callSeen = Map.of(call, Set.of(), call + 1, Set.of(call));
    Set<Integer> written = Set.of(call, call + 1);
    assertEquals(
        FIRST.messages().get(call).toolCalls().stream()
            .map(ToolCall::id)
            .collect(Collectors.toCollection(TreeSet::new)),
        new ExpectedFields(FIRST, written, nothingSeen).sets().get(SessionFields.UNANSWERED));
    assertEquals(
        Set.of(),
        new ExpectedFields(FIRST, written, callSeen).sets().get(SessionFields.UNANSWERED));
  }

  private Verdict judge() {
    return Judge.judge(SAMPLE, ledger, nodes, List.of());
  }

  private void plantEverywhere(UnaryOperator<SpaceContent> fault) {
    for (String node : List.copyOf(nodes.keySet())) {
      plant(node, fault);
    }
  }

  private void plant(String node, UnaryOperator<SpaceContent> fault) {
    SortedMap<String, SpaceContent> spaces = new TreeMap<>(nodes.get(node).spaces());
    SpaceContent original = spaces.get(FIRST.name());
    SortedMap<String, SortedSet<String>> sets = new TreeMap<>();
    original.sets().forEach((name, set) -> sets.put(name, new TreeSet<>(set)));
    SpaceContent copy =
        new SpaceContent(
            original.messages(),
            original.counters(),
            sets,
            original.registers(),
            original.statusSiblings(),
            original.calls());
    spaces.put(FIRST.name(), fault.apply(copy));
    nodes.put(node, new NodeContent(spaces));
  }

  private interface LogFault {
    void plant(List<MessageEntry> log);
  }

  private static SpaceContent withLog(SpaceContent content, LogFault fault) {
    List<MessageEntry> log = new ArrayList<>(content.messages());
    fault.plant(log);
    return new SpaceContent(
        log,
        content.counters(),
        content.sets(),
        content.registers(),
        content.statusSiblings(),
        content.calls());
  }

  /** Content by hand, from the recording alone: not by the code under test. */
  private static SpaceContent contentOf(Session session, List<MessageEntry> log) {
    SortedMap<String, Long> counters = new TreeMap<>();
    SortedMap<String, SortedSet<String>> sets = new TreeMap<>();
    SortedMap<String, String> registers = new TreeMap<>();
    SortedMap<String, String> calls = new TreeMap<>();
    for (String counter : List.of("user-messages", "assistant-messages", "tool-messages")) {
      counters.put(counter, 0L);
    }
    for (String counter : List.of("message-count", "tool-calls", "open-calls")) {
      counters.put(counter, 0L);
    }
    for (String set : List.of("tools", "participants", "unanswered")) {
      sets.put(set, new TreeSet<>());
    }
    String status = "";
    for (int i = 0; i < session.messages().size(); i++) {
      Message message = session.messages().get(i);
      String role = message.role().label();
      counters.merge("message-count", 1L, Long::sum);
      counters.merge(role + "-messages", 1L, Long::sum);
      sets.get("participants").add(role);
      for (ToolCall call : message.toolCalls()) {
        counters.merge("tool-calls", 1L, Long::sum);
        counters.merge("open-calls", 1L, Long::sum);
        sets.get("tools").add(call.name());
        sets.get("unanswered").add(call.id());
        calls.put(call.id(), call.name());
      }
      if (message.role() == Role.TOOL) {
        counters.merge("open-calls", -1L, Long::sum);
        sets.get("unanswered").remove(message.toolCallId());
      }
      registers.put("last-" + role, i + " " + message.content());
      status = i + " " + role;
    }
    registers.put("status", status);
    return new SpaceContent(log, counters, sets, registers, List.of(status), calls);
  }

  private static int lastOf(Role role) {
    for (int index = FIRST.messages().size() - 1; index >= 0; index--) {
      if (FIRST.messages().get(index).role() == role) {
        return index;
      }
    }
    throw new AssertionError("nobody plays " + role);
  }

  private static int firstWithCalls() {
    for (int index = 0; index < FIRST.messages().size(); index++) {
      if (!FIRST.messages().get(index).toolCalls().isEmpty()) {
        return index;
      }
    }
    throw new AssertionError("no tool was called");
  }

  private static void assertFinds(Verdict verdict, Finding.Kind kind, String what) {
    assertFalse(verdict.passed());
    assertTrue(
        verdict.findings().stream()
            .anyMatch(finding -> finding.kind() == kind && finding.what().contains(what)),
        () -> "no " + kind + " '" + what + "' in " + verdict.findings());
  }
}
