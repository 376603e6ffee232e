package dev.hearsay.sim.check;

import dev.hearsay.mesh.gossip.BookSettings;
import dev.hearsay.mesh.gossip.GossipSettings;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * What nodes that are equal and have nothing to do may send.
 *
 * @param kinds of messages
 * @param messagesPerNodeSecondMax on average
 * @param bytesPerNodeSecondMax on average
 * @param settle after the last write, fault or arrival, before which there is more to say
 */
public record IdleFloor(
    Set<String> kinds,
    double messagesPerNodeSecondMax,
    double bytesPerNodeSecondMax,
    Duration settle) {
  /** Most bytes of a sign of life, or of a comparison of equals, with their framing. */
  private static final int MESSAGE_BYTES_MAX = 512;

  public IdleFloor {
    kinds = Set.copyOf(kinds);
  }

  /** The same, and messages of one more kind. */
  public IdleFloor with(String kind) {
    Set<String> more = new TreeSet<>(kinds);
    more.add(kind);
    return new IdleFloor(more, messagesPerNodeSecondMax, bytesPerNodeSecondMax, settle);
  }

  /**
   * Signs of life to every peer, comparisons with one at a time, looks at clocks, and questions
   * about nodes that are not in reach, each with its answer; and closed vectors that were told in
   * vain during a cut, told again, each time later.
   */
  public static IdleFloor of(GossipSettings settings, int nodes) {
    double hellos = (nodes - 1) * 1_000.0 / settings.helloMillis();
    // Between half and one and a half of what is set; a little more where few seconds are counted.
    double summaries = 2_000.0 / settings.repairMillis();
    BookSettings books = BookSettings.DEFAULT;
    double clocks = (nodes - 1) * 2_000.0 / books.clockMillis();
    double questions = 2_000.0 / books.askMillis();
    double messages = 1.25 * (hellos + summaries + clocks + questions);
    return new IdleFloor(
        Set.of("Hello", "Summary", "ClockAsk", "ClockTell", "BookAsk", "BookTell", "Closing"),
        messages,
        messages * MESSAGE_BYTES_MAX,
        Duration.ofSeconds(5));
  }
}
