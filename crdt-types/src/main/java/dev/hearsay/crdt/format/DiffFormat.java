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
 * kind 0xC2 | version 3 | crc32c 4B | body
 * body   = replicas (count, 8B each, ascending), for each: base counter, head − base zigzag
 *          for each with a head: hash 8B; if beyond its base:
 *            if it has one: hash at the base 8B, 0 if unknown (not in version 2)
 *            {@link PastFormat past}
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
    return new DiffWriter(diff).write();
  }

  /**
   * Reads a diff.
   *
   * @throws RejectedException {@code MALFORMED}, {@code UNKNOWN_VERSION}, {@code LIMIT_EXCEEDED}
   */
  public static StateDiff decode(byte[] bytes) {
    boolean older = bytes.length > 1 && bytes[1] == VERSION_WITHOUT_BASE_HASHES;
    int version = older ? VERSION_WITHOUT_BASE_HASHES : VERSION;
    return new DiffReader(Frame.open(KIND, version, bytes), /* hasBaseHashes= */ !older).read();
  }
}
