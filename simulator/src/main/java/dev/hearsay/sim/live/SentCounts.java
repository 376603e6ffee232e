package dev.hearsay.sim.live;

import dev.hearsay.sim.lab.Reply;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a process has sent, by its own counters, which begin anew when it does. */
final class SentCounts {
  /** Is told of what was sent between two readings. */
  interface Teller {
    /** So many messages of a kind, of so many bytes together, since that instant. */
    void sent(long sinceNanos, String kind, long messages, long bytes);
  }

  private SortedMap<String, Reply.Sent> last = new TreeMap<>();
  private long lastNanos;

  /** A process begins. */
  void begins(long nanos) {
    last = new TreeMap<>();
    lastNanos = nanos;
  }

  /** Tells what is new. */
  void read(long nanos, SortedMap<String, Reply.Sent> sent, Teller teller) {
    for (Map.Entry<String, Reply.Sent> each : sent.entrySet()) {
      Reply.Sent before = last.getOrDefault(each.getKey(), new Reply.Sent(0, 0));
      long messages = each.getValue().messages() - before.messages();
      if (messages > 0) {
        teller.sent(lastNanos, each.getKey(), messages, each.getValue().bytes() - before.bytes());
      }
    }
    last = sent;
    lastNanos = nanos;
  }
}
