package dev.hearsay.sim.sessions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the raw content of every node against the recording and the driver's ledger. Nothing that
 * a node says of itself (frontier, digest, counts) enters.
 */
public final class Judge {

  private final Recording recording;
  private final Ledger ledger;
  private final SortedMap<String, NodeContent> nodes;

  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> lost = new HashSet<>();
  private final Set<String> duplicated = new HashSet<>();
  private int causalViolations;
  private boolean converged = true;

  private Judge(Recording recording, Ledger ledger, Map<String, NodeContent> nodes) {
    this.recording = recording;
    this.ledger = ledger;
    this.nodes = new TreeMap<>(nodes);
  }

  /**
   * Judges a run.
   *
   * @param observed what watchers on the nodes reported while it ran
   */
  public static Verdict judge(
      Recording recording,
      Ledger ledger,
      Map<String, NodeContent> nodes,
      Collection<Finding> observed) {
    return new Judge(recording, ledger, nodes).verdict(observed);
  }

  private Verdict verdict(Collection<Finding> observed) {
    for (Finding finding : observed) {
      report(finding);
    }
    SortedMap<String, String> digests = new TreeMap<>();
    nodes.forEach((node, content) -> digests.put(node, content.digest()));
    Set<String> known = new HashSet<>();
    for (Session session : recording.sessions()) {
      known.add(session.name());
      nodes.forEach((node, content) -> checkSession(node, session, content));
      checkAgreement(session.name());
    }
    nodes.forEach((node, content) -> checkForeignSpaces(node, content, known));
    if (new HashSet<>(digests.values()).size() > 1) {
      converged = false;
    }
    return new Verdict(
        lost.size(), duplicated.size(), converged, causalViolations, digests, findings);
  }

  private void checkSession(String node, Session session, NodeContent content) {
    SpaceContent space = content.spaces().getOrDefault(session.name(), SpaceContent.EMPTY);
    Map<Integer, List<MessageEntry>> byIndex = new TreeMap<>();
    for (MessageEntry entry : space.messages()) {
      byIndex.computeIfAbsent(entry.index(), i -> new ArrayList<>()).add(entry);
    }
    Set<Integer> acknowledged = ledger.acknowledged(session.name());
    checkMessages(node, session, byIndex, acknowledged);
    checkOrder(node, session, space.messages());

    Map<Integer, Set<Integer>> seen = new HashMap<>();
    byIndex.forEach((index, entries) -> seen.put(index, Set.copyOf(entries.get(0).seen())));
    checkFields(node, session.name(), space, new ExpectedFields(session, acknowledged, seen));
  }

  private void checkMessages(
      String node,
      Session session,
      Map<Integer, List<MessageEntry>> byIndex,
      Set<Integer> acknowledged) {
    for (int index : acknowledged) {
      if (!byIndex.containsKey(index)) {
        lost.add(session.name() + "#" + index);
        report(Finding.Kind.LOST, node, session, "message " + index + " was acknowledged");
      }
    }
    byIndex.forEach(
        (index, entries) -> {
          if (!acknowledged.contains(index)) {
            report(
                Finding.Kind.FOREIGN, node, session, "message " + index + " was not acknowledged");
            return;
          }
          if (entries.size() > 1) {
            duplicated.add(session.name() + "#" + index);
            report(
                Finding.Kind.DUPLICATED,
                node,
                session,
                "message " + index + " is there " + entries.size() + " times");
          }
          for (MessageEntry entry : entries) {
            if (!entry.says(session.messages().get(index))) {
              report(
                  Finding.Kind.ALTERED,
                  node,
                  session,
                  "message " + index + " is not what was recorded");
            }
          }
        });
  }

  private void checkOrder(String node, Session session, List<MessageEntry> log) {
    Set<Integer> before = new HashSet<>();
    for (MessageEntry entry : log) {
      for (int seen : entry.seen()) {
        if (!before.contains(seen)) {
          causal(
              node,
              session,
              "message "
                  + entry.index()
                  + " stands before "
                  + seen
                  + ", which its writer had seen");
        }
      }
      for (int past : ledger.pastOf(session.name(), entry.index())) {
        if (!entry.seen().contains(past)) {
          causal(
              node,
              session,
              "message "
                  + entry.index()
                  + " was written without "
                  + past
                  + ", which its node already held");
        }
      }
      before.add(entry.index());
    }
  }

  private void checkFields(
      String node, String session, SpaceContent space, ExpectedFields expected) {
    BiConsumer<String, String> wrong =
        (field, what) ->
            report(new Finding(Finding.Kind.WRONG_FIELD, node, session, "'" + field + "' " + what));
    compare(expected.counters(), space.counters(), 0L, wrong);
    // A set from which all was removed is no field any more.
    compare(expected.sets(), space.sets(), new TreeSet<>(), wrong);
    SortedMap<String, String> registers = new TreeMap<>(space.registers());
    String status = registers.remove(SessionFields.STATUS);
    compare(expected.registers(), registers, null, wrong);
    compare(Map.of("calls", expected.calls()), Map.of("calls", space.calls()), null, wrong);
    List<String> statuses = expected.statuses();
    if (!statuses.equals(space.statusSiblings())) {
      wrong.accept(
          SessionFields.STATUS,
          "holds " + space.statusSiblings() + " side by side, should hold " + statuses);
    }
    if (!statuses.isEmpty() && (status == null || !statuses.contains(status))) {
      wrong.accept(SessionFields.STATUS, "is " + status + ", should be one of " + statuses);
    }
  }

  private static <V> void compare(
      Map<String, V> expected,
      Map<String, V> found,
      @Nullable V absent,
      BiConsumer<String, String> wrong) {
    Set<String> fields = new HashSet<>(expected.keySet());
    fields.addAll(found.keySet());
    for (String field : new TreeSet<>(fields)) {
      V should = expected.getOrDefault(field, absent);
      V is = found.getOrDefault(field, absent);
      if (!Objects.equals(should, is)) {
        wrong.accept(field, "is " + is + ", should be " + should);
      }
    }
  }

  private void checkAgreement(String session) {
    String first = nodes.firstKey();
    SpaceContent reference = nodes.get(first).spaces().getOrDefault(session, SpaceContent.EMPTY);
    nodes.forEach(
        (node, content) -> {
          SpaceContent other = content.spaces().getOrDefault(session, SpaceContent.EMPTY);
          if (!other.equals(reference)) {
            converged = false;
            report(
                new Finding(
                    Finding.Kind.DIVERGED,
                    node,
                    session,
                    differingPart(reference, other) + " differ from " + first));
          }
        });
  }

  private static String differingPart(SpaceContent a, SpaceContent b) {
    if (!a.messages().equals(b.messages())) {
      return "the messages or their order";
    }
    if (!a.counters().equals(b.counters())) {
      return "the counters";
    }
    return a.sets().equals(b.sets()) ? "the registers or maps" : "the sets";
  }

  private void checkForeignSpaces(String node, NodeContent content, Set<String> known) {
    for (String space : content.spaces().keySet()) {
      if (!known.contains(space)) {
        report(new Finding(Finding.Kind.FOREIGN, node, space, "no recorded session has this name"));
      }
    }
  }

  private void causal(String node, Session session, String what) {
    report(Finding.Kind.CAUSAL, node, session, what);
  }

  private void report(Finding.Kind kind, String node, Session session, String what) {
    report(new Finding(kind, node, session.name(), what));
  }

  private void report(Finding finding) {
    if (finding.kind() == Finding.Kind.CAUSAL) {
      causalViolations++;
    }
    findings.add(finding);
  }
}
