package dev.hearsay.sim.sessions;

import dev.hearsay.mesh.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Watches one space on one node while a run goes on, and notes every state in which a message is
 * visible without all that its writer had seen, or in which only a part of a change is visible. Not
 * thread-safe.
 */
public final class Witness {

  /** Enough to see what is wrong; a broken run would otherwise fill the memory with reports. */
  private static final int FINDINGS_MAX = 20;

  private final String node;
  private final String session;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> reported = new HashSet<>();

  public Witness(String node, String session) {
    this.node = node;
    this.session = session;
  }

  /** Looks at one published state. */
  public void see(Snapshot snapshot) {
    see(
        SessionSpace.log(snapshot).entries(),
        snapshot.pnCounter(SessionFields.MESSAGE_COUNT).value());
  }

  void see(List<MessageEntry> log, long messageCount) {
    Set<Integer> visible = new HashSet<>();
    log.forEach(entry -> visible.add(entry.index()));
    for (MessageEntry entry : log) {
      for (int seen : entry.seen()) {
        if (!visible.contains(seen)) {
          note(
              Finding.Kind.CAUSAL,
              "message "
                  + entry.index()
                  + " was visible without "
                  + seen
                  + ", which its writer had seen");
        }
      }
    }
    if (messageCount != log.size()) {
      note(
          Finding.Kind.HALF_VISIBLE,
          "a state showed " + log.size() + " messages and a counter of " + messageCount);
    }
  }

  /** What was noted, each breach once. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  private void note(Finding.Kind kind, String what) {
    if (findings.size() < FINDINGS_MAX && reported.add(what)) {
      findings.add(new Finding(kind, node, session, what));
    }
  }
}
