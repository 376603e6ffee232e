package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.gossip.GossipLimits;
import dev.hearsay.mesh.space.SpaceLimits;
import org.jspecify.annotations.Nullable;

/** Reads {@code hearsay.limits}. */
final class LimitsConfig {
  private static final String PREFIX = "hearsay.limits.";
  private static final long NUMBER_MAX = 1_000_000_000;
  private static final int UNDELIVERED_HEAP_PARTS = 4;
  private static final int UNREAD_HEAP_PARTS = 8;
  private static final int FRONTIERS_HEAP_PARTS = 16;
  private static final int FRONTIER_ENTRY_BYTES = 16;
  private static final long FRONTIER_ENTRIES_LEAST = 1_000;
  private static final long UNREAD_BYTES = 64L << 20;
  private static final long KIB = 1L << 10;
  private static final long TIB = 1L << 40;
  private static final long YEAR_MILLIS = 365L * 24 * 60 * 60 * 1_000;

  private final Config config;

  private LimitsConfig(Config config) {
    this.config = config;
  }

  /**
   * The defaults, with what the configuration says.
   *
   * @throws HearsayException {@link ErrorCode#INVALID_CONFIGURATION}
   */
  static GossipLimits gossip(Config config) {
    LimitsConfig in = new LimitsConfig(config);
    GossipLimits base = GossipLimits.DEFAULT;
    return new GossipLimits(
        (int) in.number("transfers-in-max", base.transfersInMax(), 1, 1_000),
        (int) in.number("transfers-out-max", base.transfersOutMax(), 1, 1_000),
        in.number("transfer-elements-max", base.elementsMax(), 1, 1L << 40),
        in.bytes("transfer-bytes-max", base.bytesMax(), KIB, TIB),
        (int) in.bytes("transfer-head-bytes-max", base.headBytesMax(), KIB, 1L << 30),
        (int) in.bytes("transfer-credit", base.creditBytes(), 64 * KIB, 1L << 30),
        (int) in.millis("transfer-idle", base.idleMillis(), 5_000, 60 * 60 * 1_000),
        (int) in.bytes("answers-unacknowledged-max", base.answersBytes(), 64 * KIB, 1L << 30),
        in.inHeap("undelivered-peer-max", base.undeliveredPeerBytes(), UNDELIVERED_HEAP_PARTS),
        in.inHeap("undelivered-max", base.undeliveredBytes(), UNDELIVERED_HEAP_PARTS),
        in.entries("frontier-entries-peer-max", base.frontierEntriesPeer()),
        in.entries("frontier-entries-max", base.frontierEntries()),
        in.millis("forget-unheard-after", base.unheardMillis(), 10_000, YEAR_MILLIS),
        in.millis("forget-gone-after", base.goneMillis(), 10_000, YEAR_MILLIS),
        base.mentionMillis());
  }

  /** As {@link #gossip}, of every space. */
  static SpaceLimits space(Config config) {
    LimitsConfig in = new LimitsConfig(config);
    SpaceLimits base = SpaceLimits.DEFAULT;
    return new SpaceLimits(
        (int) in.number("tail-changes-max", base.tailChangesMax(), 1, NUMBER_MAX),
        in.bytes("tail-bytes-max", base.tailBytesMax(), KIB, TIB),
        (int) in.number("held-changes-max", base.heldChangesMax(), 1, NUMBER_MAX),
        in.bytes("held-bytes-max", base.heldBytesMax(), KIB, TIB),
        base.eventBytesMax());
  }

  /** What peers sent and the gossip has not looked at. */
  static long mailboxBytes(Config config) {
    return new LimitsConfig(config).inHeap("unread-max", UNREAD_BYTES, UNREAD_HEAP_PARTS);
  }

  private interface Read {
    long from(Config config, String path);
  }

  private long number(String name, long otherwise, long least, long most) {
    return read(name, otherwise, least, most, "a number", Config::getLong);
  }

  private long bytes(String name, long otherwise, long least, long most) {
    return read(name, otherwise, least, most, "a size in bytes", Config::getBytes);
  }

  /** A size in bytes, of which a heap that is smaller than usual allows less. */
  private long inHeap(String name, long otherwise, int heapParts) {
    return Math.min(
        bytes(name, otherwise, 1L << 20, TIB), Runtime.getRuntime().maxMemory() / heapParts);
  }

  /** A number of entries of frontiers, of which a heap that is smaller than usual allows less. */
  private long entries(String name, long otherwise) {
    return Math.min(
        number(name, otherwise, FRONTIER_ENTRIES_LEAST, NUMBER_MAX),
        Runtime.getRuntime().maxMemory() / FRONTIERS_HEAP_PARTS / FRONTIER_ENTRY_BYTES);
  }

  private long millis(String name, long otherwise, long least, long most) {
    return read(
        name,
        otherwise,
        least,
        most,
        "a time in milliseconds",
        (from, path) -> from.getDuration(path).toMillis());
  }

  private long read(String name, long otherwise, long least, long most, String what, Read reader) {
    String path = PREFIX + name;
    // Absent where the reference.conf files were not merged into one jar: then the default counts.
    if (!config.hasPath(path)) {
      return otherwise;
    }
    try {
      long value = reader.from(config, path);
      if (value >= least && value <= most) {
        return value;
      }
      throw invalid(path, what, least, most, "it is " + value, null);
    } catch (ConfigException e) {
      throw invalid(path, what, least, most, e.getMessage(), e);
    }
  }

  private static HearsayException invalid(
      String path,
      String what,
      long least,
      long most,
      @Nullable String why,
      @Nullable Throwable cause) {
    return new HearsayException(
        ErrorCode.INVALID_CONFIGURATION,
        path + " must be " + what + " from " + least + " to " + most + ": " + why,
        cause);
  }
}
