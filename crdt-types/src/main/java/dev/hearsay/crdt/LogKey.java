package dev.hearsay.crdt;

import dev.hearsay.crdt.value.Key;
import dev.hearsay.crdt.value.RejectedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Key and order of a log's entries: hybrid logical time, then the dot.
 *
 * @param time packed, see {@link HybridTime#packed()}
 */
public record LogKey(long time, ReplicaId replica, long counter)
    implements Key, Comparable<LogKey> {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16})-([0-9a-f]{1,16})");

  /**
   * The key that {@link #toString} wrote.
   *
   * @throws RejectedException {@code MALFORMED}
   */
  public static LogKey parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (parts.matches()) {
      long time = Long.parseUnsignedLong(parts.group(1), 16);
      long counter = Long.parseUnsignedLong(parts.group(3), 16);
      if (time >= 0 && counter >= 1) {
        ReplicaId replica = new ReplicaId(Long.parseUnsignedLong(parts.group(2), 16));
        return new LogKey(time, replica, counter);
      }
    }
    throw RejectedException.malformed("not the id of a log entry: '" + text + "'");
  }

  @Override
  public int compareTo(LogKey other) {
    int byTime = Long.compare(time, other.time);
    if (byTime != 0) {
      return byTime;
    }
    int byReplica = replica.compareTo(other.replica);
    return byReplica != 0 ? byReplica : Long.compare(counter, other.counter);
  }

  /** A short text that names the entry, the same on every node. */
  @Override
  public String toString() {
    return String.join(
        "-", Long.toHexString(time), Long.toHexString(replica.value()), Long.toHexString(counter));
  }
}
