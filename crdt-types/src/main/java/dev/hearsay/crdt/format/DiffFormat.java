package dev.hearsay.crdt.format;

import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.StateDiff;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.value.RejectedException;

/**
 * The bytes of a diff: state transfer, and with an empty base the state itself, as snapshots hold
 * it. Atoms stand in the order of their dots, which therefore need no bytes of their own, and what
 * neighbours have in common stands in columns. One diff has one encoding. Drawn in {@code
 * docs/format.md}.
 *
 * <pre>
 * kind 0xC2 | version 3, of more than 128 replicas 4 | crc32c 4B | body
 * body   = replicas (count, 8B each, ascending), for each: base counter, head − base zigzag
 *          for each with a head: hash 8B; if beyond its base:
 *            if it has one: hash at the base 8B, 0 if unknown (not in version 2)
 *            {@link PastFormat past} (not in version 4)
 *          in version 4: {@link PastChain pasts} of those beyond their base
 *          latest time 8B
 *          for each with a head beyond its base: {@link CounterSetFormat shipped counters}
 *          for each with a head and a base: {@link CounterSetFormat living counters}
 *          fields (count, (type 1B, name text)), authors (count, text)
 *          fields, authors and {@link TimeSteps time steps} of all atoms: {@link Column columns}
 *          for each atom: key, payload (not in sets)
 * key    = set, map: value | register, log: nothing | counter: 0 its writer's count, else base of
 *          the replica of that index + 1
 * </pre>
 */
public final class DiffFormat {
  static final int KIND = 0xC2;
  static final int VERSION = 3;

  /** Journals and snapshots hold such ones too: without the hashes at the base. */
  static final int VERSION_WITHOUT_BASE_HASHES = 2;

  /**
   * Of more than {@link #PLAIN_PASTS_MAX} replicas: with the {@link PastChain pasts} in a chain.
   */
  static final int VERSION_WITH_CHAINED_PASTS = 4;

  /** Up to so many replicas a diff is of version 3, which builds before read too. */
  static final int PLAIN_PASTS_MAX = 128;

  private DiffFormat() {}

  /** The whole state, as a diff from nothing. */
  public static byte[] encode(SpaceState state) {
    return encode(state.diff(VersionVector.EMPTY));
  }

  /** The state that {@link #encode(SpaceState)} wrote. */
  public static SpaceState decodeState(byte[] bytes) {
    return SpaceState.EMPTY.join(decode(bytes));
  }

  /**
   * The bytes of a diff. Without the pasts of heads at or below the base, which no receiver takes.
   *
   * @throws IllegalArgumentException if it is none that {@link SpaceState#diff} makes
   */
  public static byte[] encode(StateDiff diff) {
    return new DiffWriter(diff, replicas(diff) > PLAIN_PASTS_MAX).write();
  }

  private static int replicas(StateDiff diff) {
    int count = diff.heads().size();
    for (int i = 0; i < diff.base().size(); i++) {
      count += diff.heads().containsKey(diff.base().replicaAt(i)) ? 0 : 1;
    }
    return count;
  }

  /**
   * Reads a diff.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}, {@code LIMIT_EXCEEDED}
   */
  public static StateDiff decode(byte[] bytes) {
    int version = bytes.length > 1 ? bytes[1] : VERSION;
    boolean known = version == VERSION_WITHOUT_BASE_HASHES || version == VERSION_WITH_CHAINED_PASTS;
    int read = known ? version : VERSION;
    return new DiffReader(Frame.open(KIND, read, bytes), read).read();
  }
}
