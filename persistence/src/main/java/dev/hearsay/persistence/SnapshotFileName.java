package dev.hearsay.persistence;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a snapshot's file among those of its entity: {@code S-T-N.snapshot}, sequence number and
 * time in 19 digits and the file's own number, so that names sort as snapshots do, the newest last.
 *
 * @param number tells the file from all others that its entity has; at least 1
 */
record SnapshotFileName(long sequenceNr, long timestampMillis, long number)
    implements Comparable<SnapshotFileName> {
  private static final Pattern NAME =
      Pattern.compile("([0-9]{19})-(-?[0-9]{19})-([1-9][0-9]{0,17})\\.snapshot");
  private static final Comparator<SnapshotFileName> ORDER =
      Comparator.comparingLong(SnapshotFileName::sequenceNr)
          .thenComparingLong(SnapshotFileName::timestampMillis)
          .thenComparingLong(SnapshotFileName::number);

  private static final int DIRECTORY_CHARS_MAX = 180;
  private static final int DIRECTORY_PREFIX_CHARS = 100;

  /** The snapshot that a file's name is of, if it is exactly such a name. */
  static Optional<SnapshotFileName> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      SnapshotFileName parsed =
          new SnapshotFileName(
              Long.parseLong(matcher.group(1)),
              Long.parseLong(matcher.group(2)),
              Long.parseLong(matcher.group(3)));
      return parsed.toString().equals(name) ? Optional.of(parsed) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty(); // 19 digits beyond a long: not one of ours
    }
  }

  /**
   * The directory of an entity's snapshots: the persistence id with all but lower-case letters,
   * digits and {@code - _} as {@code %xx} of its UTF-8, so that it is safe on any file system, also
   * one that ignores case. A long one is cut and its SHA-256 put behind {@code ~}; the file itself
   * names its entity in full.
   */
  static String directory(String persistenceId) {
    byte[] bytes = persistenceId.getBytes(StandardCharsets.UTF_8);
    StringBuilder name = new StringBuilder(bytes.length + 16);
    for (byte b : bytes) {
      if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '_') {
        name.append((char) b);
      } else {
        name.append('%').append(HexFormat.of().toHexDigits(b));
      }
      if (name.length() > DIRECTORY_CHARS_MAX) {
        return name.substring(0, DIRECTORY_PREFIX_CHARS)
            + "~"
            + HexFormat.of().formatHex(ChunkId.sha256().digest(bytes));
      }
    }
    return name.isEmpty() ? "~" : name.toString();
  }

  boolean isSameSnapshot(SnapshotFileName other) {
    return sequenceNr == other.sequenceNr && timestampMillis == other.timestampMillis;
  }

  /** The entity that a directory is of; empty if its name was cut, or is none of ours. */
  static String persistenceId(String directory) {
    if (directory.contains("~") || !directory.matches("([a-z0-9_-]|%[0-9a-f]{2})*")) {
      return "";
    }
    return java.net.URLDecoder.decode(directory, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(SnapshotFileName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return String.format("%019d-%s-%d.snapshot", sequenceNr, signed19(timestampMillis), number);
  }

  private static String signed19(long value) {
    return value < 0 ? "-" + String.format("%019d", -value) : String.format("%019d", value);
  }
}
